"""A real RTSP server around a test: GStreamer's, as a process of the system's Python."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import av

SYSTEM_PYTHON = "/usr/bin/python3"
_PROGRAM = Path(__file__).with_name("gst_rtsp_server.py")
_AT_LEAST_S = 180.0
"""Clips are repeated to last so long: longer than any test may take."""


@dataclass(frozen=True)
class Credentials:
    user: str
    password: str
    digest: bool = False


class RtspServer:
    """Serves each MP4's H.264 or H.265 as it is coded at `url(name)`, on loopback, over TCP and UDP.

    Every client gets the clip from its beginning, in real time. `kill` ends the server as a power cut would, `restart`
    starts it again on the same port.
    """

    def __init__(self, clips: dict[str, Path], port: int | None = None, auth: Credentials | None = None) -> None:
        self.port = port or free_port()
        self._clips = clips
        self._auth = auth
        self._folder: Path | None = None
        self._prepared: dict[str, dict[str, str]] = {}
        self._process: subprocess.Popen[str] | None = None

    def url(self, name: str, *, user: str = "", password: str = "") -> str:
        credentials = f"{user}:{password}@" if user else ""
        return f"rtsp://{credentials}127.0.0.1:{self.port}/{name}"

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="rtsp-"))
        for name, clip in self._clips.items():
            long_clip = self._folder / f"{name}.mp4"
            self._prepared[name] = {"path": str(long_clip), "codec": repeat_clip(clip, long_clip, _AT_LEAST_S)}
        self.restart()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def kill(self) -> None:
        """SIGKILL; clients see their connections reset or fall silent. Harmless when it is not running."""
        if self._process:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    pipe.close()
            self._process = None

    def freeze(self) -> None:
        """The server keeps its connections and says nothing more, until it is killed."""
        if self._process:
            self._process.send_signal(signal.SIGSTOP)

    def restart(self) -> None:
        """Start (again); serves when this returns."""
        self.kill()
        wishes = {
            "port": self.port,
            "user": self._auth.user if self._auth else None,
            "password": self._auth.password if self._auth else None,
            "digest": self._auth.digest if self._auth else False,
            "clips": self._prepared,
        }
        process = subprocess.Popen(
            [SYSTEM_PYTHON, str(_PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(wishes) + "\n")
        process.stdin.flush()
        if process.stdout.readline().strip() != "ready":
            self.kill()
            raise RuntimeError("the RTSP server did not start; is gir1.2-gst-rtsp-server-1.0 installed?")


def free_port() -> int:
    """A loopback TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def repeat_clip(clip: Path, target: Path, at_least_s: float) -> str:
    """Copy the clip's video to `target` as often as makes `at_least_s` seconds; returns its codec."""
    with av.open(str(clip)) as source:
        stream = source.streams.video[0]
        codec = stream.codec_context.codec.canonical_name
        packets = [packet for packet in source.demux(stream) if packet.size]
        step = packets[-1].duration or packets[-1].dts - packets[-2].dts
        length = packets[-1].dts + step - packets[0].dts
        repeats = max(1, round(at_least_s / float(length * stream.time_base)) + 1)
    with av.open(str(target), "w") as copy:
        out = None
        for repeat in range(repeats):
            with av.open(str(clip)) as source:
                stream = source.streams.video[0]
                out = out or copy.add_stream_from_template(stream)
                for packet in source.demux(stream):
                    if packet.size:
                        packet.pts += repeat * length
                        packet.dts += repeat * length
                        packet.stream = out
                        copy.mux(packet)
    return codec
