"""A dispatch console's loop: long-polls the alert feed, resumes from a cursor kept in a file, never sees one twice.

Runs on a thread of its own. Everything it has seen is appended to `seen` before the cursor is written.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx

from skynet.domain import AlertRecord

_WAIT_S = 5
_RETRY_S = 0.5


@dataclass(frozen=True, slots=True)
class SeenAlert:
    """An alert as it reached the console. `seen_at` POSIX seconds."""

    record: AlertRecord
    seen_at: float

    @property
    def latency_s(self) -> float:
        """From the frame's capture to the console."""
        return self.seen_at - self.record.alert.occurred_at.timestamp()


class Dispatcher:
    """Polls `GET /api/v1/alerts` with the console token until stopped."""

    def __init__(self, client: httpx.Client, cursor_file: Path, on_alert: Callable[[SeenAlert], None]) -> None:
        self._client = client
        self._cursor_file = cursor_file
        self._on_alert = on_alert
        self._ids: set[UUID] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._poll, name="dispatcher", daemon=True)
        self.seen: list[SeenAlert] = []
        self.doubled = 0
        self.failures = 0
        self.cursor, self.seen_before = self._load()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(_WAIT_S + 2)

    def _poll(self) -> None:
        while not self._stop.is_set():
            params: dict[str, str | int] = {"wait": _WAIT_S, "limit": 100}
            if self.cursor:
                params["cursor"] = self.cursor
            try:
                answer = self._client.get("/api/v1/alerts", params=params, timeout=_WAIT_S + 10)
                answer.raise_for_status()
            except httpx.HTTPError:
                if not self._stop.wait(_RETRY_S):
                    self.failures += 1
                continue
            self._take(answer.json(), time.time())

    def _take(self, page: dict[str, object], now: float) -> None:
        items = page["items"]
        assert isinstance(items, list)  # noqa: S101 (the coordinator's own contract)
        for item in items:
            alert = SeenAlert(AlertRecord.model_validate(item), now)
            if alert.record.alert.id in self._ids:
                self.doubled += 1
                continue
            self._ids.add(alert.record.alert.id)
            self.seen.append(alert)
            self._on_alert(alert)
        if page["next_cursor"] != self.cursor:
            self.cursor = str(page["next_cursor"])
            self._save()

    def _load(self) -> tuple[str | None, int]:
        if not self._cursor_file.exists():
            return None, 0
        kept = json.loads(self._cursor_file.read_text(encoding="utf-8"))
        return kept["cursor"], kept["seen"]

    def _save(self) -> None:
        part = self._cursor_file.with_suffix(".part")
        part.write_text(
            json.dumps({"cursor": self.cursor, "seen": self.seen_before + len(self.seen)}), encoding="utf-8"
        )
        part.replace(self._cursor_file)
