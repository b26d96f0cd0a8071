"""A camera read by our own client, or by FFmpeg's where ours has failed at it again and again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from skynet.domain.camera import CameraState
from skynet.media.packet import Packet
from skynet.media.rtsp import NativeRtspSource
from skynet.media.rtsp.counts import RtspCounts
from skynet.media.rtsp_source import RtspSource
from skynet.media.source import StreamInfo
from skynet.media.source_error import SourceError

log = logging.getLogger(__name__)

TRIES = 3
"""Failures in a row, without a packet between them, after which a camera is left to FFmpeg."""
_OURS = (CameraState.UNSUPPORTED, CameraState.FAILED)
"""What may be the reader's fault; that a camera is off or refuses the password never is."""


class AutoRtspSource:
    """`fallback` makes FFmpeg's reader, given the number of its first packet. `reader` says who reads now.

    The fall-back lasts until the source is made anew.
    """

    def __init__(self, native: NativeRtspSource, fallback: Callable[[int], RtspSource]) -> None:
        self._native = native
        self._make_fallback = fallback
        self._fallback: RtspSource | None = None
        self._failures = 0
        self._index_at_open = 0

    @property
    def name(self) -> str:
        return self._native.name

    @property
    def reader(self) -> str:
        return "ffmpeg" if self._fallback else "native"

    @property
    def counts(self) -> RtspCounts:
        """What our own client counted on the way from the camera."""
        return self._native.counts

    @property
    def camera_ahead_s(self) -> float | None:
        return None if self._fallback else self._native.camera_ahead_s

    @property
    def reanchors(self) -> int:
        return self._native.reanchors + (self._fallback.reanchors if self._fallback else 0)

    @property
    def skipped(self) -> int:
        return self._native.skipped + (self._fallback.skipped if self._fallback else 0)

    def open(self) -> StreamInfo:
        if self._failures >= TRIES and self._fallback is None:
            log.warning("%s: our own reader failed %d times in a row, FFmpeg's takes over", self.name, TRIES)
            self._fallback = self._make_fallback(self._native.next_index)
        self._index_at_open = self._native.next_index
        try:
            return self._source.open()
        except SourceError as error:
            self._note(error)
            raise

    def packets(self) -> Iterator[Packet]:
        try:
            yield from self._source.packets()
        except SourceError as error:
            self._note(error)
            raise

    def deliver(self, take: Callable[[Packet], None]) -> None:
        """Each packet to `take`, by our own client on the hub's thread; raises as `packets` does."""
        try:
            self._source.deliver(take)
        except SourceError as error:
            self._note(error)
            raise

    def close(self) -> None:
        self._native.close()
        if self._fallback:
            self._fallback.close()

    @property
    def _source(self) -> NativeRtspSource | RtspSource:
        return self._fallback or self._native

    def _note(self, error: SourceError) -> None:
        if self._native.next_index > self._index_at_open:
            self._failures = 0
        elif error.state in _OURS:
            self._failures += 1
