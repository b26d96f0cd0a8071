"""When a live stream's pictures were taken.

Pure arithmetic: the clocks' readings come in as arguments. Used by one thread. Time stamps (PTS) tell exactly how far
two pictures are apart, but not when they were taken, and they jump, wrap, stop or drift. So capture time is PTS plus an
offset. No picture arrives before it was taken: the offset is at most that of the least delayed packet of the last
minute. What is left is the least delay itself, encoder and network, which arrival alone cannot show; it is taken to be
below `UNSEEN_DELAY_S`. A camera that tells its own time (RTCP sender reports) settles it where its clock agrees with
the box's to within that bound; a camera whose clock does not agree is believed about drift only.

The offset is kept against the monotonic clock, and that against the wall clock by `BoxTime`. Capture times grow
strictly in order of showing, whatever the stream or the wall clock does.
"""

from __future__ import annotations

from collections import deque
from fractions import Fraction

from skynet.media.box_time import BoxTime
from skynet.media.delay_window import DelayWindow

BACKWARD_TOLERANCE_S = 0.5
"""DTS that step back by less are jitter of a bad muxer."""
JUMP_S = 2.0
"""A packet that proves the offset wrong by more is no less delayed one: its time stamps have jumped."""
LATE_BOUND_S = 1.0
"""A least delay that has grown by more is a jump, too."""
UNSEEN_DELAY_S = 0.5
"""The bound on encoder and network at their best, and on a camera's clock that is believed."""
MAX_SLEW = 0.015
"""So fast the offset follows; cameras whose clock is wrong by a percent exist."""
_MAX_CAMERA_DRIFT = 0.005
_REPORT_JITTER_S = 0.02
_TICK_S = 0.001
_REMEMBERED = 16
"""Pictures that may still be shown after one that came later: the most that H.264 and H.265 reorder."""


class StreamClock:
    """Capture times for the packets of one source. `error_s` bounds the error of the last one by the box's clock.

    `reanchors` counts where time leapt: time stamps or the wall clock were set. `camera_ahead_s` is how far the
    camera's clock is ahead of ours by the least delayed packet, so less than 0 when both are right; None while it has
    not told.
    """

    def __init__(self) -> None:
        self._box = BoxTime()
        self._offset: float | None = None
        self._window = DelayWindow()
        self._order = self._shown_max = self._newest = float("-inf")
        self._recent: deque[tuple[float, float]] = deque(maxlen=_REMEMBERED)
        self._looked_at = 0.0
        self._camera: tuple[float, float] | None = None
        self._trusts_camera = False
        self._restamps = 0
        self.error_s = 2 * UNSEEN_DELAY_S
        self.camera_ahead_s: float | None = None

    @property
    def reanchors(self) -> int:
        return self._restamps + self._box.leaps

    def stamp(
        self,
        pts_s: float | None,
        dts_s: float | None,
        wall: float,
        monotonic: float,
        camera_wall: float | None = None,
    ) -> float:
        """Capture time (POSIX s) of the next packet in decoding order.

        From its PTS and DTS in seconds, both clocks of the box at its arrival, and what the camera's clock showed when
        it was taken.
        """
        box = self._box.offset(wall, monotonic)
        shown = pts_s if pts_s is not None else dts_s
        order = dts_s if dts_s is not None else pts_s
        if shown is None or order is None:
            return self._unstamped(monotonic + box)
        delay = monotonic - shown
        offset = self._offset
        fell_back = order - self._order < -BACKWARD_TOLERANCE_S
        if offset is not None and (fell_back or delay < offset - JUMP_S):
            self._restamps += 1
        if offset is None or fell_back:
            self._forget_order()
        if offset is None or fell_back or delay < offset - JUMP_S:
            offset = self._anchor(delay)
        self._order = order
        full = self._window.add(delay, monotonic)
        if camera_wall is not None:
            self._hear(camera_wall - shown, box, monotonic)
        aim = self._aim(box)
        offset = self._offset = self._follow(min(offset, delay), aim, monotonic, full)
        at = self._in_order(shown, shown + offset + box)
        self.error_s = self._error(aim, offset) + abs(at - shown - offset - box)
        return at

    def restart(self) -> None:
        """The stream starts anew (reconnected): its time stamps have nothing to do with the ones before."""
        self._offset = None

    def _anchor(self, delay: float) -> float:
        self._window = DelayWindow()
        self._camera, self._trusts_camera, self.camera_ahead_s = None, False, None
        self._looked_at = float("-inf")
        return delay

    def _forget_order(self) -> None:
        """What comes is shown after all that came, whatever its time stamps say."""
        self._order = self._shown_max = float("-inf")
        self._recent.clear()

    def _hear(self, camera: float, box: float, now: float) -> None:
        """`camera`: what to add to PTS to make it the camera's wall time."""
        drift = camera - self._camera[0] if self._camera else 0.0
        if self._camera is None:
            self._camera = (camera, now)
        elif abs(drift) > _TICK_S:
            if abs(drift) <= _REPORT_JITTER_S + _MAX_CAMERA_DRIFT * (now - self._camera[1]):
                self._window.shift(drift)  # else its clock was set
            self._camera = (camera, now)
        self.camera_ahead_s = camera - box - self._window.least
        bound = UNSEEN_DELAY_S if self._trusts_camera else 0.8 * UNSEEN_DELAY_S
        self._trusts_camera = abs(self.camera_ahead_s) < bound

    def _aim(self, box: float) -> float:
        least = self._window.least
        return min(least, self._camera[0] - box) if self._trusts_camera and self._camera else least

    def _follow(self, offset: float, aim: float, now: float, full: bool) -> float:
        """The offset, moved towards where it should be."""
        if self._looked_at == float("-inf"):
            self._looked_at = now
            return min(offset, aim)
        if full and aim - offset > LATE_BOUND_S:
            self._restamps += 1
            return aim
        limit = MAX_SLEW * max(0.0, now - self._looked_at)
        self._looked_at = now
        return offset + min(max(aim - offset, -limit), limit)

    def _in_order(self, shown: float, at: float) -> float:
        """`at`, moved behind those of all pictures shown before, and before those of all shown later."""
        if shown >= self._shown_max:
            self._shown_max = shown
            at = max(at, self._newest + _TICK_S)
        else:
            later = min((other for when, other in self._recent if when > shown), default=at + _TICK_S)
            sooner = max((other for when, other in self._recent if when <= shown), default=float("-inf"))
            room = min(_TICK_S, (later - sooner) / 2)  # for those that are still to come between them
            at = max(min(at, later - _TICK_S), sooner + room)
        self._newest = max(self._newest, at)
        self._recent.append((shown, at))
        return at

    def _error(self, aim: float, offset: float) -> float:
        settled = abs(self._window.least - aim) if self._trusts_camera else UNSEEN_DELAY_S
        return settled + self._window.spread_s + abs(aim - offset) + self._box.disagreement_s

    def _unstamped(self, now: float) -> float:
        """By arrival alone."""
        if self._offset is not None:
            self._restamps += 1
            self._offset = None
        self._forget_order()
        self._newest = max(now, self._newest + _TICK_S)
        self.error_s = 2 * UNSEEN_DELAY_S + self._newest - now + self._box.disagreement_s
        return self._newest


def in_seconds(stamp: int | None, time_base: Fraction) -> float | None:
    """A time stamp in seconds; None where the stream gives none."""
    return None if stamp is None else float(stamp * time_base)
