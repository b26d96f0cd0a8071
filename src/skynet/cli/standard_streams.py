"""stdin, stdout and stderr as the commands rely on them, whatever a shell, a locale or a service manager left there."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import Any


class StdoutError(OSError):
    """What was written to stdout cannot get where it leads, for another reason than a reader who has left."""


def prepare() -> None:
    """Make the standard streams usable. Called once, before anything is opened or written.

    A stream that was closed leads nowhere: were its number left free, the next file to be opened would get it, and what
    a library prints would end up in there. What goes to a file or a program is UTF-8, as JSON must be; a terminal keeps
    its own encoding. What cannot be written in it, such as a file name that is no text, is escaped.
    """
    for number in (0, 1, 2):
        with contextlib.suppress(OSError):
            os.fstat(number)
            continue
        os.open(os.devnull, os.O_RDWR)  # takes the lowest free number: this one
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)
    if sys.stdout is not sys.__stdout__:
        return  # somebody who runs the command line inside another program listens already
    raw = _Stdout(1, "w", closefd=False)
    terminal = raw.isatty()
    encoding = sys.stdout.encoding if terminal and sys.stdout else "utf-8"
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(raw), encoding, "backslashreplace", line_buffering=terminal)


def give_up_stdout() -> None:
    """It leads nowhere from now on: what it still holds would fail again when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


class _Stdout(io.FileIO):
    def write(self, content: Any, /) -> int:
        try:
            return super().write(content)
        except BrokenPipeError:  # `| head`: nothing is wrong, and the command line library ends the program quietly
            raise
        except OSError as error:
            raise StdoutError(error.errno, error.strerror) from None
