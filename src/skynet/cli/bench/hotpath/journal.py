"""What a contender notes while it watches: a JSON object a line on standard output. Thread-safe.

`t_s` is stream time, from the first picture of the feed; `at_s` the time when it was known, on the same scale.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from skynet.domain import Detections

Shares = tuple[float, float, float, float]
"""x, y, width and height as shares of the picture."""


class Journal:
    """The writing end, of one feed."""

    _lock = threading.Lock()

    def __init__(self, feed: int) -> None:
        self.number = feed
        self._began: float | None = None

    def begin(self) -> None:
        """Stream time is 0 now; only the first call counts."""
        if self._began is None:
            self._began = time.monotonic()
            self._write({"begin": self._began})

    @property
    def now_s(self) -> float:
        return 0.0 if self._began is None else time.monotonic() - self._began

    def look(self, t_s: float, found: Sequence[Shares], regions: Sequence[Shares] | None = None) -> None:
        """The picture of `t_s` was analysed, whole or in `regions`, and showed `found`."""
        note: dict[str, Any] = {
            "look": round(t_s, 3),
            "at": round(self.now_s, 3),
            "found": [_short(box) for box in found],
        }
        if regions is not None:
            note["regions"] = [_short(box) for box in regions]
        self._write(note)

    def awake(self, t_s: float, awake: bool) -> None:
        """From `t_s` on every picture is decoded, or no longer."""
        self._write({"awake": round(t_s, 3), "on": awake})

    def lost(self, frames: int) -> None:
        """So many pictures or packets were lost or left out."""
        self._write({"lost": frames})

    def _write(self, note: dict[str, Any]) -> None:
        line = json.dumps({"feed": self.number, **note})
        with self._lock:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


@dataclass(frozen=True)
class Look:
    """One analysed picture."""

    t_s: float
    at_s: float
    found: tuple[Shares, ...]
    regions: tuple[Shares, ...] | None


@dataclass
class Record:
    """The reading end: what one feed's notes say. `began` on the machine's monotonic clock."""

    began: float | None = None
    looks: list[Look] = field(default_factory=list)
    switches: list[tuple[float, bool]] = field(default_factory=list)
    lost: int = 0

    def take(self, note: dict[str, Any]) -> None:
        if "begin" in note:
            self.began = float(note["begin"])
        elif "look" in note:
            regions = note.get("regions")
            parts = None if regions is None else tuple(tuple(box) for box in regions)
            self.looks.append(Look(note["look"], note["at"], tuple(tuple(box) for box in note["found"]), parts))
        elif "lost" in note:
            self.lost = int(note["lost"])
        elif "awake" in note:
            self.switches.append((note["awake"], note["on"]))

    def awake_spans(self, until_s: float) -> list[tuple[float, float]]:
        """When every picture was decoded, stream time."""
        spans, since = [], None
        for t_s, on in [*self.switches, (until_s, False)]:
            if on and since is None:
                since = t_s
            elif not on and since is not None:
                spans.append((since, min(t_s, until_s)))
                since = None
        return spans


def boxes(found: Detections, width: int, height: int) -> list[Shares]:
    """Where the detections of a picture of that size are."""
    return [(one.box.x / width, one.box.y / height, one.box.width / width, one.box.height / height) for one in found]


def _short(box: Iterable[float]) -> list[float]:
    return [round(part, 4) for part in box]
