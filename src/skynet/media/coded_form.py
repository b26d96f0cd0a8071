"""How a stream's pictures are coded, as far as a file must say it once for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from skynet.media.epoch import Epoch
from skynet.media.packet import Packet
from skynet.media.rtsp.parameter_sets import ParameterSets

REMUXABLE = ("h264", "hevc")
_SETS_CODEC = {"h264": "h264", "hevc": "h265"}
_RECORD = 1
"""First byte of an avcC or hvcC record; Annex B begins with zeros."""


@dataclass(frozen=True, slots=True)
class CodedForm:
    """Equal for packets that may stand in one file one after the other.

    `header` is what a decoder must have before the first picture: parameter sets behind start codes (Annex B), or the
    record that a file keeps of them; empty where the stream has not told them or the codec has none.
    """

    codec: str
    header: bytes
    width: int
    height: int


class FormFollower:
    """Tells the form of each packet of a stream, in decoding order. Parameter sets in the stream itself count."""

    def __init__(self) -> None:
        self._epoch: Epoch | None = None
        self._sets: ParameterSets | None = None
        self._form: CodedForm | None = None

    def form(self, packet: Packet) -> CodedForm:
        if packet.epoch is not self._epoch or self._form is None:
            self._begin(packet.epoch)
        if packet.is_keyframe and self._sets is not None:
            for unit in _leading_units(bytes(packet.coded), packet.epoch.codec):
                self._sets.add(unit)
            self._form = self._described(packet.epoch, self._sets)
        assert self._form is not None  # noqa: S101 - set by _begin, for the type checker
        return self._form

    def _begin(self, epoch: Epoch) -> None:
        header = epoch.extradata or b""
        self._epoch, self._sets = epoch, None
        self._form = CodedForm(epoch.codec, header, epoch.width, epoch.height)
        if epoch.codec in REMUXABLE and header[:1] != bytes((_RECORD,)):
            self._sets = ParameterSets(_SETS_CODEC[epoch.codec])
            for unit in _leading_units(header, epoch.codec):
                self._sets.add(unit)
            self._form = self._described(epoch, self._sets)

    def _described(self, epoch: Epoch, sets: ParameterSets) -> CodedForm:
        shape = sets.picture_format()
        width, height = (shape.width, shape.height) if shape else (epoch.width, epoch.height)
        return CodedForm(epoch.codec, sets.annex_b() if sets.complete else b"", width, height)


def _leading_units(data: bytes, codec: str) -> Iterator[bytes]:
    """The NAL units of an Annex B access unit that come before its first slice."""
    at = data.find(b"\0\0\1")
    while 0 <= at < len(data) - 3:
        begin = at + 3
        is_slice = 1 <= data[begin] & 0x1F <= 5 if codec == "h264" else data[begin] >> 1 & 0x3F < 32
        if is_slice:
            return
        at = data.find(b"\0\0\1", begin)
        yield data[begin:at] if at >= 0 else data[begin:]
