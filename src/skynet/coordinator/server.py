"""Runs the coordinator as a process: one listening socket, one event loop, an end that does not keep anyone waiting.

On SIGTERM or SIGINT the long polls are answered at once with empty pages, then the server closes; what is still open
after `GRACE_S` is cut. A second SIGINT cuts at once. The process then ends with code 0: it did what it was told.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import uvicorn
from fastapi import FastAPI

from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.domain.errors import WorkFailedError

GRACE_S = 2
BACKLOG = 512


def listen(host: str, port: int) -> socket.socket:
    """A bound, listening socket; port 0 means any free one. Raises WorkFailedError when the address cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError, OverflowError) as error:
        raise WorkFailedError(f"--host {host}: is no address of this machine ({error})") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise WorkFailedError(
            f"cannot listen on {host} port {port}: {error.strerror}; stop what holds it or choose another with --port"
        ) from error
    return listener


def run(app: FastAPI, listener: socket.socket, log_level: str, proxies: Sequence[str] = ("127.0.0.1",)) -> None:
    """Serve until told to stop. The caller's thread becomes the server's. What `proxies` say of the client's address
    and of TLS is believed, what others say is not."""
    config = uvicorn.Config(
        app,
        log_level=log_level,
        log_config=None,
        access_log=log_level == "debug",
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        lifespan="on",
        forwarded_allow_ips=list(proxies),
    )
    parts = app.state.parts
    asyncio.run(_Server(config, (parts.signal, parts.registry)).serve(sockets=[listener]))


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, commits: Sequence[CommitSignal]) -> None:
        super().__init__(config)
        self._commits = commits

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Like uvicorn's, but the signals are not raised again at the end and long polls are sent home first."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()

        def stop(number: int, frame: FrameType | None) -> None:
            self.handle_exit(number, frame)
            for commits in self._commits:
                loop.call_soon_threadsafe(commits.close)

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
