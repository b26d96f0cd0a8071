"""The repository of signed heads of the audit ledger."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from skynet.coordinator.access.signed_head import SignedHead
from skynet.coordinator.storage.tables import audit_checkpoints as table


class CheckpointRows:
    """Signed heads in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def last(self) -> SignedHead | None:
        row = self._connection.execute(select(table).order_by(table.c.seq.desc()).limit(1)).mappings().one_or_none()
        return None if row is None else SignedHead(**row)

    def all(self) -> list[SignedHead]:
        """By entry."""
        return [SignedHead(**row) for row in self._connection.execute(select(table).order_by(table.c.seq)).mappings()]

    def add(self, head: SignedHead) -> None:
        self._connection.execute(insert(table).values(asdict(head)))
