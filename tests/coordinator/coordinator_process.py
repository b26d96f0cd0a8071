"""A real coordinator: its own process, its own socket."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

import httpx

LISTENING = re.compile(r"listening on (http://\S+)")


class CoordinatorProcess:
    """`start` any number of times on the same data; leaving the context kills what still runs."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self.url = ""
        self.log: list[str] = []
        self.client = httpx.Client(timeout=20)
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()
        self.client.close()

    def start(self, port: int = 0) -> str:
        """Run it until it says where it listens; the address."""
        # The sub-command alone: the whole command line also loads the engines of a box, several times a test.
        start = "from skynet.cli.coordinator import app; app()"
        command = [sys.executable, "-c", start, "serve", "--data-dir", str(self.site / "data")]
        self._process = subprocess.Popen(
            [*command, "--port", str(port)],
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        ready = threading.Event()
        self.url = ""
        self._reader = threading.Thread(target=self._read, args=(self._process, ready))
        self._reader.start()
        assert ready.wait(30), self.log
        assert self.url, self.log
        return self.url

    def token(self, scope: str) -> str:
        return (self.site / "tokens" / f"{scope}.token").read_text().strip()

    def headers(self, scope: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(scope)}"}

    def kill(self) -> None:
        """As a power cut does it."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """As an operator does it; the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, number: int) -> int:
        assert self._process is not None
        assert self._reader is not None
        self._process.send_signal(number)
        code = self._process.wait(20)
        self._reader.join(20)
        return code

    def _read(self, process: subprocess.Popen[str], ready: threading.Event) -> None:
        assert process.stderr is not None
        with process.stderr:
            for line in process.stderr:
                self.log.append(line.rstrip())
                if match := LISTENING.search(line):
                    self.url = match[1]
                    ready.set()
        ready.set()
