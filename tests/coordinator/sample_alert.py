"""Alerts as a box sends them."""

from __future__ import annotations

import hashlib
import struct
import zlib
from typing import Any

from skynet.domain.ids import uuid7

OCCURRED = 1_769_990_000.0


def alert(**changes: Any) -> dict[str, Any]:
    """A valid alert without a picture, with an id and a track of its own."""
    alert_id = uuid7(OCCURRED)
    return {
        "id": str(alert_id),
        "box_id": "box-1",
        "camera_id": "gate-3",
        "rule_id": "closed-hours",
        "kind": "zone_entry",
        "severity": "high",
        "occurred_at": "2026-02-01T08:00:00.250Z",
        "raised_at": "2026-02-01T08:00:00.500Z",
        "place": "yard",
        "track": {
            "track_id": alert_id.int & 0xFFFFFFFF,
            "label": "person",
            "score": 0.91,
            "box": [0.1, 0.2, 0.3, 0.4],
            "started_at": "2026-02-01T07:59:58.000Z",
        },
    } | changes


def png(grey: int = 0) -> tuple[str, bytes]:
    """A real PNG of one pixel, and its SHA-256."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes([0, grey]))
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return hashlib.sha256(content).hexdigest(), content


def snapshot_ref(sha256: str, size: int) -> dict[str, Any]:
    return {"sha256": sha256, "media_type": "image/png", "bytes": size, "width": 1, "height": 1}
