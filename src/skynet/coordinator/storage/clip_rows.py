"""The repository of clips: which contents are there, and which alert has which. Their bytes are files
(`skynet.coordinator.clips`)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, RowMapping, insert, select, update

from skynet.coordinator.storage.tables import alert_clips, alerts, clips
from skynet.coordinator.timestamp import to_ms
from skynet.domain.alert import ClipRef


class ClipRows:
    """Clips in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_alert(self, alert_id: UUID) -> RowMapping | None:
        """`sha256`, `bytes` and `erased_ms` of the alert's clip, and the `area` that the alert lies in."""
        query = (
            select(clips.c.sha256, clips.c.bytes, clips.c.erased_ms, alerts.c.area)
            .select_from(alert_clips.join(clips).join(alerts))
            .where(alert_clips.c.alert_id == str(alert_id))
        )
        return self._connection.execute(query).mappings().one_or_none()

    def exists(self, sha256: str) -> bool:
        """Whether the content is stored, for any alert, and not erased since."""
        query = select(clips.c.sha256).where(clips.c.sha256 == sha256, clips.c.erased_ms.is_(None))
        return self._connection.execute(query).first() is not None

    def add(self, sha256: str, size: int, stored_ms: int) -> None:
        """The content is stored, be it for the first time or again after it was erased."""
        again = update(clips).where(clips.c.sha256 == sha256).values(stored_ms=stored_ms, erased_ms=None)
        if self._connection.execute(again).rowcount:
            return
        self._connection.execute(insert(clips).values(sha256=sha256, bytes=size, stored_ms=stored_ms))

    def attach(self, alert_id: UUID, clip: ClipRef, stored_ms: int) -> None:
        """Give the alert, which has none yet, this clip, whose content is stored."""
        self._connection.execute(
            insert(alert_clips).values(
                alert_id=str(alert_id),
                sha256=clip.sha256,
                codec=clip.codec,
                width=clip.width,
                height=clip.height,
                starts_ms=to_ms(clip.starts_at),
                ends_ms=to_ms(clip.ends_at),
                stored_ms=stored_ms,
            )
        )
