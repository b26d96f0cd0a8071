"""The repository of the audit ledger: appends to the hash chain and reads it back.

An append happens in the transaction of the change that it records, so that neither can exist without the other.
The head row holds the number and hash of the last entry; updating it serialises the writers in any database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields

from sqlalchemy import Connection, RowMapping, insert, select, update

from skynet.coordinator.access.audit_chain import ChainEntry
from skynet.coordinator.storage.tables import audit_entries, audit_head
from skynet.coordinator.wire import dumps

HEAD_ID = 1


@dataclass(frozen=True, slots=True)
class AuditNote:
    """What is to be recorded: who did what to what, why (None when not said), and the particulars."""

    actor: str
    action: str
    subject: str
    purpose: str | None
    detail: dict[str, object]


class AuditRows:
    """The ledger in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def head(self, *, locked: bool = False) -> tuple[int, str]:
        """Number and hash of the last entry; (0, genesis) while empty. `locked`: none is appended until the commit."""
        query = select(audit_head.c.seq, audit_head.c.hash)
        row = self._connection.execute(query.with_for_update() if locked else query).one()
        return row.seq, row.hash

    def append(self, note: AuditNote, at_ms: int) -> None:
        seq, prev_hash = self.head()
        entry = ChainEntry(
            seq + 1, at_ms, note.actor, note.action, note.subject, note.purpose, dumps(note.detail), prev_hash
        )
        values = asdict(entry) | {"hash": entry.digest()}
        self._connection.execute(insert(audit_entries).values(values))
        self._connection.execute(update(audit_head).values(seq=entry.seq, hash=values["hash"]))

    def page(self, after: int, limit: int) -> Sequence[RowMapping]:
        """At most `limit` entries with numbers above `after`, in order."""
        query = select(audit_entries).where(audit_entries.c.seq > after).order_by(audit_entries.c.seq).limit(limit)
        return self._connection.execute(query).mappings().all()

    def chain(self) -> Iterator[tuple[ChainEntry, str]]:
        """Every entry in order with the hash stored beside it, a thousand rows in memory at a time."""
        query = select(audit_entries).order_by(audit_entries.c.seq).execution_options(yield_per=1000)
        names = [field.name for field in fields(ChainEntry)]
        for row in self._connection.execute(query).mappings():
            yield ChainEntry(*(row[name] for name in names)), row["hash"]
