"""The one thread that reads all cameras of a box.

It waits for whichever socket has something, lets bytes gather for some milliseconds while all streams run (a few large
reads cost far less than many small ones), and keeps the clock for everybody. The thread starts with the first
connection and ends with the last one. All connections share one receive buffer; what a camera sends is copied out of it
before the next camera is read.

`attach`, `detach`, `call` and `close` may be called from any thread; everything else happens on the hub's own.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import cached_property
from selectors import EVENT_READ, DefaultSelector

from skynet.domain.clock import Clock
from skynet.media.rtsp.connection import Connection
from skynet.media.rtsp.splitter import MAX_PENDING_BYTES

_READ_BYTES = 512 << 10
_TICK_S = 0.1


class RtspHub:
    """`gather_s` seconds at most are bytes left to gather; packets come later by no more than that.

    `tls` is for rtsps://, by default with the machine's certificate authorities. `blind_tls` checks no certificate: for
    the cameras that their operator has said so of.
    """

    def __init__(self, clock: Clock, *, gather_s: float = 0.06, tls: ssl.SSLContext | None = None) -> None:
        self.clock = clock
        self._tls = tls
        self.buffer = bytearray(MAX_PENDING_BYTES + _READ_BYTES)
        self.view = memoryview(self.buffer)
        self._gather_s = gather_s
        self._selector = DefaultSelector()
        self._connections: list[Connection] = []
        self._wishes: deque[Callable[[], None]] = deque()
        self._lock = threading.Lock()  # of the next two and of starting the thread
        self._thread: threading.Thread | None = None
        self._waker: socket.socket | None = None

    @cached_property
    def tls(self) -> ssl.SSLContext:
        return self._tls or ssl.create_default_context()

    @cached_property
    def blind_tls(self) -> ssl.SSLContext:
        return _trusting()

    def attach(self, connection: Connection) -> None:
        """Start a connection."""

        def begin() -> None:
            self._connections.append(connection)
            connection.attempt(connection.start)

        self.call(begin)

    def detach(self, connection: Connection) -> None:
        """End a connection; returns at once."""
        self.call(lambda: connection.attempt(connection.leave))

    def call(self, work: Callable[[], None]) -> None:
        with self._lock:
            self._wishes.append(work)
            if self._thread is None:
                self._waker, waked = socket.socketpair()
                self._waker.setblocking(False)
                waked.setblocking(False)
                self._thread = threading.Thread(target=self._run, args=(waked,), name="rtsp-hub", daemon=True)
                self._thread.start()
            elif self._waker:
                with contextlib.suppress(BlockingIOError):  # it is full of wakes already
                    self._waker.send(b"\0")

    def close(self, timeout_s: float = 1.0) -> None:
        """End all connections and wait until they have ended."""

        def leave_all() -> None:
            for connection in self._connections:
                connection.attempt(connection.leave)

        thread = self._thread
        if thread and thread is not threading.current_thread():
            self.call(leave_all)
            thread.join(timeout_s)

    def watch(self, owner: Connection, sock: socket.socket, events: int, then: Callable[[], None]) -> None:
        try:
            self._selector.modify(sock, events, (owner, then))
        except KeyError:
            self._selector.register(sock, events, (owner, then))

    def forget(self, sock: socket.socket) -> None:
        with contextlib.suppress(KeyError):
            self._selector.unregister(sock)

    def _run(self, waked: socket.socket) -> None:
        self._selector.register(waked, EVENT_READ, None)
        next_tick = 0.0
        while True:
            while self._wishes:
                self._wishes.popleft()()
            now = self.clock.monotonic()
            if now >= next_tick:
                next_tick = now + _TICK_S
                if self._tick_and_end(waked):
                    break
            busy: list[Connection] = []
            for key, _ in self._selector.select(_TICK_S):
                if key.data is None:
                    waked.recv(4096)
                    continue
                owner, then = key.data
                owner.attempt(then)
                busy.append(owner)
            for owner in busy:
                owner.hand_over()
            if busy and all(connection.at_ease(now) for connection in self._connections):
                time.sleep(self._gather_s)

    def _tick_and_end(self, waked: socket.socket) -> bool:
        """Let everybody look at the clock; True when nobody is left."""
        for connection in self._connections:
            connection.attempt(connection.tick)
            connection.hand_over()
        self._connections = [connection for connection in self._connections if not connection.done]
        if self._connections:
            return False
        with self._lock:
            if self._wishes:
                return False
            self._selector.unregister(waked)
            waked.close()
            if self._waker:
                self._waker.close()
            self._thread = self._waker = None
            return True


def _trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
