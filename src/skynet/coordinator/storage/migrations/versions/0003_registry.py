"""The registry: sites, cameras, shares, what boxes are assigned; last positions and daily uptime."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_registry()
    _create_observations()


def _create_registry() -> None:
    op.create_table(
        "sites",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sites"),
    )
    op.create_table(
        "registered_cameras",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("site_id", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("box_id", sa.String(64)),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registered_cameras"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_registered_cameras_site_id"),
    )
    op.create_index("ix_registered_cameras_site_id", "registered_cameras", ["site_id"])
    op.create_index("ix_registered_cameras_box_id", "registered_cameras", ["box_id"])
    op.create_table(
        "camera_shares",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("camera_id", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("revoked_ms", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_camera_shares"),
        sa.ForeignKeyConstraint(["camera_id"], ["registered_cameras.id"], name="fk_camera_shares_camera_id"),
    )
    op.create_index("ix_camera_shares_camera_id", "camera_shares", ["camera_id"])
    op.create_table(
        "box_assignments",
        sa.Column("box_id", sa.String(64), nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("box_id", name="pk_box_assignments"),
    )


def _create_observations() -> None:
    op.create_table(
        "camera_positions",
        sa.Column("camera_id", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("camera_id", name="pk_camera_positions"),
    )
    op.create_table(
        "camera_uptime",
        sa.Column("camera_id", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("healthy_ms", sa.BigInteger, nullable=False),
        sa.Column("faulty_ms", sa.BigInteger, nullable=False),
        sa.Column("down_ms", sa.BigInteger, nullable=False),
        sa.Column("unknown_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("camera_id", "day", name="pk_camera_uptime"),
    )
    op.create_index("ix_camera_uptime_day", "camera_uptime", ["day"])
