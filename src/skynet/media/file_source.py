"""Video files as sources: read as fast as the reader takes them, or paced like a camera.

Demuxing and pacing happen in the thread that iterates `packets`; the container is opened and closed there too, so
`close` from another thread only raises a flag that pacing waits on and that every packet looks at.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import av
from av.container import InputContainer

from skynet.domain.camera import CameraState
from skynet.domain.clock import Clock
from skynet.media.epoch import Epoch
from skynet.media.file_pass import FilePass
from skynet.media.packet import Packet
from skynet.media.recording_clock import RecordingClock
from skynet.media.source import StreamInfo
from skynet.media.source_error import SourceError
from skynet.media.stream_clock import StreamClock, in_seconds
from skynet.media.video_file import open_video_file, stream_info

_MAX_DEBT_S = 1.0
"""A paced source that is further behind (machine asleep, reader blocked) goes on from now instead of rushing."""


class FileSource:
    """MP4, AVI, MKV and what else holds video. `path` must not come from the network.

    `paced` delivers in real time with `captured_at` of about now; `loop` starts over at the end, PTS going on.
    Otherwise `captured_at` is `start_time` (POSIX s, default 0) plus the time in the file.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        clock: Clock,
        paced: bool = False,
        loop: bool = False,
        start_time: float | None = None,
    ) -> None:
        self._path = Path(path)
        self._clock = clock
        self._paced = paced
        self._loop = loop
        self._closed = threading.Event()
        self._opened: tuple[InputContainer, av.VideoStream] | None = None
        self._epoch: Epoch | None = None
        self._info: StreamInfo | None = None
        self._stamps = StreamClock() if paced else RecordingClock(start_time or 0.0)
        self._index = 0
        self._origin: tuple[float, float] | None = None
        self.skipped = 0

    @property
    def name(self) -> str:
        return str(self._path)

    @property
    def reanchors(self) -> int:
        return self._stamps.reanchors

    def open(self) -> StreamInfo:
        """Read the file's header. Raises SourceError."""
        self._closed.clear()
        self._opened = container, stream = open_video_file(self._path)
        self._epoch = Epoch.of(stream)
        self._info = stream_info(container, stream)
        self._stamps.restart()
        self._origin = None
        return self._info

    def packets(self) -> Iterator[Packet]:
        """Raises SourceError at the end of a damaged file, after all that could be read."""
        if self._opened is None:
            raise RuntimeError("open() comes before packets()")
        shift = 0
        while True:
            (container, stream), self._opened = self._opened, None
            with container:
                one_pass = FilePass(container, stream, shift)
                yield from self._deliver(one_pass)
            self.skipped += one_pass.damaged
            if self._closed.is_set():
                return
            if one_pass.delivered == 0:
                raise SourceError(CameraState.FAILED, "not one picture in it could be read; replace it")
            if not self._loop:
                one_pass.complain_if_cut_short()
                return
            shift = one_pass.next_shift
            self._opened = open_video_file(self._path)

    def deliver(self, take: Callable[[Packet], None]) -> None:
        """Packets to `take`, on this thread; raises as `packets` does."""
        for packet in self.packets():
            take(packet)

    def close(self) -> None:
        self._closed.set()

    def _deliver(self, one_pass: FilePass) -> Iterator[Packet]:
        for coded in one_pass.packets():
            if self._closed.is_set():
                return
            if one_pass.delivered == 0 and not coded.is_keyframe:
                self.skipped += 1
                continue
            pts, dts = in_seconds(coded.pts, coded.time_base), in_seconds(coded.dts, coded.time_base)
            if self._paced and not self._wait_until_due(dts if dts is not None else pts):
                return
            error_s = 0.0
            if isinstance(self._stamps, RecordingClock):
                at = self._stamps.stamp(pts, dts)
            else:
                at = self._stamps.stamp(pts, dts, self._clock.wall(), self._clock.monotonic())
                error_s = self._stamps.error_s
            assert self._epoch is not None  # noqa: S101 - set by open(), for the type checker
            packet = Packet(coded, self._index, at, self._epoch, error_s)
            self._index += 1
            one_pass.delivered += 1
            yield packet

    def _wait_until_due(self, order_s: float | None) -> bool:
        """Sleep until the packet's moment; False when the source was closed meanwhile."""
        if order_s is None:
            return not self._closed.is_set()
        now = self._clock.monotonic()
        if self._origin is None:
            self._origin = (now, order_s)
        due = self._origin[0] + order_s - self._origin[1]
        if not -_MAX_DEBT_S < due - now < 3600:
            self._origin, due = (now, order_s), now
        while (left := due - self._clock.monotonic()) > 0:
            if self._closed.wait(min(left, 0.5)):
                return False
        return True
