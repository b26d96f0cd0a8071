"""The event log, and the areas that alerts and sites lie in."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("seq", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("type", sa.String(48), nullable=False),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("area", sa.String(500), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
    )
    op.create_index("ix_events_subject_seq", "events", ["subject", "seq"])
    op.execute("INSERT INTO feed_heads (feed, seq) VALUES ('events', 0)")
    op.add_column("alerts", sa.Column("area", sa.String(500), nullable=False, server_default=""))
    op.add_column("sites", sa.Column("area", sa.String(500), nullable=False, server_default=""))
    op.add_column("tokens", sa.Column("bound_to", sa.String(64)))
    if not op.get_context().as_sql:  # as a script for an empty database there is nothing to fill
        _fill_areas()


def _fill_areas() -> None:
    """Sites know their region; an alert lies where its camera's site does. As 0003 wrote them, without the models."""
    connection = op.get_bind()
    for site_id, body in connection.execute(sa.text("SELECT id, body FROM sites")).all():
        region = json.loads(body)["region"]
        names = [region.get(level) for level in ("city", "county", "township", "village")]
        area = "/".join(name.replace("/", "／") for name in names if name)
        connection.execute(sa.text("UPDATE sites SET area = :area WHERE id = :id"), {"area": area, "id": site_id})
    connection.execute(
        sa.text(
            "UPDATE alerts SET area = coalesce((SELECT sites.area FROM registered_cameras"
            " JOIN sites ON sites.id = registered_cameras.site_id WHERE registered_cameras.id = alerts.camera_id), '')"
        )
    )
