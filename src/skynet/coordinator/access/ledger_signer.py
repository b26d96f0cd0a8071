"""Signs the head of the audit ledger now and then, as a job of the coordinator's rounds."""

from __future__ import annotations

from pathlib import Path

from skynet.coordinator.access.signed_head import LedgerKey
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.checkpoint_rows import CheckpointRows
from skynet.coordinator.storage.database import Database

LOOK_S = 30.0
ENTRIES = 1000
SPAN_MS = 10 * 60_000


class LedgerSigner:
    """A head is signed when `ENTRIES` have come since the last one, or any have and `SPAN_MS` has gone by: what is cut
    off behind it is at most that."""

    def __init__(self, database: Database, key_file: Path) -> None:
        self._database = database
        self._key_file = key_file
        self._key: LedgerKey | None = None

    def step(self, now: float) -> float:
        """Sign if it is time; when to look again (POSIX s). Raises BadInputError: the key cannot be read."""
        at_ms = int(now * 1000)
        if self._key is None:
            self._key = LedgerKey.load(self._key_file)
        with self._database.reading() as connection:
            due = _due(AuditRows(connection).head()[0], CheckpointRows(connection), at_ms)
        if due:
            with self._database.writing() as connection:
                seq, digest = AuditRows(connection).head(locked=True)
                if _due(seq, CheckpointRows(connection), at_ms):  # another coordinator may have been faster
                    CheckpointRows(connection).add(self._key.sign(seq, digest, at_ms))
        return now + LOOK_S


def _due(seq: int, rows: CheckpointRows, at_ms: int) -> bool:
    last = rows.last()
    if last is None:
        return seq > 0
    # A clock that was set back is no reason to wait for it.
    return seq - last.seq >= ENTRIES or (seq > last.seq and abs(at_ms - last.at_ms) >= SPAN_MS)
