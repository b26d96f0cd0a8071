"""The repository of shares: social units' leave to use their cameras."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, insert, select, update

from skynet.coordinator.storage.tables import camera_shares as table
from skynet.coordinator.wire import dumps
from skynet.domain.camera_share import CameraShare


class ShareRows:
    """Shares in the transaction of `connection`; `body` is the CameraShare as JSON."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, share_id: str) -> RowMapping | None:
        return self._connection.execute(select(table).where(table.c.id == share_id)).mappings().one_or_none()

    def page(self, camera_id: str, after: str, limit: int) -> Sequence[RowMapping]:
        """At most `limit` shares of a camera with ids behind `after`, in the order in which they were granted."""
        query = select(table).where(table.c.camera_id == camera_id, table.c.id > after).order_by(table.c.id)
        return self._connection.execute(query.limit(limit)).mappings().all()

    def standing(self, camera_ids: Sequence[str]) -> dict[str, list[CameraShare]]:
        """The shares of these cameras that have not been revoked, whether or not they hold now."""
        query = select(table.c.camera_id, table.c.body).where(
            table.c.camera_id.in_(camera_ids), table.c.revoked_ms.is_(None)
        )
        found: dict[str, list[CameraShare]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.camera_id, []).append(CameraShare.model_validate_json(row.body))
        return found

    def add(self, share_id: str, camera_id: str, share: CameraShare, at_ms: int) -> None:
        self._connection.execute(
            insert(table).values(id=share_id, camera_id=camera_id, body=dumps(share), created_ms=at_ms)
        )

    def revoke(self, share_id: str, at_ms: int) -> None:
        self._connection.execute(update(table).where(table.c.id == share_id).values(revoked_ms=at_ms))
