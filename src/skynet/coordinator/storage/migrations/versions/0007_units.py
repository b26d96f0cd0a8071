"""Patrol units, where they are, what they are sent to, and the fixed places beside them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _units()
    _positions()
    _assignments()
    op.create_table(
        "places",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("area", sa.String(500), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("latitude", sa.Double, nullable=False),
        sa.Column("longitude", sa.Double, nullable=False),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_places"),
    )
    op.create_index("ix_places_longitude_latitude", "places", ["longitude", "latitude"])


def _units() -> None:
    op.create_table(
        "patrol_units",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("area", sa.String(500), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("status_ms", sa.BigInteger, nullable=False),
        sa.Column("signed_on_ms", sa.BigInteger),
        sa.Column("retired_ms", sa.BigInteger),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_patrol_units"),
    )
    op.create_index("ix_patrol_units_status", "patrol_units", ["status"])


def _positions() -> None:
    for table, key in (("unit_positions", ["unit_id"]), ("unit_trail", ["unit_id", "at_ms"])):
        op.create_table(
            table,
            sa.Column("unit_id", sa.String(64), nullable=False),
            sa.Column("at_ms", sa.BigInteger, autoincrement=False, nullable=False),
            sa.Column("latitude", sa.Double, nullable=False),
            sa.Column("longitude", sa.Double, nullable=False),
            sa.Column("error_m", sa.Double),
            sa.Column("speed_kmh", sa.Double),
            sa.Column("heading_deg", sa.Double),
            sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"),
            sa.ForeignKeyConstraint(["unit_id"], ["patrol_units.id"], name=f"fk_{table}_unit_id"),
        )
        op.create_index(f"ix_{table}_at_ms", table, ["at_ms"])


def _assignments() -> None:
    op.create_table(
        "unit_assignments",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("unit_id", sa.String(64), nullable=False),
        sa.Column("alert_id", sa.String(36), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("target", sa.Text),
        sa.Column("assigned_ms", sa.BigInteger, nullable=False),
        sa.Column("assigned_by", sa.String(160), nullable=False),
        sa.Column("changed_ms", sa.BigInteger, nullable=False),
        sa.Column("note", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_unit_assignments"),
        sa.ForeignKeyConstraint(["unit_id"], ["patrol_units.id"], name="fk_unit_assignments_unit_id"),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_unit_assignments_alert_id"),
    )
    op.create_index("ix_unit_assignments_unit_id_seq", "unit_assignments", ["unit_id", "seq"])
    op.create_index("ix_unit_assignments_alert_id", "unit_assignments", ["alert_id"])
    op.execute("INSERT INTO feed_heads (feed, seq) VALUES ('dispatch', 0)")
