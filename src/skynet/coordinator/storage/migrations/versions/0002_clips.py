"""Clips of alerts: contents by their hash, and which alert has which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clips",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("bytes", sa.Integer, nullable=False),
        sa.Column("stored_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_clips"),
    )
    op.create_table(
        "alert_clips",
        sa.Column("alert_id", sa.String(36), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("codec", sa.String(16), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("starts_ms", sa.BigInteger, nullable=False),
        sa.Column("ends_ms", sa.BigInteger, nullable=False),
        sa.Column("stored_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("alert_id", name="pk_alert_clips"),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_alert_clips_alert_id"),
        sa.ForeignKeyConstraint(["sha256"], ["clips.sha256"], name="fk_alert_clips_sha256"),
    )
    op.create_index("ix_alert_clips_sha256", "alert_clips", ["sha256"])
