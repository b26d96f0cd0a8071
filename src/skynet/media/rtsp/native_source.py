"""Cameras over RTSP, read by our own client on the hub's thread.

`open`, `packets` and `deliver` only ever wait on a queue, so `close` ends them at once. With `packets` each packet is
handed from the hub's thread to the caller's; with `deliver` it stays on the hub's, and the caller's sleeps until the
end. Nothing that leaves this room holds credentials.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from skynet.domain.camera import CameraState
from skynet.domain.clock import Clock
from skynet.media.packet import Packet
from skynet.media.rtsp.address import RtspAddress
from skynet.media.rtsp.arrival import Arrival, Opened
from skynet.media.rtsp.connection import Connection
from skynet.media.rtsp.counts import RtspCounts
from skynet.media.rtsp.hub import RtspHub
from skynet.media.rtsp.outlet import Outlet
from skynet.media.rtsp.session import Patience
from skynet.media.rtsp.transport import Lower
from skynet.media.rtsp_source import Transport
from skynet.media.source import StreamInfo
from skynet.media.source_error import SourceError
from skynet.media.stream_clock import StreamClock
from skynet.media.stream_url import redact


class NativeRtspSource:
    """The video of one camera. `timeout_s` is how long it may be silent: connecting, answering or streaming.
    `patience_s`, where it is given, is what counts while streaming: for a caller that watches the stream himself.

    `transport` auto tries TCP, then UDP, and first what worked last. Without `hub` the source has a thread of its own.
    `verify_tls` False takes any certificate of rtsps://. Raises ValueError when `url` names no host. `counts` says what
    was lost on the way. `camera_ahead_s` is how far the camera's clock is ahead of ours by the least delayed packet,
    None while the camera has not said what time it is.
    """

    def __init__(
        self,
        url: str,
        *,
        clock: Clock,
        hub: RtspHub | None = None,
        transport: Transport = "auto",
        timeout_s: float = 10.0,
        patience_s: float | None = None,
        verify_tls: bool = True,
    ) -> None:
        if timeout_s <= 0:
            raise ValueError(f"timeout_s must be above 0, not {timeout_s:g}")
        self._name = redact(url)
        self._address = RtspAddress.of(url)
        self._hub = hub or RtspHub(clock)
        self._transport: Transport = transport
        self._timeout_s = timeout_s
        self._patience_s = max(timeout_s, patience_s or 0.0)
        self._verify_tls = verify_tls
        self._stamps = StreamClock()
        self._outlet: Outlet | None = None
        self._connection: Connection | None = None
        self._worked: Lower | None = None
        self._index = 0
        self.counts = RtspCounts()

    def __repr__(self) -> str:
        return f"NativeRtspSource({self.name!r}, transport={self._transport!r})"

    @property
    def name(self) -> str:
        return self._name

    @property
    def next_index(self) -> int:
        """The number of the next packet."""
        return self._index

    @property
    def reanchors(self) -> int:
        return self._stamps.reanchors

    @property
    def camera_ahead_s(self) -> float | None:
        return self._stamps.camera_ahead_s

    @property
    def skipped(self) -> int:
        return self.counts.units_left_out

    def open(self) -> StreamInfo:
        """Connect and learn what the stream is; its size is 0 × 0 while the camera has not said. Raises SourceError."""
        self.close()
        outlet = Outlet(self.counts)
        connection = Connection(
            self._address,
            self._transports(),
            Patience(self._timeout_s, self._patience_s),
            outlet,
            self.counts,
            self._hub,
            self._verify_tls,
        )
        self._outlet, self._connection = outlet, connection
        self._hub.attach(connection)
        # As long as FFmpeg's reader: timeout_s for an answer, and once more for the first pictures.
        opened = outlet.take(2 * self._timeout_s + 1)
        if isinstance(opened, Opened):
            return opened.info
        if outlet.stopped:
            raise SourceError(CameraState.ENDED, "closed while it was being opened")
        self.close()
        raise SourceError(
            CameraState.TIMED_OUT,
            f"no answer within {self._timeout_s:g} s; check that the camera is on and reachable",
        )

    def packets(self) -> Iterator[Packet]:
        """Packets from the first keyframe on, until `close`; raises SourceError when the stream ends by itself."""
        outlet, connection = self._outlet, self._connection
        if outlet is None or connection is None:
            raise RuntimeError("open() comes before packets()")
        while not outlet.stopped:
            arrival = outlet.take(self._timeout_s)  # the hub knows better when it lasts too long
            if isinstance(arrival, Arrival):
                self._worked = connection.lower
                yield self._packet(arrival)

    def deliver(self, take: Callable[[Packet], None]) -> None:
        """Each packet to `take`, on the hub's thread: it must not block. Raises as `packets` does."""
        outlet, connection = self._outlet, self._connection
        if outlet is None or connection is None:
            raise RuntimeError("open() comes before deliver()")
        self._on_hub(lambda: connection.attempt(lambda: outlet.divert(lambda arrival: take(self._packet(arrival)))))
        try:
            for packet in self.packets():  # only where the stream had ended before: then what was left of it
                take(packet)
        finally:
            self._worked = connection.lower or self._worked
            self._on_hub(lambda: None)  # what the hub is at may be the last call of `take`

    def close(self) -> None:
        """Ends `open`, `packets` and `deliver` at once; the camera is told by the hub."""
        outlet, connection = self._outlet, self._connection
        if outlet and connection and not outlet.stopped:
            outlet.stop()
            self._hub.detach(connection)

    def _on_hub(self, work: Callable[[], None]) -> None:
        """Have `work` done on the hub's thread, and wait until it is."""
        done = threading.Event()
        self._hub.call(work)
        self._hub.call(done.set)
        done.wait()

    def _packet(self, arrival: Arrival) -> Packet:
        coded = arrival.coded
        if arrival.fresh:
            self._stamps.restart()
        rate = arrival.epoch.time_base.denominator
        at = self._stamps.stamp(
            None if coded.pts is None else coded.pts / rate,
            None if coded.dts is None else coded.dts / rate,
            arrival.wall,
            arrival.monotonic,
            arrival.taken_at,
        )
        packet = Packet(coded, self._index, at, arrival.epoch, self._stamps.error_s)
        self._index += 1
        return packet

    def _transports(self) -> tuple[Lower, ...]:
        if self._transport != "auto":
            return (self._transport,)
        return ("udp", "tcp") if self._worked == "udp" else ("tcp", "udp")
