"""Alerts as a camera of the tests raises them."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from skynet.domain import Alert, AlertKind, ObjectLabel, Severity, SnapshotRef, TrackRef

NOW = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
_NUMBERS: Iterator[int] = itertools.count(1)


def picture(number: int = 0, size: int = 1000) -> bytes:
    """Bytes that look different for each number."""
    return (b"\xff\xd8" + number.to_bytes(4) + b"x" * size)[:size]


def alert(
    snapshot: bytes | None = None, *, severity: Severity = Severity.MEDIUM, box: str = "box-1", id_: UUID | None = None
) -> Alert:
    return Alert(
        id=id_ or UUID(int=next(_NUMBERS) | 7 << 76 | 0b10 << 62),
        box_id=box,
        camera_id="gate-3",
        rule_id="loiter",
        kind=AlertKind.LOITERING,
        severity=severity,
        occurred_at=NOW,
        raised_at=NOW,
        place="gate",
        track=TrackRef(track_id=1, label=ObjectLabel.PERSON, score=0.9, box=(0, 0, 0.1, 0.2), started_at=NOW),
        dwell_s=3.25,
        snapshot=SnapshotRef(sha256=sha256(snapshot), bytes=len(snapshot), width=64, height=36) if snapshot else None,
    )


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
