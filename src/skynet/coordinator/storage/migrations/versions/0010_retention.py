"""Legal holds, and what deletion leaves behind: content that was there, files that must go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("snapshots", "clips"):
        op.add_column(table, sa.Column("erased_ms", sa.BigInteger))
        op.create_index(f"ix_{table}_stored_ms", table, ["stored_ms"])
    op.create_index("ix_alerts_received_ms", "alerts", ["received_ms"])
    op.create_index("ix_alerts_snapshot_sha256", "alerts", ["snapshot_sha256"])
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("released_ms", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_legal_holds"),
    )
    op.create_table(
        "held_alerts",
        sa.Column("alert_id", sa.String(36), nullable=False),
        sa.Column("hold_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", "hold_id", name="pk_held_alerts"),
        sa.ForeignKeyConstraint(["hold_id"], ["legal_holds.id"], name="fk_held_alerts_hold_id"),
    )
    op.create_table(
        "held_spans",
        sa.Column("hold_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("camera_id", sa.String(64), nullable=False),
        sa.Column("since_ms", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("hold_id", "number", name="pk_held_spans"),
        sa.ForeignKeyConstraint(["hold_id"], ["legal_holds.id"], name="fk_held_spans_hold_id"),
    )
    op.create_index("ix_held_spans_camera_id_since_ms", "held_spans", ["camera_id", "since_ms"])
    op.create_table(
        "doomed_files",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("kind", "sha256", name="pk_doomed_files"),
    )
