"""A program of the demo as a child process: started apart from the terminal, stopped in good order, its cost known."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

_KILL_AFTER_S = 10.0
_PR_SET_PDEATHSIG = 1


class ChildProcess:
    """`skynet ARGS…` writing to a log file. In its own session, so that Ctrl-C reaches only the demo, which then stops
    its children in the right order. Where the demo itself is killed, Linux asks them to end, so that none is left
    behind to hold the ports."""

    def __init__(self, name: str, args: list[str], log_file: Path) -> None:
        self.name = name
        self.log_file = log_file
        self.cpu_s = 0.0
        """User and system time, known after `stop`."""
        self._returncode: int | None = None
        with log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "skynet", *args],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=partial(_end_with_parent, os.getpid()),
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def ended(self) -> bool:
        return self._wait(os.WNOHANG)

    @property
    def returncode(self) -> int | None:
        """How it ended, None while it runs; negative: by that signal."""
        self._wait(os.WNOHANG)
        return self._returncode

    def stop(self) -> None:
        """Ask it to end, and after ten seconds make it."""
        for sign, patience_s in ((signal.SIGTERM, _KILL_AFTER_S), (signal.SIGKILL, _KILL_AFTER_S)):
            if self.ended:
                return
            self._process.send_signal(sign)
            deadline = time.monotonic() + patience_s
            while not self.ended and time.monotonic() < deadline:
                time.sleep(0.02)

    def last_words(self, lines: int = 5) -> str:
        """The end of its log, for the one who has to find out why it ended."""
        text = self.log_file.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:]) or f"(nothing; see that the disk of {self.log_file} has room)"

    def _wait(self, options: int) -> bool:
        if self._returncode is not None:
            return True
        pid, status, usage = os.wait4(self._process.pid, options)
        if pid == 0:
            return False
        self._returncode = self._process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu_s = usage.ru_utime + usage.ru_stime
        return True


def _end_with_parent(parent: int) -> None:
    """In the child, before its program starts: SIGTERM when the thread that made it ends (prctl(2))."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # it ended before it was asked
            os.kill(os.getpid(), signal.SIGTERM)
