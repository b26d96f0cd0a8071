"""The RTSP server as a process around a benchmark."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import av

from skynet.domain.errors import WorkFailedError

_SYSTEM_PYTHON = "/usr/bin/python3"
_PROGRAM = Path(__file__).with_name("gst_server.py")
_REMEDY = (
    "install python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-good gstreamer1.0-plugins-bad, "
    "or measure with --from files"
)


class RtspServer:
    """Serves `clips` (name → MP4) on loopback while it is entered, on the processors `cores`.

    Raises WorkFailedError when the server cannot be had.
    """

    def __init__(self, clips: Mapping[str, Path], cores: Sequence[int]) -> None:
        self._clips = {name: {"path": str(path.resolve()), "codec": _codec(path)} for name, path in clips.items()}
        self._cores = tuple(cores)
        self._port = _free_port()
        self._process: subprocess.Popen[str] | None = None

    @property
    def process_id(self) -> int:
        if self._process is None:
            raise RuntimeError("the server has not been entered")
        return self._process.pid

    def url(self, name: str) -> str:
        return f"rtsp://127.0.0.1:{self._port}/{name}"

    def __enter__(self) -> Self:
        try:
            process = subprocess.Popen(
                [_SYSTEM_PYTHON, str(_PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        except OSError as error:
            raise WorkFailedError(f"the RTSP server cannot be started ({error.strerror}); {_REMEDY}") from None
        self._process = process
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("pipes were asked for")
        os.sched_setaffinity(process.pid, self._cores)
        try:
            process.stdin.write(json.dumps({"port": self._port, "clips": self._clips}) + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended already: the next line tells
        if process.stdout.readline().strip() != "ready":
            self._stop()
            raise WorkFailedError(f"the RTSP server did not start; {_REMEDY}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        self._process = None


def _codec(path: Path) -> str:
    with av.open(str(path)) as container:
        return container.streams.video[0].codec_context.codec.canonical_name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
