"""Clips that the coordinator does not have yet, on disk.

A clip is a file named by its hash, kept once however many alerts it belongs to; a note beside it, named by the alert,
says so. Order makes it durable: file, its fsync, its name, then the notes in the same way, then the folder's fsync. So
when `put` returns, clips survive a killed process and a power cut, and a note never names a file that was not whole.
Deleting goes the other way round. What a crash leaves in between is mended at the next start, counted.

Any thread may call; one lock makes calls follow each other, and each blocks on the disk. One process owns the folder.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from skynet.domain import Alert, Severity
from skynet.domain.alert import ClipRef
from skynet.domain.errors import BadInputError

_URGENCY = {severity: rank for rank, severity in enumerate(Severity)}
NOTE_BYTES = 4096
"""What a note takes on disk: one block."""
_CHUNK_BYTES = 256 << 10


class ClipStoreError(Exception):
    """The clip was not stored. One line."""


class ClipNote(BaseModel):
    """Which clip an alert waits for. `stored_at` POSIX seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    alert_id: UUID
    severity: Severity
    stored_at: float
    clip: ClipRef

    @property
    def rank(self) -> int:
        return _URGENCY[self.severity]


@dataclass(frozen=True, slots=True)
class ClipStoreFigures:
    """What is in the store now; since the start: alerts whose clip was given up for room, that found no room, and files
    and notes that a crash had left without each other."""

    pending: int
    bytes: int
    given_up: int
    full: int
    mended: int


class ClipStore:
    """`max_bytes` bounds clips and notes together; `free_bytes` tells the disk's free space, of which `min_free_bytes`
    stay free. Room is made by giving up clips no more severe than the new one, the least severe and oldest first.
    """

    def __init__(self, folder: Path, *, max_bytes: int, min_free_bytes: int, free_bytes: Callable[[], int]) -> None:
        """Raises BadInputError when the folder cannot be used."""
        self._folder = folder
        self._max_bytes = max_bytes
        self._min_free_bytes = min_free_bytes
        self._free_bytes = free_bytes
        self._lock = threading.Lock()
        self._notes: dict[UUID, ClipNote] = {}
        self._given_up = self._full = self._mended = 0
        self._listener: Callable[[], None] = lambda: None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._load()
        except OSError as error:
            raise BadInputError(
                f"the clips in {folder} cannot be used ({error.strerror}); name a data_dir that may be written to"
            ) from None

    def on_put(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each put, in the thread of the put."""
        self._listener = listener

    def put(self, clip: ClipRef, content: memoryview | bytes, alerts: Sequence[Alert], now: float) -> None:
        """Store the clip of `alerts`; `now` POSIX seconds. An alert that has one already keeps it.

        Raises ClipStoreError.
        """
        notes = [
            ClipNote(alert_id=alert.id, severity=alert.severity, stored_at=now, clip=clip)
            for alert in alerts
            if alert.id not in self._notes
        ]
        if not notes:
            return
        try:
            with self._lock:
                there = clip.sha256 in self._files()
                needed = len(notes) * NOTE_BYTES + (0 if there else clip.bytes)
                self._make_room(needed, max(note.rank for note in notes), clip.sha256)
                if not there:
                    self._write(self.path(clip.sha256), content)
                for note in notes:
                    self._write(self._note_path(note.alert_id), note.model_dump_json().encode())
                    self._notes[note.alert_id] = note
                _sync_folder(self._folder)
        except OSError as error:
            raise ClipStoreError(f"a clip cannot be stored ({error.strerror}); look at the disk") from error
        self._listener()

    def pending(self, without: Collection[UUID] = ()) -> list[ClipNote]:
        """What is to be sent, the most severe and then the oldest first, `without` the alerts named."""
        with self._lock:
            waiting = [note for note in self._notes.values() if note.alert_id not in without]
        return sorted(waiting, key=lambda note: (-note.rank, note.stored_at))

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """The file, piece by piece. Raises OSError, also when it was given up meanwhile."""
        with self.path(sha256).open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk

    def forget(self, alert_id: UUID) -> None:
        """The alert's clip has arrived, or never will. Raises ClipStoreError."""
        try:
            with self._lock:
                self._drop(alert_id)
        except OSError as error:
            raise ClipStoreError(f"a clip cannot be removed ({error.strerror}); look at the disk") from error

    def figures(self) -> ClipStoreFigures:
        with self._lock:
            return ClipStoreFigures(len(self._notes), self._bytes(), self._given_up, self._full, self._mended)

    def path(self, sha256: str) -> Path:
        return self._folder / f"{sha256}.mp4"

    def _note_path(self, alert_id: UUID) -> Path:
        return self._folder / f"{alert_id}.json"

    def _files(self) -> dict[str, int]:
        """Size in bytes of each clip, by hash."""
        return {note.clip.sha256: note.clip.bytes for note in self._notes.values()}

    def _bytes(self) -> int:
        return sum(self._files().values()) + NOTE_BYTES * len(self._notes)

    def _make_room(self, needed: int, rank: int, spared: str) -> None:
        """Raises ClipStoreError, with nothing given up, when there cannot be enough."""
        by_file: dict[str, list[ClipNote]] = {}
        for note in self._notes.values():
            by_file.setdefault(note.clip.sha256, []).append(note)
        by_file.pop(spared, None)
        victims = [notes for notes in by_file.values() if max(note.rank for note in notes) <= rank]
        victims.sort(key=lambda notes: (max(note.rank for note in notes), min(note.stored_at for note in notes)))
        excess = max(self._bytes() + needed - self._max_bytes, needed + self._min_free_bytes - self._free_bytes())
        if excess > sum(map(_room_of, victims)):
            self._full += 1
            raise ClipStoreError(
                f"no room for a clip: {self._bytes()} of {self._max_bytes} bytes are taken, the disk has "
                f"{self._free_bytes()} bytes free; mend the way to the coordinator or make room on the disk"
            )
        for notes in victims:
            if excess <= 0:
                break
            for note in notes:
                self._drop(note.alert_id)
                self._given_up += 1
            excess -= _room_of(notes)

    def _drop(self, alert_id: UUID) -> None:
        if (note := self._notes.pop(alert_id, None)) is None:
            return
        self._note_path(alert_id).unlink(missing_ok=True)
        if note.clip.sha256 not in self._files():
            _sync_folder(self._folder)
            self.path(note.clip.sha256).unlink(missing_ok=True)

    def _write(self, path: Path, content: memoryview | bytes) -> None:
        part = path.with_name(path.name + ".part")
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise

    def _load(self) -> None:
        for path in self._folder.iterdir():
            if path.suffix == ".json" and (note := _read_note(path)):
                self._notes[note.alert_id] = note
        for note in list(self._notes.values()):
            file = self.path(note.clip.sha256)
            if not file.is_file() or file.stat().st_size != note.clip.bytes:
                del self._notes[note.alert_id]
        files, notes = self._files(), {self._note_path(alert_id) for alert_id in self._notes}
        for path in list(self._folder.iterdir()):
            known = path.stem in files if path.suffix == ".mp4" else path in notes
            if not known and path.suffix in (".mp4", ".json", ".part"):
                path.unlink(missing_ok=True)
                self._mended += 1
        _sync_folder(self._folder)
        _sync_folder(self._folder.parent)


def _room_of(notes: Sequence[ClipNote]) -> int:
    """Bytes on disk of a clip and its notes."""
    return notes[0].clip.bytes + NOTE_BYTES * len(notes)


def _read_note(path: Path) -> ClipNote | None:
    try:
        note = ClipNote.model_validate_json(path.read_bytes())
    except ValidationError:
        return None
    return note if path.stem == str(note.alert_id) else None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
