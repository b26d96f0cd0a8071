"""Areas and an end for tokens; a picture is found through the alerts that name it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tokens", sa.Column("areas", sa.Text, nullable=False, server_default='[""]'))
    op.add_column("tokens", sa.Column("expires_ms", sa.BigInteger))
    op.create_index("ix_alerts_snapshot_sha256", "alerts", ["snapshot_sha256"])
