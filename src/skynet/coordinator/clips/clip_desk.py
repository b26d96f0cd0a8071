"""Shows clips to consoles.

A playback is recorded once, however many requests a player makes of it: a request for the first byte begins one, and
so does one for later bytes by a token that has not begun lately, so that nobody looks unseen by leaving the first byte
out. What a token has begun is remembered in memory; after a restart it is merely recorded once more.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.content_files import ContentFiles
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.clip_rows import ClipRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.timestamp import from_ms, now_ms, rfc3339
from skynet.domain.clock import Clock

MAX_PLAYBACKS = 1024
"""Playbacks remembered; the oldest are forgotten, and recorded again should they go on."""


@dataclass(frozen=True, slots=True)
class HeldClip:
    alert_id: UUID
    sha256: str
    bytes: int


class ClipDesk:
    """Calls block on disk and database."""

    def __init__(self, database: Database, files: ContentFiles, clock: Clock) -> None:
        self._database = database
        self._files = files
        self._clock = clock
        self._lock = threading.Lock()
        self._begun: dict[tuple[str, UUID], None] = {}

    def find(self, alert_id: UUID, principal: Principal) -> HeldClip:
        """The alert's clip. Raises ProblemError: not-found, gone."""
        with self._database.reading() as connection:
            row = ClipRows(connection).of_alert(alert_id)
        if row is None or not principal.sees(row["area"]):
            raise ProblemError(
                ProblemType.NOT_FOUND, f"no clip of an alert '{alert_id}' is here; its record says whether one follows"
            )
        if row["erased_ms"] is not None:
            raise ProblemError(
                ProblemType.GONE,
                f"the clip was deleted at {rfc3339(from_ms(row['erased_ms']))}, as GET /api/v1/retention says",
            )
        return HeldClip(alert_id, row["sha256"], row["bytes"])

    def open(self, clip: HeldClip) -> BinaryIO:
        """The clip's file, for the caller to close. Raises ProblemError: gone."""
        file = self._files.open(clip.sha256)
        if file is not None and os.fstat(file.fileno()).st_size == clip.bytes:
            return file
        if file is not None:
            file.close()
        raise ProblemError(
            ProblemType.GONE,
            "the clip's file is missing from the data directory, or not whole; restore it from a backup",
        )

    def record(self, clip: HeldClip, first_byte: int, principal: Principal) -> None:
        """Record the view that a request from `first_byte` on is, unless it goes on with one."""
        playback = (principal.token_id, clip.alert_id)
        with self._lock:
            if first_byte > 0 and playback in self._begun:
                return
        note = principal.note("clip.viewed", f"alert:{clip.alert_id}", sha256=clip.sha256)
        with self._database.writing() as connection:
            AuditRows(connection).append(note, now_ms(self._clock))
        with self._lock:
            self._begun.pop(playback, None)
            self._begun[playback] = None
            if len(self._begun) > MAX_PLAYBACKS:
                del self._begun[next(iter(self._begun))]
