"""Takes a look at a camera's pictures every few seconds, out of those that are decoded anyway.

Keyframes are preferred: they are coded for themselves, so that a scene that stands still is not taken for a frozen
picture. Where keyframes are far apart another picture serves for everything but that. Used by one thread at a time, but
for `accept` and `take_memory`, which any may call.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from skynet.domain import Frame, Polygon
from skynet.domain.camera_fault import CameraFaultKind
from skynet.edge.camera_faults import CameraFaults, Finding
from skynet.edge.picture_figures import PictureFigures
from skynet.media import Packet
from skynet.vision.picture_health import Memory, PictureExaminer, PictureHealthOptions

JUDGED = frozenset(
    {
        CameraFaultKind.FROZEN,
        CameraFaultKind.BLACK,
        CameraFaultKind.OVEREXPOSED,
        CameraFaultKind.BLURRED,
        CameraFaultKind.COVERED,
        CameraFaultKind.MOVED,
    }
)
_MOST_AWAITED = 32
"""Keyframes whose pictures are still to come; more are of a stream that cannot be decoded."""
REMEMBER_EVERY_S = 600.0
"""What is known of the scene is handed out so often, and when it is known first."""
_LONG_WAIT_S = 10.0
"""After so long without the picture of a keyframe any other will do."""


class PictureWatch:
    """`masks` (normalised) as they are burned into the pictures; `cpu` tells the thread's CPU time in seconds."""

    def __init__(
        self,
        faults: CameraFaults,
        masks: Sequence[Polygon],
        figures: PictureFigures,
        options: PictureHealthOptions | None = None,
        cpu: Callable[[], float] = time.thread_time,
    ) -> None:
        self._faults = faults
        self._figures = figures
        self._examiner = PictureExaminer(masks, options)
        self._keyframes: deque[int] = deque(maxlen=_MOST_AWAITED)
        self._looked_at = float("-inf")
        self._cpu = cpu
        self._accepted = threading.Event()
        self._memory: Memory | None = None
        self._remembered_at = float("-inf")
        self.size: tuple[int, int] | None = None
        """Width and height of the last picture looked at."""

    def recall(self, memory: Memory) -> None:
        """Begin with the scenes that were known before. Raises ValueError when `memory` holds none."""
        self._examiner.recall(memory)

    def accept(self) -> None:
        """What the camera shows from now on is its scene."""
        self._accepted.set()

    def take_memory(self) -> Memory | None:
        """What is known of the scene, where there is news of it."""
        memory, self._memory = self._memory, None
        return memory

    def note(self, packet: Packet) -> None:
        """A packet on its way to the decoder."""
        if packet.is_keyframe:
            self._keyframes.append(packet.index)

    def see(self, frame: Frame) -> None:
        """A picture that was decoded; ones that are not worth a look, or were looked at before, cost nothing."""
        at = frame.captured_at
        if not self._examiner.due(at):
            return
        keyframe = frame.index in self._keyframes
        if not keyframe and at - self._looked_at < _LONG_WAIT_S:
            return
        began = self._cpu()
        if self._accepted.is_set():
            self._accepted.clear()
            self._examiner.accept()
            self._remembered_at = float("-inf")
        self._looked_at = at
        self.size = (frame.width, frame.height)
        findings = [
            Finding(fault.kind, fault.since, fault.detail) for fault in self._examiner.look(frame, keyframe=keyframe)
        ]
        self._faults.found(findings, JUDGED)
        self._faults.show(frame)
        known = self._examiner.compared_blocks is not None
        if known and abs(at - self._remembered_at) >= REMEMBER_EVERY_S:
            self._remembered_at, self._memory = at, self._examiner.remember()
        self._figures.looks += 1
        self._figures.compared_blocks = self._examiner.compared_blocks
        self._figures.cpu_s += self._cpu() - began
