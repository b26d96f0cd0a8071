"""The demo's stage: its data folder, its two programs, its clients. Everything stays on 127.0.0.1."""

from __future__ import annotations

import contextlib
import fcntl
import socket
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import IO

import httpx

from skynet.cli.demo.child_process import ChildProcess
from skynet.domain.errors import BadInputError, WorkFailedError

_START_S = 30.0


class Stage:
    """Holds the data folder exclusively from `open` to `close`, and the two programs from `start` to `close`.

    `stopped` says that the user has had enough, which `start` heeds at every step.
    """

    def __init__(self, data_dir: Path, edge_config: Path, port: int, stopped: Event) -> None:
        self.data_dir = data_dir
        self.url = f"http://127.0.0.1:{port}"
        self.known_data = (data_dir / "coordinator").exists()
        self._edge_config = edge_config
        self._port = port
        self._stopped = stopped
        self._lock: IO[bytes] | None = None
        self._children: list[ChildProcess] = []
        self.edge: ChildProcess | None = None
        self.coordinator: ChildProcess | None = None

    def open(self) -> None:
        """Take the data folder. Raises BadInputError when it or a port cannot be had."""
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            self._lock = (self.data_dir / "lock").open("wb")
        except OSError as error:
            raise BadInputError(
                f"--data-dir {self.data_dir}: {error.strerror}; choose a folder you may write to"
            ) from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BadInputError(
                f"--data-dir {self.data_dir}: another demo is running on it; stop that one or choose another folder"
            ) from None
        for port in (self._port, self._port + 1):
            _require_free(port)

    def start(self) -> None:
        """Bring the coordinator up, then the edge. Raises WorkFailedError with a program's last words when one ends,
        and when the user does not want to wait for it."""
        home, tokens = self.data_dir / "coordinator", self.data_dir / "tokens"
        self._finish("coordinator-init", ["coordinator", "init", "--data-dir", str(home), "--tokens-dir", str(tokens)])
        self._finish("coordinator-migrate", ["coordinator", "migrate", "--data-dir", str(home)])
        serve = ["coordinator", "serve", "--data-dir", str(home), "--port", str(self._port)]
        self.coordinator = self._child("coordinator", serve)
        self._wait("start the coordinator", lambda: _healthy(self.url), self.coordinator)
        edge = ["edge", "run", "--config", str(self._edge_config), "--data-dir", str(self.data_dir / "edge")]
        edge += ["--coordinator-url", self.url, "--token-file", str(tokens / "edge.token")]
        edge += ["--health-port", str(self._port + 1)]
        self.edge = self._child("edge", edge)

    def console_token(self) -> str:
        return (self.data_dir / "tokens" / "console.token").read_text(encoding="ascii").strip()

    def client(self) -> httpx.Client:
        """A console's client of the coordinator's API."""
        headers = {"Authorization": f"Bearer {self.console_token()}", "X-Purpose": "demo"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=10, trust_env=False)

    def check(self) -> None:
        """Raises WorkFailedError when a program has ended on its own."""
        for child in (self.coordinator, self.edge):
            if child and child.ended:
                raise WorkFailedError(f"the {child.name} ended by itself; its log says:\n{child.last_words()}")

    def close(self) -> None:
        """Stop what was started, the edge first so that it can still deliver."""
        for child in reversed(self._children):
            child.stop()
        if self._lock:
            self._lock.close()

    def _child(self, name: str, args: list[str]) -> ChildProcess:
        child = ChildProcess(name, args, self.data_dir / f"{name}.log")
        self._children.append(child)
        return child

    def _finish(self, name: str, args: list[str]) -> None:
        """Run a command to its end. Raises WorkFailedError when it says that it failed."""
        child = self._child(name, args)
        deadline = time.monotonic() + _START_S
        while not child.ended and time.monotonic() < deadline:
            self._pause()
        if child.returncode != 0:
            raise WorkFailedError(f"`skynet {' '.join(args[:2])}` failed; its log says:\n{child.last_words()}")

    def _wait(self, what: str, done: Callable[[], bool], child: ChildProcess) -> None:
        deadline = time.monotonic() + _START_S
        while not done():
            if child.ended:
                raise WorkFailedError(f"could not {what}; its log says:\n{child.last_words()}")
            if time.monotonic() > deadline:
                raise WorkFailedError(f"could not {what} within {_START_S:.0f} s; see {child.log_file}")
            self._pause()

    def _pause(self) -> None:
        if self._stopped.wait(0.05):
            raise WorkFailedError("stopped before the demo had started")


def _require_free(port: int) -> None:
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise BadInputError(f"port {port} on 127.0.0.1 is in use; choose another with --port") from None


def _healthy(url: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{url}/healthz", timeout=2, trust_env=False).status_code == httpx.codes.OK
    return False
