"""The picture that goes with an alert: a JPEG small enough to send from a box on a thin line."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import cv2

from skynet.domain import Frame, SnapshotRef

MAX_WIDTH = 1280
JPEG_QUALITY = 85


@dataclass(frozen=True, slots=True)
class Snapshot:
    """JPEG bytes and the reference by which an alert names them."""

    ref: SnapshotRef
    jpeg: bytes


def take_snapshot(frame: Frame) -> Snapshot:
    """The whole picture, privacy masks burned in, at most `MAX_WIDTH` pixels wide."""
    width = min(frame.width, MAX_WIDTH)
    height = max(1, round(frame.height * width / frame.width))
    encoded, buffer = cv2.imencode(".jpg", frame.bgr(width, height), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not encoded:
        raise ValueError(f"a picture of {width}×{height} pixels could not be coded as JPEG")
    jpeg = buffer.tobytes()
    ref = SnapshotRef(sha256=hashlib.sha256(jpeg).hexdigest(), bytes=len(jpeg), width=width, height=height)
    return Snapshot(ref, jpeg)
