"""H.265 in RTP (RFC 7798): single NAL units, aggregation packets and fragmentation units, with or without DONL."""

from __future__ import annotations

from skynet.media.rtsp.counts import RtspCounts
from skynet.media.rtsp.depacketizer import MAX_UNIT_BYTES, NalDepacketizer, UnitSink

_AGGREGATE, _FRAGMENT = 48, 49
_FIRST_IRAP, _LAST_IRAP, _LAST_SLICE = 16, 21, 31
_FIRST_SET, _LAST_SET = 32, 34
_BEFORE_PICTURE = frozenset((32, 33, 34, 35, 39))


class H265Depacketizer(NalDepacketizer):
    """One H.265 track. `order_numbers`: packets carry decoding order numbers (sprop-max-don-diff above 0)."""

    def __init__(self, sink: UnitSink, counts: RtspCounts, order_numbers: bool = False) -> None:
        super().__init__(sink, counts)
        self._skip = 2 if order_numbers else 0

    def push(self, view: memoryview, start: int, stop: int, timestamp: int, marker: bool) -> None:
        if timestamp != self._timestamp:
            self._turn(timestamp)
        kind = view[start] >> 1 & 0x3F
        if kind == _FRAGMENT:
            if stop - start < 4:
                self._counts.malformed += 1
            else:
                self._fragment(view, start, stop)
        elif kind == _AGGREGATE:
            self._aggregate(view, start + 2, stop)
        elif kind < _AGGREGATE and stop - start > 2 + self._skip:
            if self._skip:
                self._begin_nal(bytes(view[start : start + 2]))
                self._unit += view[start + 4 : stop]
                self._end_nal()
            else:
                self._whole(view, start, stop)
        else:
            self._counts.malformed += 1
        if marker:
            self._mark()

    def _fragment(self, view: memoryview, start: int, stop: int) -> None:
        head = view[start + 2]
        begin = start + 3
        if head & 0x80:
            first, second, kind = view[start], view[start + 1], head & 0x3F
            self._begin_nal(bytes((first & 0x81 | kind << 1, second)), bytes((first, second, kind)))
            begin += self._skip
        if self._nal_at < 0:
            self._stray()
            return
        self._unit += view[begin:stop]
        if head & 0x40:
            self._end_nal()
        elif len(self._unit) > MAX_UNIT_BYTES:
            self._overflow()

    def _aggregate(self, view: memoryview, at: int, stop: int) -> None:
        skip = self._skip
        while stop - at > 2 + skip:
            begin = at + skip + 2
            at = begin + (view[at + skip] << 8 | view[at + skip + 1])
            if at > stop:
                self._counts.malformed += 1
                self._damaged = True
                return
            self._whole(view, begin, at)
            skip = min(skip, 1)  # the first carries a whole number, the others a difference

    def _look(self, at: int, end: int) -> None:
        unit = self._unit
        kind = unit[at] >> 1 & 0x3F
        if kind <= _LAST_SLICE:
            begins = end > at + 2 and unit[at + 2] >= 0x80
            self._picture(begins, _FIRST_IRAP <= kind <= _LAST_IRAP)
        elif not self._split(at, end):
            if kind in _BEFORE_PICTURE:
                self._before_picture(at)
            if _FIRST_SET <= kind <= _LAST_SET:
                self._set(at, end)
