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
from skynet.edge.backoff import Backoff
from skynet.edge.camera_status import CameraStatus
from skynet.media import Packet, PacketRing, Source, SourceError

log = logging.getLogger(__name__)

FIRST_RETRY_S, LAST_RETRY_S = 1.0, 60.0
PROVEN_S = 10.0
"""A connection that held so long was a good one: the next failure starts from the shortest wait again."""


class CameraReader:
    """`finite` says that the source has an end after which it is not begun anew: a file that is not looped.

    `silence_s` is how long a live source may deliver nothing before it is called stalled; after twice that time the
    connection is given up, whatever the source itself thinks of it. `ended` is called when the ring has been closed.
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
    ) -> None:
        self._status = status
        self._source = source
        self._ring = ring
        self._finite = finite
        self._live = live
        self._silence_s = silence_s
        self._ended = ended
        self._clock = clock
        self._backoff = Backoff(FIRST_RETRY_S, LAST_RETRY_S, least_share=0.5, chance=chance)
        self._stopped = threading.Event()
        self._heard_at: float | None = None
        self._connections = 0
        self._opened_at: float | None = None
        self._told_jumps = self._told_skipped = self._told_overlong = 0
        self._thread = threading.Thread(target=self._work, name=f"read-{status.camera.id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Returns at once; `join` waits."""
        self._stopped.set()
        self._source.close()

    def join(self, deadline: float) -> bool:
        """Wait until `deadline` (monotonic seconds); True when the thread has ended."""
        while self._thread.is_alive() and self._clock.monotonic() < deadline:
            self._source.close()  # again: it may just have been opened when it was closed first
            self._thread.join(0.1)
        return not self._thread.is_alive()

    def watch(self) -> None:
        """Look whether the camera has fallen silent. Called from time to time by another thread."""
        heard_at = self._heard_at
        if not self._live or self._stopped.is_set():
            return
        if heard_at is None:
            self._watch_for_keyframe()
            return
        silent_s = self._clock.monotonic() - heard_at
        if silent_s < self._silence_s:
            return
        if self._status.state is CameraState.LIVE:
            self._status.become(CameraState.STALLED, f"no picture for {silent_s:.0f} s")
        if silent_s >= 2 * self._silence_s:
            self._source.close()

    def _watch_for_keyframe(self) -> None:
        """A camera that sends pictures but no keyframe is not silent to its source, and shows nothing all the same."""
        opened_at, skipped = self._opened_at, self._source.skipped - self._told_skipped
        if opened_at is None or skipped == 0 or self._clock.monotonic() - opened_at < self._silence_s:
            return
        self._status.count(decode_errors=skipped)
        self._told_skipped += skipped
        self._status.become(
            CameraState.STALLED, "pictures come, but no keyframe to begin with; let the camera send one more often"
        )

    def _work(self) -> None:
        while not self._stopped.is_set():
            began = self._clock.monotonic()
            try:
                if self._read():
                    break
            except SourceError as error:
                self._status.become(error.state, error.detail)
                if self._finite and self._heard_at is not None:
                    break  # it would only repeat what it showed before it broke off
            except Exception:  # top of the worker loop: this camera must come back, and the others must not notice
                log.exception("camera %s: reading failed", self._status.camera.id)
                self._status.become(CameraState.FAILED, "reading failed; the log says why")
            if self._heard_at is not None and self._clock.monotonic() - began > PROVEN_S:
                self._backoff.reset()
            self._heard_at = self._opened_at = None
            self._stopped.wait(self._backoff.next())
        self._source.close()
        self._ring.close()
        self._ended()

    def _read(self) -> bool:
        """One connection, to its end; True when there will be no other. Raises SourceError."""
        info = self._source.open()
        self._status.stream(info)
        if self._connections:
            self._status.count(reconnects=1)
        self._connections += 1
        self._opened_at = self._clock.monotonic()
        self._source.deliver(self._take)
        if self._finite or self._stopped.is_set():
            return True
        if self._status.state is not CameraState.STALLED:
            raise SourceError(CameraState.UNREACHABLE, "the stream ended; connecting anew")
        return False

    def _take(self, packet: Packet) -> None:
        """A packet has come; on whichever thread the source reads, which must not be kept waiting."""
        self._heard_at = self._clock.monotonic()
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
