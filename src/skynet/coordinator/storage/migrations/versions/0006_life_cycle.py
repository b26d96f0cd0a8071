"""The life cycle of alerts: outcome, deadlines, steps, incidents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alerts", sa.Column("outcome", sa.String(24)))
    op.add_column("alerts", sa.Column("confirmed", sa.Boolean))
    op.add_column("alerts", sa.Column("escalation", sa.Integer, nullable=False, server_default="0"))
    op.add_column("alerts", sa.Column("answer_due_ms", sa.BigInteger))
    op.add_column("alerts", sa.Column("close_due_ms", sa.BigInteger))
    op.add_column("alerts", sa.Column("incident_id", sa.String(36)))
    op.add_column("alerts", sa.Column("plate", sa.String(16)))
    op.add_column("alerts", sa.Column("track_key", sa.String(160)))
    for columns in (["answer_due_ms"], ["close_due_ms"], ["incident_id"], ["plate", "occurred_ms"], ["track_key"]):
        op.create_index(f"ix_alerts_{'_'.join(columns)}", "alerts", columns)
    op.create_index("ix_alerts_acknowledged_by", "alerts", ["acknowledged_by"])
    op.create_table(
        "alert_steps",
        sa.Column("alert_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("step", sa.String(24), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(160), nullable=False),
        sa.Column("operator", sa.String(120)),
        sa.Column("reason", sa.String(24)),
        sa.Column("note", sa.Text),
        sa.PrimaryKeyConstraint("alert_id", "number", name="pk_alert_steps"),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_alert_steps_alert_id"),
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("opened_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
    )
