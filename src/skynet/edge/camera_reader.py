"""One camera's reader: source → ring, on a thread of its own, connecting again for ever.

The thread does the network's or the file's I/O and nothing else, so a slow analysis never makes a camera wait. What
the camera is called (its state) is decided here, but for the end of a file, which the analysis sees last.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable

from skynet.domain import CameraState, Clock
from skynet.edge.admission import Admission
from skynet.edge.camera_status import CameraStatus
from skynet.edge.connect_gate import TURN_S
from skynet.edge.stream_rhythm import StreamRhythm
from skynet.media import Packet, PacketRing, Source, SourceError

log = logging.getLogger(__name__)

PROVEN_S = 10.0
"""A connection that held so long was a good one: the next failure starts from the shortest wait again."""

GIVE_UP_S = 5.0
"""A silence must last so long, and twice as long as one that is called a stall, before the connection is given up."""


class CameraReader:
    """`finite` says that the source has an end after which it is not begun anew: a file that is not looped.

    `silence_s` is how long a live source may deliver nothing before it is called stalled while its rhythm is not
    known, and at most for one whose pauses are not longer; after twice that time the connection is given up, whatever
    the source itself thinks of it. `admission` says when it may connect; None: whenever it likes. `ended` is called
    when the ring has been closed.
    """

    def __init__(
        self,
        status: CameraStatus,
        source: Source,
        ring: PacketRing,
        *,
        finite: bool,
        live: bool,
        silence_s: float,
        ended: Callable[[], None],
        clock: Clock,
        chance: random.Random,
        admission: Admission | None = None,
    ) -> None:
        self._status = status
        self._source = source
        self._ring = ring
        self._finite = finite
        self._live = live
        self._silence_s = silence_s
        self._ended = ended
        self._clock = clock
        self._admission = admission or Admission(None, "", clock, chance)
        self._rhythm = StreamRhythm(silence_s)
        self._stopped = threading.Event()
        self._cut_off = False
        self._heard_at: float | None = None
        self._left_out_at = float("-inf")
        self._seen_skipped = 0
        self._connections = 0
        self._opened_at: float | None = None
        self._told_jumps = self._told_skipped = self._told_overlong = 0
        self._thread = threading.Thread(target=self._work, name=f"read-{status.camera.id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Returns at once; `join` waits."""
        self._stopped.set()
        self._admission.stop()
        self._source.close()

    def join(self, deadline: float) -> bool:
        """Wait until `deadline` (monotonic seconds); True when the thread has ended."""
        while self._thread.is_alive() and self._clock.monotonic() < deadline:
            self._source.close()  # again: it may just have been opened when it was closed first
            self._thread.join(0.1)
        return not self._thread.is_alive()

    def watch(self) -> None:
        """Look whether the camera has fallen silent. Called from time to time by another thread."""
        if not self._live or self._stopped.is_set():
            return
        if self._admission.lasts_too_long:
            self._cut_off = True
            self._source.close()
            return
        opened_at, heard_at = self._opened_at, self._heard_at
        if opened_at is None:
            return
        now = self._clock.monotonic()
        if self._source.skipped != self._seen_skipped:
            self._seen_skipped, self._left_out_at = self._source.skipped, now
        since = opened_at if heard_at is None else heard_at
        if self._left_out_at > since:
            self._watch_for_keyframe(now - since, now - self._left_out_at)
        elif heard_at is not None:
            self._watch_for_packets(now - heard_at)

    def _watch_for_packets(self, silent_s: float) -> None:
        patience_s = self._rhythm.patience_s
        if silent_s < patience_s:
            return
        if self._status.state is CameraState.LIVE:
            usual = self._rhythm.interval_s
            known = "" if usual is None else f", where one came every {_short(usual)} s"
            self._status.become(CameraState.STALLED, f"no picture for {_short(silent_s)} s{known}")
        if silent_s >= max(2 * patience_s, min(GIVE_UP_S, 2 * self._silence_s)):
            self._source.close()

    def _watch_for_keyframe(self, without_s: float, silent_s: float) -> None:
        """A camera that sends pictures but no keyframe is not silent to its source, and shows nothing all the same."""
        patience_s, gop_s = self._rhythm.keyframe_patience_s, self._rhythm.gop_s
        self._watch_for_packets(silent_s)
        if without_s < patience_s:
            return
        if skipped := self._source.skipped - self._told_skipped:
            self._status.count(decode_errors=skipped)
            self._told_skipped += skipped
        usual = f", where one came every {_short(gop_s)} s" if gop_s else ""
        self._status.become(
            CameraState.STALLED,
            f"pictures come, but no keyframe to begin with{usual}; let the camera send one more often",
        )
        if gop_s and without_s >= 2 * patience_s:
            self._source.close()  # most cameras begin a connection with one

    def _work(self) -> None:
        while not self._stopped.is_set():
            began, silent = self._clock.monotonic(), False
            try:
                if self._read():
                    break
            except SourceError as error:
                silent = error.state is CameraState.TIMED_OUT
                self._status.become(error.state, error.detail)
                if self._finite and self._heard_at is not None:
                    break  # it would only repeat what it showed before it broke off
            except Exception:  # top of the worker loop: this camera must come back, and the others must not notice
                log.exception("camera %s: reading failed", self._status.camera.id)
                self._status.become(CameraState.FAILED, "reading failed; the log says why")
            finally:
                self._admission.left()
            if self._heard_at is not None and self._clock.monotonic() - began > PROVEN_S:
                self._admission.held()
            self._heard_at = self._opened_at = None
            self._admission.rest(silent=silent)
        self._source.close()
        self._ring.close()
        self._ended()

    def _read(self) -> bool:
        """One connection, to its end; True when there will be no other. Raises SourceError."""
        if not self._admission.enter():
            return True
        self._cut_off = False
        try:
            info = self._source.open()
        except SourceError:
            if self._cut_off:
                raise SourceError(
                    CameraState.TIMED_OUT,
                    f"no answer within {TURN_S:g} s, and others wait for their turn to connect; it will be tried again",
                ) from None
            raise
        self._admission.left()
        self._status.stream(info)
        if self._connections:
            self._status.count(reconnects=1)
        self._connections += 1
        self._rhythm.begin()
        self._left_out_at, self._seen_skipped = float("-inf"), self._source.skipped
        self._opened_at = self._clock.monotonic()
        self._source.deliver(self._take)
        if self._finite or self._stopped.is_set():
            return True
        if self._status.state is not CameraState.STALLED:
            raise SourceError(CameraState.UNREACHABLE, "the stream ended; connecting anew")
        return False

    def _take(self, packet: Packet) -> None:
        """A packet has come; on whichever thread the source reads, which must not be kept waiting."""
        now = self._clock.monotonic()
        self._rhythm.heard(now, keyframe=packet.is_keyframe)
        if self._heard_at is None:
            self._admission.delivers()
        self._heard_at = now
        if self._status.state is not CameraState.LIVE:
            self._status.become(CameraState.LIVE)
        self._ring.append(packet)
        self._status.packet(packet.size)
        jumps, skipped, overlong = self._source.reanchors, self._source.skipped, self._ring.overlong_gops
        if (jumps, skipped, overlong) != (self._told_jumps, self._told_skipped, self._told_overlong):
            self._status.count(
                time_jumps=jumps - self._told_jumps,
                decode_errors=skipped - self._told_skipped,
                overlong_gops=overlong - self._told_overlong,
            )
            self._told_jumps, self._told_skipped, self._told_overlong = jumps, skipped, overlong


def _short(seconds: float) -> str:
    return f"{seconds:.2g}" if seconds < 10 else f"{seconds:.0f}"
