"""The repository of snapshots: which pictures are there. Their bytes are files (`skynet.coordinator.snapshots`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, RowMapping, insert, select, update

from skynet.coordinator.storage.area_clause import within
from skynet.coordinator.storage.tables import alerts, snapshots


class SnapshotRows:
    """Snapshots in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, sha256: str) -> RowMapping | None:
        return self._connection.execute(select(snapshots).where(snapshots.c.sha256 == sha256)).mappings().one_or_none()

    def named_in(self, sha256: str, areas: Sequence[str]) -> bool:
        """Whether an alert in `areas` names the picture."""
        query = select(alerts.c.seq).where(alerts.c.snapshot_sha256 == sha256, within(alerts.c.area, areas)).limit(1)
        return self._connection.execute(query).first() is not None

    def present(self, hashes: Iterable[str]) -> set[str]:
        """Those of `hashes` that are stored, and not erased since."""
        wanted = snapshots.c.sha256.in_(sorted(set(hashes)))
        query = select(snapshots.c.sha256).where(wanted, snapshots.c.erased_ms.is_(None))
        return set(self._connection.execute(query).scalars())

    def restore(self, sha256: str, stored_ms: int) -> None:
        """An erased picture has been brought anew."""
        again = update(snapshots).where(snapshots.c.sha256 == sha256)
        self._connection.execute(again.values(stored_ms=stored_ms, erased_ms=None))

    def add(self, sha256: str, media_type: str, size: int, stored_ms: int) -> None:
        self._connection.execute(
            insert(snapshots).values(sha256=sha256, media_type=media_type, bytes=size, stored_ms=stored_ms)
        )
