"""Takes clips from boxes, each piece written to disk as it comes.

A clip is answered as stored or known when its file is durable and the row that gives it to its alert is: file first,
row after, so a row never promises a clip that is not there. No transaction is open while bytes come.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, RowMapping

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.clips.mp4_boxes import NotVideoError, require_video
from skynet.coordinator.content_files import ContentFiles, PartFile
from skynet.coordinator.disk_room import disk_room
from skynet.coordinator.metrics import Metrics
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.alert_rows import AlertRows
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.clip_rows import ClipRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.timestamp import now_ms
from skynet.domain.alert import ClipRef
from skynet.domain.clock import Clock


class ClipIntake:
    """Calls block on disk and database: never from a coroutine. In this order: `begin`, `write`…, `take`; whatever
    happened, the part is discarded in the end."""

    def __init__(self, database: Database, files: ContentFiles, clock: Clock, metrics: Metrics) -> None:
        self._database = database
        self._files = files
        self._clock = clock
        self._metrics = metrics

    def begin(self, alert_id: UUID, sha256: str, principal: Principal) -> PartFile:
        """A place for the clip, once it is clear that the alert can take it.

        Raises ProblemError: not-found, clip-conflict, storage-full.
        """
        with self._database.reading() as connection:
            _held(connection, alert_id, sha256, principal)
        with disk_room("the clip"):
            return self._files.begin()

    def write(self, part: PartFile, content: bytes) -> None:
        """Raises ProblemError: storage-full."""
        with disk_room("the clip"):
            part.write(content)

    def take(self, alert_id: UUID, clip: ClipRef, part: PartFile, principal: Principal) -> bool:
        """Give the alert its clip; durable on return. False when it had it already.

        Raises ProblemError: hash-mismatch, unsupported-media-type, storage-full, and as `begin`.
        """
        _check(clip.sha256, part)
        with self._database.reading() as connection:
            there = ClipRows(connection).exists(clip.sha256)
        if not there or not self._files.exists(clip.sha256):
            with disk_room("the clip"):
                part.keep()
        stored = self._attach(alert_id, clip, principal)
        if not self._files.exists(clip.sha256):  # retention removed an older file of the same content meanwhile
            raise ProblemError(ProblemType.BUSY, "an older copy of this clip is being deleted; send it once more")
        self._metrics.clips.labels("stored" if stored else "known").inc()
        return stored

    def _attach(self, alert_id: UUID, clip: ClipRef, principal: Principal) -> bool:
        at_ms = now_ms(self._clock)
        with self._database.writing() as connection:
            if _held(connection, alert_id, clip.sha256, principal) is not None:
                return False
            rows = ClipRows(connection)
            new = not rows.exists(clip.sha256)
            if new:
                rows.add(clip.sha256, clip.bytes, at_ms)
            rows.attach(alert_id, clip, at_ms)
            note = principal.note("clip.stored", f"alert:{alert_id}", sha256=clip.sha256, bytes=clip.bytes)
            AuditRows(connection).append(note, at_ms)
        if new:
            self._metrics.clip_bytes.inc(clip.bytes)
        return True


def _held(connection: Connection, alert_id: UUID, sha256: str, principal: Principal) -> RowMapping | None:
    """The alert's clip, if it has it. Raises ProblemError: not-found (also for an alert of a box that the token does
    not speak for), clip-conflict."""
    held = ClipRows(connection).of_alert(alert_id)
    box_id = AlertRows(connection).box_of(alert_id)
    if box_id is None or principal.bound_to not in (None, box_id):
        raise ProblemError(ProblemType.NOT_FOUND, f"no alert has the id '{alert_id}'; send the alert before its clip")
    if held is not None and held["sha256"] != sha256:
        raise ProblemError(
            ProblemType.CLIP_CONFLICT, f"the alert has the clip {held['sha256']}, which is kept; never send this one"
        )
    return held


def _check(sha256: str, part: PartFile) -> None:
    if part.sha256 != sha256:
        raise ProblemError(
            ProblemType.HASH_MISMATCH,
            f"the address says {sha256}, the content is {part.sha256}; send the whole file again",
        )
    try:
        require_video(part.file, part.size)
    except NotVideoError as error:
        raise ProblemError(ProblemType.UNSUPPORTED_MEDIA_TYPE, f"a clip must be an MP4 video file: {error}") from error
