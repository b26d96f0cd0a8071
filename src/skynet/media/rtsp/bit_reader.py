"""Bits out of a parameter set."""

from __future__ import annotations

from skynet.media.rtsp.protocol_error import ProtocolError

_MAX_BYTES = 4096


class BitReader:
    """Reads a NAL unit's payload from its first bit on, emulation prevention taken out. Past the end: ProtocolError."""

    def __init__(self, payload: bytes) -> None:
        raw = payload[:_MAX_BYTES].replace(b"\0\0\3", b"\0\0")
        self._bits = int.from_bytes(raw, "big")
        self._left = 8 * len(raw)

    def bits(self, count: int) -> int:
        """The next `count` bits, unsigned."""
        if count > self._left:
            raise ProtocolError("a parameter set is cut short")
        self._left -= count
        return (self._bits >> self._left) & ((1 << count) - 1)

    def flag(self) -> bool:
        return self.bits(1) == 1

    def unsigned(self) -> int:
        """Exp-Golomb, ue(v) of H.264 9.1."""
        zeros = 0
        while not self.flag():
            zeros += 1
            if zeros > 32:
                raise ProtocolError("a parameter set is damaged")
        return (1 << zeros) - 1 + self.bits(zeros)

    def signed(self) -> int:
        """Exp-Golomb, se(v) of H.264 9.1.1."""
        code = self.unsigned()
        return (code + 1) // 2 if code % 2 else -(code // 2)
