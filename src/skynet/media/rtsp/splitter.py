"""Cuts what comes over the camera's connection into messages and interleaved packets (RFC 2326, 10.12).

Pure. Works on the caller's buffer in place and keeps nothing but a message's head whose body has not come yet; what is
not consumed, at most a packet or a message in part, is for the caller to bring again with what follows. Bytes that
belong to nothing are skipped and counted, for cameras lose some when their own buffers overflow.
"""

from __future__ import annotations

from collections.abc import Callable

from skynet.media.rtsp.counts import RtspCounts
from skynet.media.rtsp.message import MAX_BODY_BYTES, MAX_HEAD_BYTES, Message, parse_head
from skynet.media.rtsp.protocol_error import ProtocolError

OnPacket = Callable[[memoryview, int, int], None]
OnRun = Callable[[memoryview, int, int, int], int]
MAX_PENDING_BYTES = max(MAX_HEAD_BYTES, MAX_BODY_BYTES, 4 + 0xFFFF)
"""As much may stay unconsumed."""
_DOLLAR = 0x24
_METHODS = (
    *(b"ANNOUNCE ", b"GET_PARAMETER ", b"OPTIONS ", b"PAUSE ", b"PLAY ", b"PLAY_NOTIFY ", b"REDIRECT "),
    *(b"SET_PARAMETER ", b"TEARDOWN ", b"DESCRIBE ", b"SETUP ", b"RECORD "),
)


class Splitter:
    """One connection's input. `channels` says who takes the packets of which channel: view, start, stop."""

    def __init__(self, on_message: Callable[[Message], None], counts: RtspCounts) -> None:
        self.channels: dict[int, OnPacket] = {}
        self.run: OnRun | None = None
        """Takes what follows on a packet as far as it is of the same kind: view, from, to, channel."""
        self._on_message = on_message
        self._counts = counts
        self._speaks_rtsp = False
        self._headless: Message | None = None
        self._body_length = 0
        self._lost_track = False

    def feed(self, buffer: bytearray, view: memoryview, end: int) -> int:
        """Take what is in `buffer[:end]` (`view` is of the same bytes); returns how many bytes are done with.

        Raises ProtocolError when the other side does not speak RTSP, and whatever the receivers raise.
        """
        at = 0
        channels, run = self.channels, self.run
        while at < end:
            if buffer[at] == _DOLLAR:
                if end - at < 5:
                    break
                stop = at + 4 + (buffer[at + 2] << 8 | buffer[at + 3])
                take = channels.get(buffer[at + 1])
                if (take is None or self._lost_track) and not self._is_packet(buffer, at, stop, end):
                    at = self._find_next(buffer, at + 1, end)
                    continue
                if stop > end:
                    break
                if take is None:
                    self._counts.foreign += 1
                else:
                    take(view, at + 4, stop)
                    self._lost_track = False
                    if run is not None:
                        at = run(view, stop, end, buffer[at + 1])
                        continue
                at = stop
                continue
            step = self._text(buffer, at, end)
            if step == at:
                break
            at = step
        return at

    def _is_packet(self, buffer: bytearray, at: int, stop: int, end: int) -> bool:
        """Whether a dollar sign begins a packet: among bytes that belong to nothing, only one that we asked for; else
        also one of another channel, if something sensible follows on it.
        """
        if self._lost_track:
            return buffer[at + 1] in self.channels and buffer[at + 4] >> 6 == 2
        return self._speaks_rtsp and (stop >= end or buffer[stop] in b"$RASGOTP\r\n")

    def _text(self, buffer: bytearray, at: int, end: int) -> int:
        """One step at something that is no packet; returns where to go on, `at` when more bytes are needed."""
        if self._headless is not None:
            return self._body(self._headless, buffer, at, end)
        if buffer[at] in b"\r\n\0 ":
            return at + 1
        if not self._is_message(buffer, at, end):
            return self._find_next(buffer, at + 1, end)
        head_end, body_at = _end_of_head(buffer, at, end)
        if head_end < 0:
            if end - at > MAX_HEAD_BYTES:
                return self._find_next(buffer, at + 1, end)
            return at
        try:
            message = parse_head(bytes(buffer[at:head_end]))
            self._body_length = message.body_length
        except ProtocolError:
            return self._find_next(buffer, at + 1, end)
        self._speaks_rtsp, self._lost_track = True, False
        if self._body_length:
            self._headless = message
        else:
            self._on_message(message)
        return body_at

    def _body(self, message: Message, buffer: bytearray, at: int, end: int) -> int:
        stop = at + self._body_length
        if stop > end:
            return at
        self._headless = None
        self._on_message(message.with_body(bytes(buffer[at:stop])))
        return stop

    def _is_message(self, buffer: bytearray, at: int, end: int) -> bool:
        begin = bytes(buffer[at : min(end, at + 16)])
        if begin[:5].upper() == b"RTSP/"[: len(begin)]:
            return True
        return self._speaks_rtsp and any(begin.startswith(method[: len(begin)]) for method in _METHODS)

    def _find_next(self, buffer: bytearray, at: int, end: int) -> int:
        """The next place where a packet or a message may begin."""
        if not self._speaks_rtsp:
            raise ProtocolError("what answers does not speak RTSP")
        if not self._lost_track:
            self._lost_track = True
            self._counts.resyncs += 1
        answer = buffer.find(b"RTSP/", at, end)
        limit = answer if answer >= 0 else end
        while (at := buffer.find(b"$", at, limit)) >= 0:
            if end - at < 5:
                return at
            if buffer[at + 1] in self.channels and buffer[at + 4] >> 6 == 2:
                return at
            at += 1
        return limit


def _end_of_head(buffer: bytearray, at: int, end: int) -> tuple[int, int]:
    """Where a head's text ends and what follows it begins; -1 when it is not there yet."""
    limit = min(end, at + MAX_HEAD_BYTES)
    found = [
        (place, place + len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (place := buffer.find(mark, at, limit)) >= 0
    ]
    return min(found, default=(-1, -1))
