"""A camera that does what a test tells it: a real socket, one thread, a script of answers."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from tests.media.rtsp.wire import IDR, PPS, SLICE, SPS, aggregate, interleaved, rtp

SDP = (
    b"v=0\r\ns=x\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    b"a=fmtp:96 packetization-mode=1\r\na=control:track1\r\n"
)
FRAME_TICKS = 3600


@dataclass
class Request:
    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)


class Peer:
    """One client's connection, as a script sees it."""

    def __init__(self, sock: socket.socket, heard: list[Request], ended: threading.Event) -> None:
        self.sock = sock
        self.heard = heard
        self.ended = ended
        self._rest = b""
        self._sequence = 0
        self._timestamp = 1000

    def requests(self) -> Iterator[Request]:
        """Until the client hangs up; what it sends in interleaved packets is passed over."""
        while True:
            while self._rest[:1] == b"$" and len(self._rest) >= 4:
                size = 4 + int.from_bytes(self._rest[2:4], "big")
                if len(self._rest) < size:
                    break
                self._rest = self._rest[size:]
            head, end, rest = self._rest.partition(b"\r\n\r\n")
            if end and self._rest[:1] != b"$":
                self._rest = rest
                first, *lines = head.decode("latin-1").split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                request = Request(*first.split()[:2], headers)
                self.heard.append(request)
                yield request
                continue
            try:
                data = self.sock.recv(65536)
            except OSError:
                return
            if not data:
                return
            self._rest += data

    def answer(self, request: Request, status: str = "200 OK", body: bytes = b"", **headers: str) -> None:
        lines = [f"RTSP/1.0 {status}", f"CSeq: {request.headers.get('cseq', '')}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    def send(self, data: bytes) -> None:
        try:
            self.sock.sendall(data)
        except OSError:
            return

    def gop(self, pictures: int = 5, **changes: int) -> bytes:
        """A keyframe and what follows, interleaved on channel 0; time and counting go on from call to call."""
        out = b""
        for number in range(pictures):
            if number == 0:
                out += self.packet(aggregate(SPS, PPS), **changes)
            out += self.packet(IDR if number == 0 else SLICE, marker=True, **changes)
            self._timestamp += FRAME_TICKS
        return out

    def packet(self, payload: bytes, *, marker: bool = False, **changes: int) -> bytes:
        self._sequence += 1
        return interleaved(rtp(payload, self._sequence, self._timestamp, marker=marker, **changes))

    def lose(self, packets: int) -> None:
        self._sequence += packets

    def reset(self) -> None:
        """Hang up as a crash would."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.sock.close()

    def play(self, *, session: str = "abc", public: str = "OPTIONS, DESCRIBE, GET_PARAMETER", sdp: bytes = SDP) -> None:
        """Answer as a decent camera does, up to and with PLAY."""
        for request in self.requests():
            if self.decent(request, session=session, public=public, sdp=sdp) == "PLAY":
                return

    def decent(
        self,
        request: Request,
        *,
        session: str = "abc",
        public: str = "OPTIONS, DESCRIBE, GET_PARAMETER",
        sdp: bytes = SDP,
    ) -> str:
        if request.method == "DESCRIBE":
            self.answer(request, body=sdp, Content_Type="application/sdp")
        elif request.method == "SETUP":
            self.answer(request, Session=session, Transport="RTP/AVP/TCP;unicast;interleaved=0-1")
        elif request.method == "OPTIONS":
            self.answer(request, Public=public)
        else:
            self.answer(request, Session=session)
        return request.method


class FakeCamera:
    """`script` is run for every connection. `heard` is all that was asked, `connections` how often.

    `keeps_account` False: what is over is closed and forgotten, for tests that look for leaks.
    """

    def __init__(
        self, script: Callable[[Peer], None], tls: ssl.SSLContext | None = None, *, keeps_account: bool = True
    ) -> None:
        self._keeps_account = keeps_account
        self._script = script
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.heard: list[Request] = []
        self.connections = 0
        self.ended = threading.Event()
        self._threads: list[threading.Thread] = []
        self._socks: list[socket.socket] = []

    def url(self, credentials: str = "") -> str:
        scheme = "rtsps" if self._tls else "rtsp"
        return f"{scheme}://{credentials}127.0.0.1:{self.port}/live"

    def methods(self) -> list[str]:
        return [request.method for request in self.heard]

    def asked(self, method: str) -> list[Request]:
        return [request for request in self.heard if request.method == method]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._socks:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in self._threads:
            thread.join(5)
        for sock in self._socks:
            sock.close()

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.ended.is_set():
            try:
                sock, _ = self._listener.accept()
                if self._tls:
                    sock = self._tls.wrap_socket(sock, server_side=True)
            except OSError:
                continue
            self.connections += 1
            if not self._keeps_account:
                self._forget()
            self._socks.append(sock)
            self._start(lambda sock=sock: self._play(sock))

    def _play(self, sock: socket.socket) -> None:
        self._script(Peer(sock, self.heard, self.ended))
        if not self._keeps_account:
            sock.close()

    def _forget(self) -> None:
        self.heard.clear()
        self._threads[:] = [thread for thread in self._threads if thread.is_alive()]
        self._socks[:] = [sock for sock in self._socks if sock.fileno() >= 0]
