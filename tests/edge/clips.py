"""Clips as the store and the uplink see them: bytes and what is said of them."""

from __future__ import annotations

from skynet.domain.alert import ClipRef
from tests.edge.alerts import NOW, sha256


def footage(number: int, size: int = 1000) -> bytes:
    """Bytes that look different for each number."""
    return (number.to_bytes(8) * (size // 8 + 1))[:size]


def clip_ref(content: bytes) -> ClipRef:
    return ClipRef(
        sha256=sha256(content), bytes=len(content), codec="h264", width=1920, height=1080, starts_at=NOW, ends_at=NOW
    )
