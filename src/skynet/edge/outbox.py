"""Alerts that the coordinator has not confirmed yet, with their pictures, on disk.

When `put` returns, alert and picture are durable: one transaction, SQLite in WAL mode with `synchronous=FULL`, so they
survive a killed process and a power cut. The same holds for `confirm` and `refuse`. What is neither confirmed nor
refused is handed out again for ever.

Any thread may call; one lock makes calls follow each other, and each blocks on the disk. One process owns the file.
Nothing is lost without being counted: what room was made of, and what found none, is in `figures`.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from skynet.domain import Alert, Severity
from skynet.edge.outbox_file import open_outbox_file

_URGENCY = {severity: rank for rank, severity in enumerate(Severity)}
_DISPENSABLE_BELOW = _URGENCY[Severity.HIGH]
ROW_BYTES = 512
"""What an alert takes on disk beside its text: its row, its index entries, half a page."""
WAITING, REFUSED = 0, 1


class OutboxError(Exception):
    """The disk refused; nothing was changed. One line."""


class OutboxFullError(OutboxError):
    """There is no room for the alert, and none could be made; it was not stored."""


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """An alert on its way. `body` is its JSON, the same each time; `snapshot` the sha256 of a picture held here."""

    id: UUID
    box_id: str
    body: str
    snapshot: str | None
    snapshot_given_up: bool


@dataclass(frozen=True, slots=True)
class OutboxFigures:
    """What is in the outbox now, and what room cost since the start."""

    pending: int
    refused: int
    bytes: int
    full: int
    """Alerts that found no room."""
    snapshots_given_up: int
    refused_given_up: int


class Outbox:
    """`max_bytes` bounds alerts and pictures together; `free_bytes` tells the disk's free space, of which
    `min_free_bytes` stay free.

    Room is made for an alert by giving up, in this order: refused alerts; pictures of waiting alerts that are no more
    severe than it and below high, the least severe and oldest first; its own picture.
    """

    def __init__(
        self, path: Path, *, max_bytes: int, min_free_bytes: int, free_bytes: Callable[[], int], now: float = 0.0
    ) -> None:
        """Raises BadInputError when the file cannot be opened. One that is damaged is moved aside (`moved_aside`)."""
        self._db, self.moved_aside = open_outbox_file(path, now)
        self._lock = threading.Lock()
        self._max_bytes = max_bytes
        self._min_free_bytes = min_free_bytes
        self._free_bytes = free_bytes
        self._page_bytes = int(self._one("PRAGMA page_size"))
        self._bytes = self._measured()
        self._full = self._snapshots_given_up = self._refused_given_up = 0
        self._listener: Callable[[], None] = lambda: None

    def on_put(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each put, in the thread of the put."""
        self._listener = listener

    def put(self, alert: Alert, snapshot: bytes | None) -> None:
        """Store `alert` and the picture that it names. Putting an id again changes nothing. Raises OutboxError."""
        with self._lock, self._writing():
            if self._one("SELECT count(*) FROM alerts WHERE id = ?", str(alert.id)):
                return
            self._insert(alert, self._make_room(alert, snapshot))
        self._listener()

    def pending(self, limit: int, max_bytes: int, without: Collection[UUID] = ()) -> list[OutboxItem]:
        """The next alerts of one box id to send, the most severe and then the oldest first, `without` those named.

        At most `limit`, and at most `max_bytes` of JSON unless the first alone is larger.
        """
        items: list[OutboxItem] = []
        size = 0
        with self._lock, self._reading():
            rows = self._db.execute(
                "SELECT id, box_id, body, snapshot, snapshot_given_up FROM alerts WHERE state = ?"
                " ORDER BY severity DESC, seq LIMIT ?",
                (WAITING, limit + len(without)),
            )
            for row in rows:
                item = OutboxItem(UUID(row[0]), row[1], row[2], row[3], bool(row[4]))
                if item.id in without or (items and item.box_id != items[0].box_id):
                    continue
                size += len(item.body.encode()) + 1
                if len(items) == limit or (items and size > max_bytes):
                    break
                items.append(item)
        return items

    def snapshot(self, sha256: str) -> bytes | None:
        """The picture, or None when it is not (or no longer) here."""
        with self._lock, self._reading():
            row = self._db.execute("SELECT content FROM snapshots WHERE sha256 = ?", (sha256,)).fetchone()
        return bytes(row[0]) if row else None

    def confirm(self, ids: Sequence[UUID]) -> None:
        """The coordinator has these: forget them, and pictures that nobody else names."""
        if not ids:
            return
        with self._lock, self._writing():
            for alert_id in ids:
                self._delete(str(alert_id))

    def refuse(self, alert_id: UUID, reason: str) -> None:
        """The coordinator will never take it: keep it apart, for a person to look at."""
        with self._lock, self._writing():
            self._db.execute(
                "UPDATE alerts SET state = ?, reason = ? WHERE id = ?", (REFUSED, reason[:500], str(alert_id))
            )

    def give_up_snapshot(self, sha256: str) -> None:
        """The picture cannot be delivered: the alerts that name it go without."""
        with self._lock, self._writing():
            self._drop_snapshot(sha256)

    def count(self) -> int:
        """Alerts that wait."""
        with self._lock, self._reading():
            return self._count(WAITING)

    def state_of(self, alert_id: UUID) -> int | None:
        """WAITING, REFUSED, or None when it is not (or no longer) here."""
        with self._lock, self._reading():
            row = self._db.execute("SELECT state FROM alerts WHERE id = ?", (str(alert_id),)).fetchone()
        return int(row[0]) if row else None

    def figures(self) -> OutboxFigures:
        with self._lock, self._reading():
            return OutboxFigures(
                pending=self._count(WAITING),
                refused=self._count(REFUSED),
                bytes=self._bytes,
                full=self._full,
                snapshots_given_up=self._snapshots_given_up,
                refused_given_up=self._refused_given_up,
            )

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def _insert(self, alert: Alert, snapshot: bytes | None) -> None:
        given_up = snapshot is None and alert.snapshot is not None
        sha256 = None if given_up or alert.snapshot is None else alert.snapshot.sha256
        stored = alert.model_copy(update={"snapshot": None}) if given_up else alert
        body = stored.model_dump_json()
        if snapshot is not None and sha256 is not None:
            added = self._db.execute("INSERT OR IGNORE INTO snapshots VALUES (?, ?)", (sha256, snapshot)).rowcount
            self._bytes += added * len(snapshot)
        self._db.execute(
            "INSERT INTO alerts (id, box_id, severity, body, snapshot, snapshot_given_up, state)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (str(alert.id), alert.box_id, _URGENCY[alert.severity], body, sha256, given_up, WAITING),
        )
        self._bytes += len(body.encode()) + ROW_BYTES

    def _make_room(self, alert: Alert, snapshot: bytes | None) -> bytes | None:
        """The picture that there is room for: the one given, or None. Raises OutboxFullError."""
        words = len(alert.model_dump_json().encode()) + ROW_BYTES
        needed = words + len(snapshot or b"")
        rank = _URGENCY[alert.severity]
        while not self._fits(needed):
            if not (self._give_up_refused() or self._give_up_picture(rank)):
                break
        else:
            return snapshot
        if snapshot is not None and self._fits(words):
            self._snapshots_given_up += 1
            return None
        raise OutboxFullError(
            f"no room for alert {alert.id}: the outbox holds {self._bytes} of {self._max_bytes} bytes, the disk has "
            f"{self._free_bytes()} bytes free; mend the way to the coordinator or make room on the disk"
        )

    def _fits(self, needed: int) -> bool:
        if self._bytes + needed > self._max_bytes:
            return False
        reusable = int(self._one("PRAGMA freelist_count")) * self._page_bytes
        return needed <= reusable or needed <= reusable + self._free_bytes() - self._min_free_bytes

    def _give_up_refused(self) -> bool:
        row = self._db.execute("SELECT id FROM alerts WHERE state = ? ORDER BY seq LIMIT 1", (REFUSED,)).fetchone()
        if row is None:
            return False
        self._delete(row[0])
        self._refused_given_up += 1
        return True

    def _give_up_picture(self, rank: int) -> bool:
        """Let go the least severe, then oldest picture up to severity `rank`; False when there is none."""
        row = self._db.execute(
            "SELECT snapshot FROM alerts WHERE snapshot IS NOT NULL GROUP BY snapshot"
            " HAVING max(severity) <= ? ORDER BY max(severity), min(seq) LIMIT 1",
            (min(rank, _DISPENSABLE_BELOW - 1),),
        ).fetchone()
        if row is None:
            return False
        self._drop_snapshot(row[0])
        return True

    def _drop_snapshot(self, sha256: str) -> None:
        for seq, body in self._db.execute("SELECT seq, body FROM alerts WHERE snapshot = ?", (sha256,)).fetchall():
            bare = Alert.model_validate_json(body).model_copy(update={"snapshot": None}).model_dump_json()
            self._db.execute(
                "UPDATE alerts SET body = ?, snapshot = NULL, snapshot_given_up = 1 WHERE seq = ?", (bare, seq)
            )
            self._bytes += len(bare.encode()) - len(body.encode())
            self._snapshots_given_up += 1
        self._forget_orphan(sha256)

    def _delete(self, alert_id: str) -> None:
        rows = self._db.execute("DELETE FROM alerts WHERE id = ? RETURNING body, snapshot", (alert_id,)).fetchall()
        for body, sha256 in rows:
            self._bytes -= len(body.encode()) + ROW_BYTES
            if sha256 is not None:
                self._forget_orphan(sha256)

    def _forget_orphan(self, sha256: str) -> None:
        rows = self._db.execute(
            "DELETE FROM snapshots WHERE sha256 = ?1 AND NOT EXISTS (SELECT 1 FROM alerts WHERE snapshot = ?1)"
            " RETURNING length(content)",
            (sha256,),
        ).fetchall()
        self._bytes -= sum(row[0] for row in rows)

    def _count(self, state: int) -> int:
        return int(self._one("SELECT count(*) FROM alerts WHERE state = ?", state))

    def _measured(self) -> int:
        words = self._one("SELECT coalesce(sum(length(cast(body AS BLOB)) + ?), 0) FROM alerts", ROW_BYTES)
        return int(words) + int(self._one("SELECT coalesce(sum(length(content)), 0) FROM snapshots"))

    def _one(self, sql: str, *values: object) -> int:
        row = self._db.execute(sql, values).fetchone()
        return int(row[0])

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise OutboxError(f"the outbox cannot be read: {error}; look at the disk") from error

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """One transaction: all or nothing, durable at its end."""
        before = (self._bytes, self._snapshots_given_up, self._refused_given_up)
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except BaseException as error:
            self._bytes, self._snapshots_given_up, self._refused_given_up = before
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
                error = OutboxFullError("the disk is full; make room on it")
            if isinstance(error, OutboxFullError):
                self._full += 1
                raise error from None
            if isinstance(error, sqlite3.Error | OSError):
                raise OutboxError(f"the outbox cannot be written: {error}; look at the disk") from error
            raise
