"""Cameras over RTSP, through FFmpeg.

`open` and `packets` run on the caller's thread and only ever wait on a queue (see `rtsp_pump`), so `close` ends
them at once. Nothing that leaves this module holds credentials: exceptions of FFmpeg name the whole address and are
therefore replaced, never chained.
"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Literal

import av
from av.error import (
    ConnectionRefusedError as RefusedError,
)
from av.error import (
    HTTPForbiddenError,
    HTTPNotFoundError,
    HTTPOtherClientError,
    HTTPServerError,
    HTTPUnauthorizedError,
    InvalidDataError,
)

from skynet.domain.camera import CameraState
from skynet.domain.clock import Clock
from skynet.media.epoch import Epoch
from skynet.media.packet import Packet
from skynet.media.rtsp_pump import Arrival, RtspPump
from skynet.media.source import StreamInfo
from skynet.media.source_error import SourceError
from skynet.media.stream_clock import StreamClock, in_seconds
from skynet.media.stream_url import host_and_port, redact, scheme_of

Transport = Literal["tcp", "udp", "auto"]

_RECEIVE_BUFFER = 2 << 20
"""Bytes the kernel holds for UDP: a keyframe of 1 MB arrives faster than it is read."""
_REORDER_PACKETS = 512
_MAX_DELAY_US = 300_000
"""So long UDP waits for a packet that others have overtaken."""
_CAUSES: tuple[tuple[type[Exception], CameraState, str], ...] = (
    (
        HTTPUnauthorizedError,
        CameraState.UNAUTHORISED,
        "the camera refuses this user and password (401); check the credentials of its source",
    ),
    (
        HTTPForbiddenError,
        CameraState.UNAUTHORISED,
        "the camera forbids this stream to this user (403); check the user's rights on the camera",
    ),
    (
        HTTPNotFoundError,
        CameraState.NOT_FOUND,
        "the camera has no stream under this path (404); check the path of its source",
    ),
    (
        HTTPOtherClientError,
        CameraState.UNSUPPORTED,
        "the camera refuses to play this stream: it holds no video, or cannot be sent over this transport; set the "
        "camera to H.264 or H.265, and 'transport' to auto",
    ),
    (
        RefusedError,
        CameraState.REFUSED,
        "the connection is refused; check that RTSP is switched on at the camera, on port {port}",
    ),
    (
        InvalidDataError,
        CameraState.FAILED,
        "what answers on port {port} does not speak RTSP; check the port of its source",
    ),
)

_VAGUE = (HTTPOtherClientError, HTTPServerError)
"""Refusals of which FFmpeg does not say the number."""


class RtspSource:
    """The video of one camera. `timeout_s` is how long it may be silent: connecting, answering or streaming.

    `transport` auto tries TCP, then UDP. `verify_tls` False takes any certificate of rtsps://. `ask_again` is asked for
    the camera's own words where FFmpeg keeps them to itself; it is called on the pump's thread. Raises ValueError when
    `url` names no host.
    """

    def __init__(
        self,
        url: str,
        *,
        transport: Transport = "auto",
        timeout_s: float = 10.0,
        clock: Clock,
        first_index: int = 0,
        verify_tls: bool = True,
        ask_again: Callable[[], SourceError | None] = lambda: None,
    ) -> None:
        if timeout_s <= 0:
            raise ValueError(f"timeout_s must be above 0, not {timeout_s:g}")
        self._url = url
        self._host, self._port = host_and_port(url)
        self._transport: Transport = transport
        self._timeout_s = timeout_s
        self._clock = clock
        self._secure = scheme_of(url) == "rtsps"
        self._verify_tls = verify_tls
        self._ask_again = ask_again
        self._stamps = StreamClock()
        self._pump: RtspPump | None = None
        self._began = 0.0
        self._index = first_index
        self.skipped = 0

    def __repr__(self) -> str:
        return f"RtspSource({self.name!r}, transport={self._transport!r})"

    @property
    def name(self) -> str:
        return redact(self._url)

    @property
    def reanchors(self) -> int:
        return self._stamps.reanchors

    def open(self) -> StreamInfo:
        """Connect and learn what the stream is; its size is 0 × 0 while the camera has not said. Raises SourceError."""
        pump = RtspPump(self._url, self._options(), self._clock, self._explain, self._find_host)
        self._pump = pump
        self._stamps.restart()
        pump.start()
        # FFmpeg keeps timeout_s for every single wait: one for an answer, one for the first pictures.
        opened = pump.wait_opened(2 * self._timeout_s + 1)
        if opened is None:
            if pump.stopped:
                raise SourceError(CameraState.ENDED, "closed while it was being opened")
            pump.stop()
            raise self._silent(CameraState.TIMED_OUT)
        return opened.info

    def packets(self) -> Iterator[Packet]:
        """Packets from the first keyframe on, until `close`; raises SourceError when the stream ends by itself."""
        pump = self._pump
        if pump is None:
            raise RuntimeError("open() comes before packets()")
        begun = False
        while not pump.stopped:
            arrival = pump.next(self._timeout_s + 1)
            if arrival is None:
                if pump.stopped:
                    return
                pump.stop()
                raise self._silent(CameraState.STALLED)
            if not begun and not arrival.coded.is_keyframe:
                self.skipped += 1
                continue
            begun = True
            yield self._packet(arrival, pump.epoch)

    def deliver(self, take: Callable[[Packet], None]) -> None:
        """Packets to `take`, on this thread; raises as `packets` does."""
        for packet in self.packets():
            take(packet)

    def close(self) -> None:
        """Ends `open` and `packets` at once; the connection itself is closed within `timeout_s`."""
        if self._pump:
            self._pump.stop()

    def _packet(self, arrival: Arrival, epoch: Epoch) -> Packet:
        coded = arrival.coded
        at = self._stamps.stamp(
            in_seconds(coded.pts, coded.time_base),
            in_seconds(coded.dts, coded.time_base),
            arrival.wall,
            arrival.monotonic,
        )
        packet = Packet(coded, self._index, at, epoch, self._stamps.error_s)
        self._index += 1
        return packet

    def _options(self) -> dict[str, str]:
        options = {
            "timeout": str(round(self._timeout_s * 1e6)),  # µs, of every wait on the socket
            "allowed_media_types": "video",
            "fpsprobesize": "0",  # do not hold the first pictures back to guess a frame rate
            "analyzeduration": "1000000",
            "buffer_size": str(_RECEIVE_BUFFER),
            "reorder_queue_size": str(_REORDER_PACKETS),
            "max_delay": str(_MAX_DELAY_US),
        }
        if self._secure and self._verify_tls:
            options["verify"] = "1"
            if authorities := ssl.get_default_verify_paths().cafile:
                options["ca_file"] = authorities
        if self._transport == "auto":
            options["rtsp_flags"] = "prefer_tcp"
        else:
            options["rtsp_transport"] = self._transport
        return options

    def _find_host(self) -> None:
        """FFmpeg cannot tell an unknown host from a broken line, so the name is looked up first. Raises SourceError."""
        self._began = self._clock.monotonic()
        try:
            socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError):
            raise SourceError(
                CameraState.UNREACHABLE, f"the host '{self._host}' is not known; check the name or the box's DNS"
            ) from None

    def _explain(self, error: av.FFmpegError | None, streaming: bool) -> SourceError:
        """What became of the stream, in words; `error` None when it ended without one."""
        if error is None:
            if streaming:
                return SourceError(CameraState.UNREACHABLE, "the camera ended the stream; it will be tried again")
            return SourceError(
                CameraState.UNSUPPORTED,
                "the stream holds no video that can be decoded; set the camera to H.264 or H.265",
            )
        late = self._clock.monotonic() - self._began >= 0.95 * self._timeout_s
        if isinstance(error, TimeoutError) or (late and not streaming and isinstance(error, InvalidDataError)):
            return self._silent(CameraState.STALLED if streaming else CameraState.TIMED_OUT)
        vague = isinstance(error, _VAGUE) or (self._secure and error.errno == errno.EIO)
        if vague and not streaming and (said := self._ask_again()):
            return said
        for kind, state, detail in _CAUSES:
            if isinstance(error, kind):
                return SourceError(state, detail.format(port=self._port))
        reason = error.strerror or type(error).__name__
        if streaming:
            return SourceError(CameraState.UNREACHABLE, f"the stream broke off ({reason}); it will be tried again")
        return SourceError(
            CameraState.FAILED, f"the camera cannot be opened ({reason}); check the address and the camera"
        )

    def _silent(self, state: CameraState) -> SourceError:
        if state is CameraState.STALLED:
            return SourceError(state, f"no picture for {self._timeout_s:g} s; check the camera and the network to it")
        return SourceError(state, f"no answer within {self._timeout_s:g} s; check that the camera is on and reachable")
