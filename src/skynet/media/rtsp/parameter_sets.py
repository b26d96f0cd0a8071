"""The parameter sets of one stream as they stand now, told in advance or in the stream itself."""

from __future__ import annotations

from skynet.media.rtsp.bit_reader import BitReader
from skynet.media.rtsp.picture_format import PictureFormat, h264_format, h265_format
from skynet.media.rtsp.protocol_error import ProtocolError

START_CODE = b"\0\0\0\1"
_MAX_SETS = 64
_MAX_SET_BYTES = 4096
_H264_KINDS = {7: "sps", 8: "pps"}
_H265_KINDS = {32: "vps", 33: "sps", 34: "pps"}


class ParameterSets:
    """Sets by kind and number. `version` counts every change; `shape_version` those that need a decoder set up anew."""

    def __init__(self, codec: str) -> None:
        self._codec = codec
        self._kinds = _H264_KINDS if codec == "h264" else _H265_KINDS
        self._sets: dict[tuple[str, int], bytes] = {}
        self.version = 0
        self.shape_version = 0

    def add(self, unit: bytes) -> None:
        """Take up a NAL unit; one that is no parameter set is passed over."""
        unit = _bare(unit)
        if not unit or len(unit) > _MAX_SET_BYTES:
            return
        kind = self._kinds.get(unit[0] & 0x1F if self._codec == "h264" else unit[0] >> 1 & 0x3F)
        if kind is None:
            return
        key = (kind, self._number(kind, unit))
        if self._sets.get(key) == unit:
            return
        if key not in self._sets and len(self._sets) >= _MAX_SETS:
            self._sets.clear()  # more than any camera has: numbers cannot be trusted
        self._sets[key] = unit
        self.version += 1
        if kind != "pps":
            self.shape_version += 1

    @property
    def complete(self) -> bool:
        """Whether a decoder can start with them."""
        return {kind for kind, _ in self._sets} >= set(self._kinds.values())

    def annex_b(self) -> bytes:
        """All of them behind start codes, in the order in which they build on each other."""
        order = list(self._kinds.values())
        return b"".join(
            START_CODE + unit for _, unit in sorted(self._sets.items(), key=lambda item: order.index(item[0][0]))
        )

    def picture_format(self) -> PictureFormat | None:
        """What the newest SPS that can be read says; None while there is none."""
        read = h264_format if self._codec == "h264" else h265_format
        for (kind, _), unit in reversed(self._sets.items()):
            if kind == "sps":
                try:
                    return read(unit)
                except ProtocolError:
                    continue
        return None

    def _number(self, kind: str, unit: bytes) -> int:
        """The number of a set among its kind; 0 where it stands too deep to be worth reading, or is damaged."""
        try:
            if self._codec == "h264":
                return BitReader(unit[4 if kind == "sps" else 1 :]).unsigned()
            return BitReader(unit[2:]).unsigned() if kind == "pps" else 0
        except ProtocolError:
            return 0


def _bare(unit: bytes) -> bytes:
    """Without the start codes and trailing zeros that some cameras put around a set."""
    unit = unit.removeprefix(START_CODE).removeprefix(START_CODE[1:])
    end = unit.find(START_CODE[1:])
    return (unit if end < 0 else unit[:end]).rstrip(b"\0")
