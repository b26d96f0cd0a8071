"""The sockets of one camera, on the hub's thread: from looking up its name to the last word.

Nothing in here blocks and nothing escapes: whatever goes wrong ends this connection, is told to its reader as a
SourceError, and leaves the other cameras alone.
"""

from __future__ import annotations

import errno
import logging
import socket
import ssl
from collections.abc import Callable, Sequence
from selectors import EVENT_READ, EVENT_WRITE
from typing import Protocol

from skynet.domain.camera import CameraState
from skynet.domain.clock import Clock
from skynet.media.rtsp.address import RtspAddress
from skynet.media.rtsp.conversation import Conversation, Redirected
from skynet.media.rtsp.counts import RtspCounts
from skynet.media.rtsp.host_lookup import Endpoint, look_up
from skynet.media.rtsp.login import Login
from skynet.media.rtsp.outlet import Outlet
from skynet.media.rtsp.session import Patience, Session
from skynet.media.rtsp.transport import Lower
from skynet.media.rtsp.udp_pair import UdpPair
from skynet.media.source_error import SourceError

log = logging.getLogger(__name__)

_MAX_MOVES = 5
"""Redirects and other fresh starts within one opening."""
_LINGER_S = 0.5
"""So long is a camera listened to after the last word: closing at once would take the word back."""
_READS_IN_A_ROW = 8
_DATAGRAMS_IN_A_ROW = 512
_HASTE_S = 1.0
"""A camera that has not answered for so long shall not make reading the others dearer."""


class Reactor(Protocol):
    """What a connection needs of the hub."""

    clock: Clock
    buffer: bytearray
    view: memoryview

    @property
    def tls(self) -> ssl.SSLContext:
        """Verifies certificates."""
        ...

    @property
    def blind_tls(self) -> ssl.SSLContext:
        """Verifies none."""
        ...

    def watch(self, owner: Connection, sock: socket.socket, events: int, then: Callable[[], None]) -> None: ...

    def forget(self, sock: socket.socket) -> None: ...

    def call(self, work: Callable[[], None]) -> None:
        """Have `work` done on the hub's thread, from any thread."""
        ...


class Connection:
    """One opening of one camera. `done` when its sockets are closed."""

    def __init__(
        self,
        address: RtspAddress,
        transports: Sequence[Lower],
        patience: Patience,
        outlet: Outlet,
        counts: RtspCounts,
        hub: Reactor,
        verify_tls: bool = True,
    ) -> None:
        self._address = address
        self._transports = tuple(transports)
        self._patience = patience
        self._outlet = outlet
        self._counts = counts
        self._hub = hub
        self._verify_tls = verify_tls
        self._login = Login(address.user, address.password) if address.user is not None else None
        self._endpoints: list[Endpoint] = []
        self._attempt = 0
        self._moves = 0
        self._began = 0.0
        self._deadline = 0.0
        self._sock: socket.socket | None = None
        self._peer_host = ""
        self._udp: UdpPair | None = None
        self._session: Session | None = None
        self._rest = b""
        self._writes = False
        self._leaving = False
        self.done = False

    def at_ease(self, now: float) -> bool:
        """Whether nobody is kept waiting when the hub lets bytes gather for some milliseconds."""
        return now - self._began > _HASTE_S or (self._session is not None and self._session.opened)

    @property
    def lower(self) -> Lower | None:
        """How packets come; None while none have."""
        path = self._session.conversation.path if self._session and self._session.got_packets else None
        return path.lower if path else None

    def attempt(self, work: Callable[[], None]) -> None:
        """Do a piece of this connection's work; nothing that it raises gets further than here."""
        if self.done:
            return
        try:
            work()
        except Redirected as redirected:
            self._move(redirected.address, self._transports)
        except SourceError as error:
            self._end(error)
        except (OSError, ssl.SSLError) as error:
            self._end(self._broken(error))
        except Exception:  # the top of this camera's work: the others share the thread
            log.exception("reading %s failed", self._address.host)
            self._end(SourceError(CameraState.FAILED, "reading failed; the log says why"))

    def hand_over(self) -> None:
        """Let the reader have what came in this round."""
        self._outlet.hand_over()

    def start(self) -> None:
        self._attempt += 1
        attempt = self._attempt
        self._began = self._hub.clock.monotonic()
        self._deadline = self._began + self._patience.answer_s

        def found(endpoints: list[Endpoint]) -> None:
            self._hub.call(lambda: self.attempt(lambda: self._found(endpoints, attempt)))

        look_up(self._address.host, self._address.port, found)

    def tick(self) -> None:
        """Look at the clock."""
        now = self._hub.clock.monotonic()
        if self._leaving:
            if now > self._deadline:
                self._close()
        elif self._session is None:
            if now > self._deadline:
                raise SourceError(
                    CameraState.TIMED_OUT,
                    f"no answer within {self._patience.answer_s:g} s; check that the camera is on and reachable",
                )
        else:
            self._look(self._session, now)

    def leave(self) -> None:
        """Say goodbye, and close soon."""
        if self._leaving or self.done:
            return
        self._leaving = True
        self._deadline = self._hub.clock.monotonic() + _LINGER_S
        if self._session is None or self._sock is None:
            self._close()
            return
        self._close_udp()
        self._session.conversation.tear_down()
        try:
            self._flush(self._session)
        except OSError:
            self._close()

    def _look(self, session: Session, now: float) -> None:
        try:
            report = session.tick(now)
        except SourceError:
            path = session.conversation.path
            over_udp = session.streaming and path is not None and path.lower == "udp"
            if over_udp and not session.got_packets and "tcp" in self._transports:
                self._move(self._address, ("tcp",))  # a firewall may let nothing else through
                return
            raise
        if report:
            self._send_report(session, report)
        self._flush(session)

    def _found(self, endpoints: list[Endpoint], attempt: int) -> None:
        if attempt != self._attempt or self._leaving:
            return
        if not endpoints:
            raise SourceError(
                CameraState.UNREACHABLE,
                f"the host '{self._address.host}' is not known; check the name or the box's DNS",
            )
        self._endpoints = endpoints
        self._connect()

    def _connect(self) -> None:
        endpoint = self._endpoints.pop(0)
        sock = socket.socket(endpoint.family, socket.SOCK_STREAM)
        self._sock = sock
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        failure = sock.connect_ex(endpoint.address)
        if failure in (0, errno.EINPROGRESS):
            self._hub.watch(self, sock, EVENT_WRITE, self._connected)
        else:
            self._next_endpoint(failure)

    def _connected(self) -> None:
        sock = self._socket
        failure = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failure:
            self._next_endpoint(failure)
            return
        self._peer_host = sock.getpeername()[0]
        if self._address.secure:
            self._hub.forget(sock)
            tls = self._hub.tls if self._verify_tls else self._hub.blind_tls
            self._sock = tls.wrap_socket(sock, server_hostname=self._address.host, do_handshake_on_connect=False)
            self._hub.watch(self, self._sock, EVENT_WRITE, self._shake_hands)
        else:
            self._talk()

    def _next_endpoint(self, failure: int) -> None:
        if not self._endpoints:
            raise OSError(failure, errno.errorcode.get(failure, "unknown"))
        self._close_tcp()
        self._connect()

    def _shake_hands(self) -> None:
        sock = self._socket
        assert isinstance(sock, ssl.SSLSocket)  # noqa: S101 - made one by _connected, for the type checker
        try:
            sock.do_handshake()
        except ssl.SSLWantReadError:
            self._hub.watch(self, sock, EVENT_READ, self._shake_hands)
        except ssl.SSLWantWriteError:
            self._hub.watch(self, sock, EVENT_WRITE, self._shake_hands)
        else:
            self._talk()

    def _talk(self) -> None:
        conversation = Conversation(self._address, self._transports, self._udp_ports, self._login)
        now = self._hub.clock.monotonic()
        self._session = Session(conversation, self._outlet, self._counts, self._patience, now)
        self._hub.watch(self, self._socket, EVENT_READ, self._ready)
        conversation.begin()
        self._flush(self._session)

    def _ready(self) -> None:
        session = self._session
        if session is None:
            return
        for _ in range(_READS_IN_A_ROW):
            if not self._read(session) or self._session is not session or self.done:
                break
        if self._session is session and not self.done:
            self._flush(session)

    def _read(self, session: Session) -> bool:
        """Read once; True when there may be more."""
        buffer, view = self._hub.buffer, self._hub.view
        begin = len(self._rest)
        view[:begin] = self._rest
        try:
            size = self._socket.recv_into(view[begin:])
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        if size == 0:
            self._ended(session)
            return False
        if self._leaving:
            return True
        end = begin + size
        clock = self._hub.clock
        used = session.feed(buffer, view, end, clock.monotonic(), clock.wall())
        self._rest = bytes(view[used:end])
        self._open_ways(session)
        return end == len(buffer) or self._address.secure

    def _flush(self, session: Session) -> None:
        outgoing = session.conversation.outgoing
        blocked = False
        while outgoing and not blocked:
            try:
                del outgoing[: self._socket.send(outgoing)]
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                blocked = True
        if blocked != self._writes:
            self._writes = blocked
            events = EVENT_READ | EVENT_WRITE if blocked else EVENT_READ
            self._hub.watch(self, self._socket, events, self._ready)

    def _ended(self, session: Session) -> None:
        """The camera closed the connection."""
        if self._leaving:
            self._close()
        elif session.conversation.proving:
            self._move(self._address, self._transports)  # it does so after each 401
        elif session.streaming:
            raise SourceError(CameraState.UNREACHABLE, "the camera ended the stream; it will be tried again")
        else:
            raise SourceError(
                CameraState.FAILED,
                f"the camera hung up at {session.conversation.step.name}; check the address and the camera",
            )

    def _udp_ports(self) -> tuple[int, int]:
        sock = self._socket
        self._udp = UdpPair(sock.family, sock.getsockname()[0])
        return self._udp.ports

    def _open_ways(self, session: Session) -> None:
        """Listen for datagrams as soon as it is agreed that they come."""
        path = session.conversation.path
        udp = self._udp
        if udp is None or udp.watched or path is None:
            return
        if path.lower != "udp":
            self._close_udp()
            return
        udp.watched = True
        if path.server_ports:
            udp.open_ways(self._peer_host, path.server_ports)
        self._hub.watch(self, udp.rtp, EVENT_READ, self._datagrams)
        self._hub.watch(self, udp.rtcp, EVENT_READ, self._control)

    def _datagrams(self) -> None:
        session, udp = self._session, self._udp
        if session is None or udp is None:
            return
        buffer, view, clock = self._hub.buffer, self._hub.view, self._hub.clock
        now, wall = clock.monotonic(), clock.wall()
        try:
            for _ in range(_DATAGRAMS_IN_A_ROW):
                size, sender = udp.rtp.recvfrom_into(buffer)
                if sender[0] == self._peer_host:
                    session.datagram(view, size, now, wall)
                else:
                    self._counts.foreign += 1
        except BlockingIOError:
            pass
        session.datagrams_done()

    def _control(self) -> None:
        session, udp = self._session, self._udp
        if session is None or udp is None:
            return
        try:
            size, sender = udp.rtcp.recvfrom_into(self._hub.buffer)
        except BlockingIOError:
            return
        if sender[0] == self._peer_host:
            session.control(self._hub.view, 0, size)

    def _send_report(self, session: Session, report: bytes) -> None:
        path = session.conversation.path
        if path is None:
            return
        if path.lower == "udp":
            if self._udp and path.server_ports:
                self._udp.report(self._peer_host, path.server_ports[1], report)
        elif not session.conversation.outgoing:  # a connection that is stuck needs no more on top
            channel = (path.channels or (0, 1))[1]
            session.conversation.outgoing += bytes((0x24, channel)) + len(report).to_bytes(2, "big") + report

    def _move(self, address: RtspAddress, transports: Sequence[Lower]) -> None:
        """Start afresh, elsewhere or otherwise."""
        self._moves += 1
        if self._moves > _MAX_MOVES:
            self._end(SourceError(CameraState.FAILED, "the camera redirects in circles; check its address"))
            return
        if address != self._address:
            self._login = Login(address.user, address.password) if address.user is not None else None
        self._address, self._transports = address, tuple(transports)
        self._close_udp()
        self._close_tcp()
        self._session, self._rest, self._writes = None, b"", False
        self.start()

    def _end(self, error: SourceError) -> None:
        if self._leaving:
            self._close()
            return
        self._outlet.end(error)
        self.leave()

    def _broken(self, error: OSError) -> SourceError:
        reason = error.strerror or type(error).__name__
        if isinstance(error, ssl.SSLCertVerificationError):
            return SourceError(
                CameraState.UNTRUSTED,
                f"the camera's certificate cannot be verified ({error.verify_message}); install its authority on the "
                "box, or set 'verify_tls: false' for this camera",
            )
        if isinstance(error, ssl.SSLError):
            return SourceError(
                CameraState.FAILED, f"no encrypted connection can be had ({error.reason}); check rtsps:// and the port"
            )
        if self._session and self._session.streaming:
            return SourceError(CameraState.UNREACHABLE, f"the stream broke off ({reason}); it will be tried again")
        if error.errno == errno.ECONNREFUSED:
            port = self._address.port
            return SourceError(
                CameraState.REFUSED,
                f"the connection is refused; check that RTSP is switched on at the camera, on port {port}",
            )
        return SourceError(CameraState.UNREACHABLE, f"the camera cannot be reached ({reason}); check the network to it")

    @property
    def _socket(self) -> socket.socket:
        if self._sock is None:
            raise RuntimeError("there is no connection")
        return self._sock

    def _close(self) -> None:
        self._close_udp()
        self._close_tcp()
        self.done = True

    def _close_tcp(self) -> None:
        if self._sock is not None:
            self._hub.forget(self._sock)
            self._sock.close()
            self._sock = None

    def _close_udp(self) -> None:
        if self._udp is not None:
            if self._udp.watched:
                self._hub.forget(self._udp.rtp)
                self._hub.forget(self._udp.rtcp)
            self._udp.close()
            self._udp = None
