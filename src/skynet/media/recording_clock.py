"""Capture times of a recording: its own time stamps, counted from when it was begun.

Pure arithmetic. Used by one thread. Among packets whose PTS grows, `captured_at` never goes backwards, however the time
stamps of the file jump, wrap or stop.
"""

from __future__ import annotations

BACKWARD_TOLERANCE_S = 0.5
"""DTS that step back by less are jitter of a bad muxer."""
GAP_S = 3600.0
"""A recording may have gaps (motion only), but not of hours between two packets: that is a damaged time stamp."""


class RecordingClock:
    """`base` POSIX seconds of the first picture; `frame_s` what passes where time stamps say nothing."""

    def __init__(self, base: float, frame_s: float = 0.04) -> None:
        self._base = base
        self._frame_s = frame_s
        self._offset: float | None = None
        self._newest = float("-inf")
        self._shown_max = float("-inf")
        self._order = float("-inf")
        self.reanchors = 0

    def stamp(self, pts_s: float | None, dts_s: float | None) -> float:
        """Capture time (POSIX s) of the next packet in decoding order, from its PTS and DTS in seconds."""
        shown = pts_s if pts_s is not None else dts_s
        order = dts_s if dts_s is not None else pts_s
        if shown is None or order is None:
            return self._unstamped()
        if self._offset is not None and not -BACKWARD_TOLERANCE_S <= order - self._order <= GAP_S:
            self.reanchors += 1
            self._offset = None
        if self._offset is None:
            self._offset = max(self._base, self._newest + self._frame_s) - shown
            self._shown_max = float("-inf")
        self._order = order
        at = shown + self._offset
        if shown >= self._shown_max:
            at = max(at, self._newest)
            self._shown_max = shown
        self._newest = max(self._newest, at)
        return at

    def restart(self) -> None:
        """The file is read anew: it follows on what was read before."""
        self._offset = None

    def _unstamped(self) -> float:
        if self._offset is not None:
            self.reanchors += 1
            self._offset = None
        self._newest = max(self._base, self._newest + self._frame_s)
        return self._newest
