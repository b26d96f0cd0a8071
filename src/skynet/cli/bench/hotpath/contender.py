"""Who takes part: each a way of watching a camera, run in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["floor", "other", "ours"]


@dataclass(frozen=True)
class Contender:
    """`copies` of one camera are watched at once when cost is measured, so that what a process costs by itself is
    shared as it would be on a box; as many as one core carries. `sees` is False where nothing is analysed."""

    name: str
    role: Role
    words: str
    copies: int
    stream: Literal["main", "sub"] = "main"
    sees: bool = True
    needs_ffmpeg: bool = False
    at_once: int = 3
    """Scenes watched together when sight is measured: as many as two cores carry."""


CONTENDERS = (
    Contender("demux", "floor", "packets read and thrown away", 8, sees=False),
    Contender("decode", "floor", "every picture decoded and thrown away", 3, sees=False),
    Contender("naive", "other", "cv2.VideoCapture, the detector on every picture", 1, at_once=1),
    Contender("frigate-main", "other", "ffmpeg decodes all, 5/s through a pipe, motion, detector on regions", 3,
              needs_ffmpeg=True),
    Contender("frigate-sub", "other", "the same on the sub-stream", 8, stream="sub", needs_ffmpeg=True),
    Contender("keyframes", "other", "only keyframes decoded, detector on each", 8),
    Contender("adaptive", "other", "ffmpeg on keyframes, replaced by one that decodes all on motion", 3,
              needs_ffmpeg=True),
    Contender("ours-main", "ours", "skynet edge's worker, gate auto", 4),
    Contender("ours-sub", "ours", "the same with the sub-stream analysed", 4, stream="sub"),
)  # fmt: skip
BY_NAME = {contender.name: contender for contender in CONTENDERS}
