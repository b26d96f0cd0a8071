"""One reading of a video file from its beginning to its end."""

from __future__ import annotations

from collections.abc import Iterator

import av
from av.container import InputContainer

from skynet.domain.camera import CameraState
from skynet.media.source_error import SourceError

MAX_FAILURES_IN_A_ROW = 100
"""A demuxer that fails so often without one packet in between will not find its way again."""
_TOLERANCE_S = 0.5
"""So much may a file without an exact count of its pictures end before its stated duration."""


class FilePass:
    """Packets of the `stream` of an opened file, with `shift` (in units of its time base) added to their time stamps.

    `damaged` counts what the demuxer could not read and samples without content; `delivered` is for the caller to
    count in.
    """

    def __init__(self, container: InputContainer, stream: av.VideoStream, shift: int) -> None:
        self._container = container
        self._stream = stream
        self._shift = shift
        self._expected = self._expected_packets()
        self._promised_s = self._promised_duration()
        self._first: int | None = None
        self._end = 0
        self._shown_end = 0
        self._seen = 0
        self._corrupt_end = False
        self.damaged = 0
        self.delivered = 0

    @property
    def next_shift(self) -> int:
        """The shift with which the beginning of the file follows on the end of this reading."""
        return self._shift + self._end - (self._first or 0)

    def packets(self) -> Iterator[av.Packet[av.VideoStream]]:
        """Goes on after damaged spots."""
        failures = 0
        while failures < MAX_FAILURES_IN_A_ROW:
            try:
                for coded in self._container.demux(self._stream):
                    if coded.size == 0:  # the demuxer's farewell has no time; else an empty sample, as some AVIs have
                        self._seen += int(coded.dts is not None)
                        continue
                    failures = 0
                    self._note(coded)
                    self._move(coded)
                    yield coded
            except av.FFmpegError:
                failures += 1
                self.damaged += 1
            else:
                return

    def complain_if_cut_short(self) -> None:
        """Raises SourceError when less could be read than the file promised."""
        read_s = float(self._shown_end * self._time_base)
        remedy = "it is cut short or damaged; copy it again from its origin"
        if self._expected and self._seen < self._expected:
            raise SourceError(CameraState.FAILED, f"only {self._seen} of {self._expected} pictures are there; {remedy}")
        if self._promised_s and read_s < self._promised_s - _TOLERANCE_S:
            raise SourceError(
                CameraState.FAILED,
                f"it ends after {read_s:.1f} of {self._promised_s:.1f} seconds; {remedy}",
            )
        if self._corrupt_end:
            raise SourceError(CameraState.FAILED, f"its last picture is incomplete; {remedy}")
        if self.damaged:
            raise SourceError(CameraState.FAILED, f"{self.damaged} places could not be read; {remedy}")

    def _note(self, coded: av.Packet[av.VideoStream]) -> None:
        order = coded.dts if coded.dts is not None else coded.pts
        length = coded.duration or max(1, round(0.04 / self._time_base))
        if order is not None:
            self._first = order if self._first is None else self._first
            self._end = max(self._end, order + length)
        shown = coded.pts if coded.pts is not None else order
        if shown is not None:
            self._shown_end = max(self._shown_end, shown + length)
        self._corrupt_end = coded.is_corrupt
        self._seen += 1

    def _move(self, coded: av.Packet[av.VideoStream]) -> None:
        if self._shift:
            coded.pts = None if coded.pts is None else coded.pts + self._shift
            coded.dts = None if coded.dts is None else coded.dts + self._shift

    @property
    def _time_base(self) -> float:
        return float(self._stream.time_base or 0.04)

    def _expected_packets(self) -> int | None:
        """MP4 lists every sample; an edit list may leave some out, which the index of the demuxer knows."""
        if "mp4" not in self._container.format.name:
            return None
        return min(self._stream.frames, len(self._stream.index_entries)) or None

    def _promised_duration(self) -> float | None:
        """Of the video alone: the duration of the whole file counts only when nothing else is in it."""
        if "mp4" in self._container.format.name:
            return None
        if self._container.format.name == "avi" and self._stream.frames:
            rate = self._stream.average_rate
            return float(self._stream.frames / rate) if rate else None
        if len(self._container.streams) > 1 or not self._container.duration:
            return None
        start = self._container.start_time or 0
        return (self._container.duration + start) / av.time_base
