"""A camera that sleeps while nothing happens, and loses nothing by it.

Asleep, packets only lie in the ring, and each keyframe is decoded small and alone for the gate to look at. When the
gate wakes, decoding starts with the last keyframe that showed nothing, so that what came before the look is analysed
too; from there on every picture is decoded, in one go with the stream, until nothing has moved for a while.

Now and then a whole GOP is decoded although nothing woke: had the gate been wrong there, it says so itself, and the
camera is watched all the time until it may be trusted again. Used by one thread at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from skynet.domain import Box, Frame, Polygon
from skynet.edge.frame_analyst import FrameAnalyst
from skynet.edge.gate_figures import GateFigures
from skynet.edge.picture_watch import PictureWatch
from skynet.edge.self_check import SelfCheck
from skynet.edge.wakefulness import Wakefulness
from skynet.media import ActivityGate, Cursor, Decoder, KeyframeDecoder, Packet

log = logging.getLogger(__name__)

_LONGEST_STEP_S = 60.0
_LONGEST_HELD_BACK_S = 2.0
"""No decoder holds a picture back for longer; one that gives none at all must not keep the camera awake."""
_BLIND_AFTER = 3
"""So many keyframes in a row that cannot be decoded alone, and the stream is decoded as a whole instead."""


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """Times in seconds. `hold_s` of quiet before it sleeps; changes in which no object is seen keep it awake for
    `patience_s`, and what they have shown is given to the gate every `digest_s`; `backlog_s` at most is analysed of
    what came before a wake; objects that stand still are looked for again every `verify_s`; `max_lag_s` the analysis
    may lag while awake."""

    hold_s: float = 3.0
    patience_s: float = 6.0
    digest_s: float = 8.0
    backlog_s: float = 12.0
    verify_s: float = 30.0
    max_lag_s: float = 2.0
    every_picture: bool = False
    """Look at every picture while asleep, not only at keyframes: for sub-streams, whose pictures cost little."""


class _State(Enum):
    ASLEEP = auto()
    AWAKE = auto()
    CHECKING = auto()


class GatedWatch:
    """Reads on through `cursor`, which it takes back to earlier packets where it must."""

    def __init__(
        self,
        camera_id: str,
        cursor: Cursor,
        gate: ActivityGate,
        analyst: FrameAnalyst,
        figures: GateFigures,
        masks: Sequence[Polygon],
        options: WatchOptions,
        pictures: PictureWatch | None = None,
    ) -> None:
        self._camera_id = camera_id
        self._cursor = cursor
        self._gate = gate
        self._analyst = analyst
        self._figures = figures
        self._masks = tuple(masks)
        self._options = options
        self._pictures = pictures
        self._wakefulness = Wakefulness(options.hold_s)
        self._keyframes = KeyframeDecoder(masks)
        self._decoder = Decoder(masks)
        self._retired = [0, 0, 0]  # decoded, skipped, errors of decoders that are gone
        self._check = SelfCheck(gate)
        self._state = _State.ASLEEP
        self._newest = -1  # index of the newest packet that was weighed
        self._glanced_at = float("-inf")
        self._quiet = (0, float("-inf"))  # number in the ring and time of the last keyframe that showed nothing
        self._previous: int | None = None  # number in the ring of the last keyframe looked at
        self._unseen = 0  # keyframes since then that could not be decoded
        self._verified_at = float("-inf")
        self._objects: list[Box] = []  # followed since the gate was told last
        self._object_at = float("-inf")
        self._digested_at = float("-inf")
        self._in_vain = True
        self._size = (1, 1)
        self._clock_at: float | None = None
        self._most_behind_s = 0.0
        cursor.max_lag_s = None
        figures.awake = False

    @property
    def decoded(self) -> int:
        return self._retired[0] + self._decoder.decoded + self._keyframes.decoded

    @property
    def skipped(self) -> int:
        return self._retired[1] + self._decoder.skipped

    @property
    def errors(self) -> int:
        return self._retired[2] + self._decoder.errors + self._keyframes.errors

    @property
    def asleep(self) -> bool:
        return self._state is _State.ASLEEP and not self._options.every_picture

    @property
    def keeps_up(self) -> bool:
        return self._state is _State.AWAKE and self._cursor.max_lag_s is not None

    def take(self, packet: Packet) -> None:
        hint = self._weighed(packet)
        if self._state is _State.CHECKING and not self._checked(packet):
            return
        if self._state is _State.AWAKE:
            self._follow(packet)
        elif hint:
            self._wake(packet.captured_at, "size")
        elif self._options.every_picture:
            self._doze(packet)
        elif packet.is_keyframe:
            self._glance(packet)
        elif not self._gate.state.trusted:  # its next keyframe may be far away, or never come
            self._note_trust()
            self._wake(packet.captured_at, "distrust")

    def live(self) -> None:
        """All that has come has been taken: from here on falling behind is the box's fault."""
        if self._state is _State.AWAKE:
            self._cursor.max_lag_s = self._options.max_lag_s

    def finish(self) -> None:
        if self._state is _State.AWAKE:
            for frame in self._decoder.flush():
                self._look(frame)
        self._analyst.finish()

    def _weighed(self, packet: Packet) -> bool:
        """Let the gate weigh a packet the first time that it comes by."""
        if packet.index <= self._newest:
            return False
        self._newest = packet.index
        self._tick(packet.captured_at)
        if self._pictures:
            self._pictures.note(packet)
        return self._gate.weigh(packet)

    def _glance(self, packet: Packet) -> None:
        """Look at a keyframe alone."""
        if packet.captured_at <= self._glanced_at:
            return
        frame = self._keyframes.decode(packet)
        if frame:
            self._unseen = 0
            self._judge(frame, self._cursor.position - 1)
            return
        self._unseen += 1
        if self._previous is None:
            self._previous = self._cursor.position - 1
        if self._unseen >= _BLIND_AFTER:
            self._figures.reason = "its keyframes cannot be decoded by themselves"
            self._wake(packet.captured_at, "blind")

    def _doze(self, packet: Packet) -> None:
        """Decode on, and look at every picture."""
        for frame in self._decoder.decode(packet):
            if self._state is _State.ASLEEP and frame.captured_at > self._glanced_at:
                self._judge(frame, self._cursor.position - 1)

    def _judge(self, frame: Frame, number: int) -> None:
        """`number` is that of the frame's packet in the ring."""
        at = self._glanced_at = frame.captured_at
        if self._pictures:
            self._pictures.see(frame)
        self._figures.looks += 1
        look = self._gate.look(frame, awake=False)
        self._figures.vetoes += look.moved and not look.wakes
        self._note_trust()
        if look.wakes or not self._gate.state.trusted:
            quiet_number, quiet_at = self._quiet
            recent = 0 <= at - quiet_at <= self._options.backlog_s
            self._wake(at, look.reason or "distrust", quiet_number if recent else None)
        elif not self._stands_still(frame):
            self._wake(at, "gone", number)
        else:
            if not look.moved:
                self._quiet = (number, at)
            if self._check.due(at) and not self._options.every_picture and self._previous is not None:
                self._begin_check(self._previous, number)
        self._previous = number

    def _begin_check(self, begin: int, until: int) -> None:
        self._check.begin(until)
        self._retire_decoder()
        self._cursor.rewind(begin)
        self._enter(_State.CHECKING)

    def _stands_still(self, frame: Frame) -> bool:
        """Tell the rules that nothing has moved; False when an object that should stand there is not found again."""
        held = self._analyst.hold(frame).observations.objects
        if not held or frame.captured_at - self._verified_at < self._options.verify_s:
            return True
        self._verified_at = frame.captured_at
        found = {seen.track_id for seen in self._analyst.analyse(frame, moved=True).observations.objects}
        return all(seen.track_id in found for seen in held)

    def _wake(self, at: float, reason: str, begin: int | None = None) -> None:
        """Follow the stream from the keyframe at or before packet `begin` on; None: from the last look on.

        Before the first look nothing was slept through: what a watch that failed has left in the ring stays there.
        """
        begin = self._previous if begin is None else begin
        log.debug("camera %s: wakes (%s)", self._camera_id, reason)
        self._wakefulness.stir(at)
        self._figures.wakes += 1
        self._objects = []
        self._in_vain = True
        self._object_at = self._digested_at = at
        self._keyframes.release()
        self._retire_decoder()
        self._cursor.rewind(self._cursor.position - 1 if begin is None else begin)
        self._most_behind_s = self._cursor.lag_s + self._options.max_lag_s
        self._enter(_State.AWAKE)

    def _follow(self, packet: Packet) -> None:
        if self._cursor.max_lag_s is None and self._cursor.lag_s > self._most_behind_s:
            self.live()  # the box falls behind faster than it catches up: from here on the newest wins
        at = packet.captured_at - _LONGEST_HELD_BACK_S
        for frame in self._decoder.decode(packet):
            self._look(frame)
            at = max(at, frame.captured_at)
        if not self._gate.state.trusted:
            self._wakefulness.stir(at)
        if packet.index >= self._newest and self._wakefulness.falls_asleep(at):
            self._sleep()

    def _look(self, frame: Frame) -> None:
        at = frame.captured_at
        if self._pictures:
            self._pictures.see(frame)
        if not self._analyst.wants(at):
            return
        moved, regions = True, None
        if at > self._glanced_at:  # what came before the look that woke is not new to the gate
            look = self._gate.look(frame, awake=True)
            self._figures.looks += 1
            self._note_trust()
            moved, regions = look.moved, look.regions
            if look.wakes and at - self._object_at < self._options.patience_s:
                self._wakefulness.stir(at)
        objects = self._analyst.analyse(frame, moved=moved, regions=regions).observations.objects
        self._wakefulness.follow(objects, at)
        self._remember([seen.box for seen in objects], frame)

    def _remember(self, objects: list[Box], frame: Frame) -> None:
        """Keep for the gate where objects were, and tell it now and then."""
        self._size = (frame.width, frame.height)
        self._objects += objects
        if objects:
            self._object_at = max(self._object_at, frame.captured_at)
            self._in_vain = False
        if frame.captured_at - self._digested_at >= self._options.digest_s:
            self._digested_at = frame.captured_at
            self._gate.digest(self._objects, self._size)
            self._objects = objects

    def _sleep(self) -> None:
        self._gate.slept(self._objects, self._size, in_vain=self._in_vain)
        self._figures.false_wakes += self._in_vain
        self._retire_decoder()
        self._quiet = (self._cursor.position, float("-inf"))
        self._previous = self._cursor.position
        self._verified_at = self._glanced_at
        self._unseen = 0
        self._cursor.max_lag_s = None
        self._enter(_State.ASLEEP)

    def _checked(self, packet: Packet) -> bool:
        """Go on with the self-check; True when it is over and `packet` is to be taken as always."""
        if not self._check.over(self._cursor.position - 1):
            for frame in self._decoder.decode(packet):
                self._check.see(frame)
            return False
        for frame in self._decoder.flush():
            self._check.see(frame)
        self._figures.checks += 1
        if self._check.missed():
            self._figures.missed += 1
        self._note_trust()
        self._retire_decoder()
        self._enter(_State.ASLEEP)
        return True

    def _enter(self, state: _State) -> None:
        self._state = state
        self._figures.awake = state is _State.AWAKE
        if state is _State.AWAKE:
            self._cursor.max_lag_s = None  # until it has caught up: see `live`

    def _retire_decoder(self) -> None:
        """Give the decoder's memory back, keep its counts."""
        for index, count in enumerate((self._decoder.decoded, self._decoder.skipped, self._decoder.errors)):
            self._retired[index] += count
        self._decoder = Decoder(self._masks)

    def _note_trust(self) -> None:
        state = self._gate.state
        if state.trusted != self._figures.trusted:
            level = logging.INFO if state.trusted else logging.WARNING
            words = "trusted again" if state.trusted else f"decoded all the time: {state.reason}"
            log.log(level, "camera %s: %s", self._camera_id, words)
        self._figures.trusted, self._figures.reason = state.trusted, state.reason

    def _tick(self, at: float) -> None:
        if self._clock_at is None or at <= self._clock_at:  # packets come in the order of decoding
            self._clock_at = at if self._clock_at is None else self._clock_at
            return
        step_s, self._clock_at = min(at - self._clock_at, _LONGEST_STEP_S), at
        if self._state is _State.AWAKE:
            self._figures.awake_s += step_s
        else:
            self._figures.asleep_s += step_s
