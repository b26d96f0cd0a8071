"""H.264 in RTP (RFC 6184): single NAL units, STAP-A and FU-A; the interleaved kinds are not for live video."""

from __future__ import annotations

from skynet.media.rtsp.depacketizer import MAX_UNIT_BYTES, NalDepacketizer

_FRAGMENT, _AGGREGATE = 28, 24
_SLICE, _PARTITION_A, _PARTITION_C, _IDR = 1, 2, 4, 5
_SEI, _SPS, _PPS = 6, 7, 8
_BEFORE_PICTURE = frozenset((_SEI, _SPS, _PPS, 9, 14, 15, 16, 17, 18))
_RECOVERY_POINT = 6


class H264Depacketizer(NalDepacketizer):
    """One H.264 track."""

    def push(self, view: memoryview, start: int, stop: int, timestamp: int, marker: bool) -> None:
        if timestamp != self._timestamp:
            self._turn(timestamp)
        kind = view[start] & 0x1F
        if kind == _FRAGMENT:
            if stop - start < 3:
                self._counts.malformed += 1
            else:
                head = view[start + 1]
                if head & 0x80:
                    kind = head & 0x1F
                    self._begin_nal(bytes((view[start] & 0xE0 | kind,)), bytes((view[start], kind)))
                if self._nal_at < 0:
                    self._stray()
                else:
                    self._unit += view[start + 2 : stop]
                    if head & 0x40:
                        self._end_nal()
                    elif len(self._unit) > MAX_UNIT_BYTES:
                        self._overflow()
        elif kind == _AGGREGATE:
            self._aggregate(view, start + 1, stop)
        elif 0 < kind < _AGGREGATE:
            self._whole(view, start, stop)
        else:
            self._counts.malformed += 1
        if marker:
            self._mark()

    def _aggregate(self, view: memoryview, at: int, stop: int) -> None:
        while stop - at > 2:
            begin = at + 2
            at = begin + (view[at] << 8 | view[at + 1])
            if at > stop:
                self._counts.malformed += 1
                self._damaged = True
                return
            self._whole(view, begin, at)

    def _look(self, at: int, end: int) -> None:
        unit = self._unit
        kind = unit[at] & 0x1F
        if _SLICE <= kind <= _IDR:
            # first_mb_in_slice is 0 when the code of the slice header begins with a 1.
            begins = _PARTITION_A < kind <= _PARTITION_C or (end > at + 1 and unit[at + 1] >= 0x80)
            self._picture(begins, kind == _IDR)
        elif not self._split(at, end):
            if kind in _BEFORE_PICTURE:
                self._before_picture(at)
            if kind in (_SPS, _PPS):
                self._set(at, end)
            elif kind == _SEI and _recovers(unit, at + 1, end):
                self._keyframe = True


def _recovers(unit: bytearray, at: int, end: int) -> bool:
    """Whether an SEI says that decoding may begin here, as streams without IDR pictures do."""
    while end - at > 2:
        kind = size = 0
        while at < end and unit[at] == 0xFF:
            kind, at = kind + 255, at + 1
        if at < end:
            kind, at = kind + unit[at], at + 1
        while at < end and unit[at] == 0xFF:
            size, at = size + 255, at + 1
        if at < end:
            size, at = size + unit[at], at + 1
        if kind == _RECOVERY_POINT:
            return True
        at += size
    return False
