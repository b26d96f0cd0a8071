"""Says when a stream that nobody decodes is worth decoding. One gate a camera, one thread at a time, no I/O.

Asleep it sees keyframes (or every picture of a small stream) and compares them with the empty scene; awake it sees the
pictures that are analysed and compares them with the last second, so that it can tell when all is still again. What
strays without meaning anything (rain, leaves, noise, the light) is learned from quiet pictures and from awake spells.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from skynet.domain.frame import Frame
from skynet.domain.geometry import Box
from skynet.media.gate.changes import Change, find_changes
from skynet.media.gate.look import GateState, Look, Referee
from skynet.media.gate.options import GateOptions
from skynet.media.gate.packet_sizes import PacketSizes
from skynet.media.gate.scene import Scene
from skynet.media.gate.small_picture import small_picture
from skynet.media.gate.trust import Trust
from skynet.media.packet import Packet

REMEMBERED_GOPS = 9
DOUBTFUL_AFTER = 3
"""So many awake spells in a row without an object, and the referee is asked before the next one."""
OBJECT_MARGIN = 0.25
"""Objects are taken to be so much larger on each side: legs, shadows, what the tracker saw a moment late."""


class ActivityGate:
    """`referee` may veto a wake where changes alone have kept waking for nothing."""

    def __init__(self, options: GateOptions | None = None, referee: Referee | None = None) -> None:
        self._options = options or GateOptions()
        self._referee = referee
        self._scene: Scene | None = None
        self._scene_since = 0.0
        self._sizes = PacketSizes()
        self._trust = Trust()
        self._keyframe_at: float | None = None
        self._open_s = 0.0
        self._gops: list[float] = []
        self._in_vain = 0
        self._vetoes = 0
        self._awake = False
        self._looks = self._wakes = self._false_wakes = self._vetoed = 0

    @property
    def state(self) -> GateState:
        gop_s = self._gop_s()
        reason = ""
        if self._trust.lost:
            reason = "self-checks found movement that its keyframes do not show"
        elif gop_s is not None and gop_s > self._options.longest_gop_s:
            reason = f"its keyframes are {gop_s:.0f} s apart; let the camera send one more often"
        elif gop_s is not None and gop_s > self._options.long_gop_s and not self._sizes.tell:
            reason = f"its keyframes are {gop_s:.0f} s apart and the sizes of its packets tell nothing"
        return GateState(
            trusted=not reason,
            reason=reason,
            looks=self._looks,
            wakes=self._wakes,
            false_wakes=self._false_wakes,
            vetoed=self._vetoed,
            checks=self._trust.checks,
            missed=self._trust.missed,
            gop_s=gop_s,
            sizes_tell=self._sizes.tell,
        )

    def weigh(self, packet: Packet) -> bool:
        """Every packet in order, asleep or awake. True when sizes say, where they can, that something goes on."""
        if packet.is_keyframe:
            if self._keyframe_at is not None and packet.captured_at > self._keyframe_at:
                self._gops = [*self._gops[1 - REMEMBERED_GOPS :], packet.captured_at - self._keyframe_at]
            self._keyframe_at, self._open_s = packet.captured_at, 0.0
            return False
        if self._keyframe_at is not None:
            self._open_s = packet.captured_at - self._keyframe_at
        return self._sizes.weigh(packet.size)

    def look(self, frame: Frame, *, awake: bool) -> Look:
        """A decoded picture, in order of capture: one of the sleeping stream's, or one that is analysed."""
        self._looks += 1
        self._trust.passes(frame.captured_at)
        picture = small_picture(frame, self._options.width)
        at = frame.captured_at
        scene = self._scene
        if scene is None or scene.shape != picture.shape:
            self._scene, self._scene_since = Scene(picture, at, self._options), at
            return self._woken(Look(True, True, (), "learning"), awake)
        if at - self._scene_since < self._options.learning_s:
            scene.learn_awake(picture, scene.news(picture), at)
            return self._woken(Look(True, True, (), "learning"), awake)
        if awake:
            return self._follow(scene, picture, frame)
        return self._glance(scene, picture, frame)

    def digest(self, objects: Sequence[Box], frame_size: tuple[int, int]) -> None:
        """An awake spell lasts: learn from what it has shown since the last call, not where `objects` were followed.

        `objects` in pixels of frames of `frame_size` (width, height).
        """
        if self._scene:
            self._scene.digest(_occupied(objects, frame_size, self._scene.shape))

    def slept(self, objects: Sequence[Box], frame_size: tuple[int, int], *, in_vain: bool) -> None:
        """An awake spell is over; `objects` as for `digest`, `in_vain` when none was seen in all of it."""
        self._sizes.was(busy=not in_vain)
        self._awake = False
        self._in_vain = self._in_vain + 1 if in_vain else 0
        self._false_wakes += in_vain
        self.digest(objects, frame_size)
        if self._scene:
            self._scene.settle()

    def check(self, frames: Sequence[Frame]) -> bool:
        """True when pictures of a GOP that was slept through show something which its ends do not."""
        missed = self._scene is not None and self._moves_inside(self._scene, frames)
        self._trust.checked(missed, frames[-1].captured_at if frames else 0.0)
        return missed

    def _gop_s(self) -> float | None:
        """Seconds between keyframes; of a GOP that is already too long, which may have no end, its length so far."""
        known = median(self._gops) if self._gops else None
        return max(known or 0.0, self._open_s) if self._open_s > self._options.long_gop_s else known

    def _glance(self, scene: Scene, picture: NDArray[np.float32], frame: Frame) -> Look:
        news = scene.news(picture)
        changes = find_changes(news, self._options)
        if not changes:
            scene.learn_quiet(picture, news, frame.captured_at)
            self._sizes.was(busy=False)
            return Look(False, False)
        regions = _regions(changes, frame, picture.shape)
        if self._vetoes_wake(frame, regions):
            self._vetoed += 1
            return Look(False, True, regions, "veto")
        return self._woken(Look(True, True, regions, "change"), awake=False)

    def _follow(self, scene: Scene, picture: NDArray[np.float32], frame: Frame) -> Look:
        news = scene.news(picture)
        moving = find_changes(scene.stirs(picture), self._options)
        scene.learn_awake(picture, news, frame.captured_at)
        regions = _regions(moving or find_changes(news, self._options), frame, picture.shape)
        return self._woken(Look(bool(moving), bool(moving), regions, "change" if moving else ""), awake=True)

    def _vetoes_wake(self, frame: Frame, regions: tuple[Box, ...]) -> bool:
        """Ask the referee, but only where changes have woken in vain, and never more than twice in a row."""
        if self._referee is None or self._in_vain < DOUBTFUL_AFTER or self._vetoes >= 2:
            self._vetoes = 0
            return False
        if self._referee.sees_object(frame, regions):
            self._vetoes = 0
            return False
        self._vetoes += 1
        return True

    def _woken(self, look: Look, awake: bool) -> Look:
        if look.wakes and not awake and not self._awake:
            self._awake = True
            self._wakes += 1
            if self._scene:
                self._scene.begin_spell()
        return look

    def _moves_inside(self, scene: Scene, frames: Sequence[Frame]) -> bool:
        """Two pictures running show a change, and neither end of the GOP does."""
        changed = []
        for frame in frames:
            picture = small_picture(frame, self._options.width)
            if picture.shape != scene.shape:
                return False
            changed.append(bool(find_changes(scene.news(picture), self._options)))
        inside = any(one and other for one, other in pairwise(changed))
        return inside and not changed[0] and not changed[-1]


def _regions(changes: Sequence[Change], frame: Frame, shape: tuple[int, ...]) -> tuple[Box, ...]:
    across, down = frame.width / shape[1], frame.height / shape[0]
    return tuple(
        Box(one.left, one.top, one.right - one.left, one.bottom - one.top).scaled(across, down) for one in changes
    )


def _occupied(objects: Sequence[Box], frame_size: tuple[int, int], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Where objects were seen, (h, w) of the small picture."""
    occupied = np.zeros(shape, np.bool_)
    across, down = shape[1] / frame_size[0], shape[0] / frame_size[1]
    for box in objects:
        grown = box.padded(OBJECT_MARGIN).scaled(across, down)
        left, top = max(0, int(grown.x)), max(0, int(grown.y))
        occupied[top : int(grown.y + grown.height) + 2, left : int(grown.x + grown.width) + 2] = True
    return occupied
