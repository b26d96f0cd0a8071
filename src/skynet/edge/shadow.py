"""What the gate would have done, beside a camera that is decoded all the time anyway.

For trying the gate on a site before it is trusted: nothing is left undone because of it, and each thing that it would
have lost is a line in the log and a count.
"""

from __future__ import annotations

import logging
from collections import deque

from skynet.domain import Box, Frame
from skynet.edge.gate_figures import GateFigures
from skynet.edge.pipeline import Analysis
from skynet.edge.wakefulness import Wakefulness
from skynet.media import ActivityGate, Packet

log = logging.getLogger(__name__)

_DIGEST_S = 8.0
_MOST_AWAITED = 32
"""Keyframes whose pictures are still to come; more are of a stream that cannot be decoded."""


class Shadow:
    """Looks where a sleeping camera would: at keyframes, and at what is analysed while it would be awake."""

    def __init__(self, camera_id: str, gate: ActivityGate, figures: GateFigures, hold_s: float) -> None:
        self._camera_id = camera_id
        self._gate = gate
        self._figures = figures
        self._wakefulness = Wakefulness(hold_s)
        self._keyframes: deque[int] = deque(maxlen=_MOST_AWAITED)
        self._asleep_tracks: set[int] = set()
        self._unseen: list[str] = []
        self._objects: list[Box] = []
        self._in_vain = True
        self._digested_at = float("-inf")
        self._at: float | None = None

    def weigh(self, packet: Packet) -> None:
        if self._gate.weigh(packet):
            self._wake(packet.captured_at)
        if packet.is_keyframe:
            self._keyframes.append(packet.index)

    def look(self, frame: Frame, analysis: Analysis | None) -> None:
        """`analysis` None when the frame was not analysed."""
        at, awake = frame.captured_at, self._wakefulness.awake
        self._tick(at, awake)
        state = self._gate.state
        self._figures.trusted, self._figures.reason = state.trusted, state.reason
        if not state.trusted:
            self._wake(at)
        if awake:
            if analysis:
                self._follow(frame, analysis)
        else:
            if analysis:
                self._note(analysis)
            if frame.index in self._keyframes:
                self._glance(frame)
        while self._keyframes and self._keyframes[0] <= frame.index:
            self._keyframes.popleft()
        self._figures.awake = self._wakefulness.awake

    def _follow(self, frame: Frame, analysis: Analysis) -> None:
        at, size = frame.captured_at, (frame.width, frame.height)
        if self._gate.look(frame, awake=True).wakes:
            self._wakefulness.stir(at)
        objects = [seen.box for seen in analysis.observations.objects]
        self._wakefulness.follow(analysis.observations.objects, at)
        self._objects += objects
        self._in_vain &= not objects
        if self._wakefulness.falls_asleep(at):
            self._gate.slept(self._objects, size, in_vain=self._in_vain)
        elif at - self._digested_at >= _DIGEST_S:
            self._digested_at = at
            self._gate.digest(self._objects, size)
            self._objects = objects

    def _glance(self, frame: Frame) -> None:
        self._figures.looks += 1
        if self._gate.look(frame, awake=False).wakes:
            self._wake(frame.captured_at)
            return
        for line in self._unseen:  # catching up begins at this keyframe at the earliest: these are gone
            self._figures.shadow_missed += 1
            log.warning("camera %s: the gate would have slept through %s", self._camera_id, line)
        self._unseen.clear()

    def _wake(self, at: float) -> None:
        if not self._wakefulness.awake:
            self._figures.wakes += 1
            self._objects, self._in_vain, self._digested_at = [], True, at
        self._wakefulness.stir(at)
        self._unseen.clear()
        self._asleep_tracks.clear()

    def _note(self, analysis: Analysis) -> None:
        for pending in analysis.alerts:
            self._unseen.append(f"alert {pending.alert.id} of rule {pending.alert.rule_id}")
        for seen in analysis.observations.objects:
            if seen.track_id is not None and seen.track_id not in self._asleep_tracks:
                self._asleep_tracks.add(seen.track_id)
                self._unseen.append(f"track {seen.track_id} ({seen.label.value})")

    def _tick(self, at: float, awake: bool) -> None:
        step_s = min(max(at - self._at, 0.0), 60.0) if self._at is not None else 0.0
        self._at = at
        if awake:
            self._figures.awake_s += step_s
        else:
            self._figures.asleep_s += step_s
