from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.media.rtsp.counts import RtspCounts
from skynet.media.rtsp.message import MAX_BODY_BYTES, Message
from skynet.media.rtsp.protocol_error import ProtocolError
from skynet.media.rtsp.splitter import MAX_PENDING_BYTES, Splitter
from tests.media.rtsp.wire import interleaved, rtp

HELLO = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"


class Line:
    """A splitter fed in pieces, as a connection does it."""

    def __init__(self) -> None:
        self.counts = RtspCounts()
        self.messages: list[Message] = []
        self.packets: list[tuple[int, bytes]] = []
        self.splitter = Splitter(self.messages.append, self.counts)
        for channel in (0, 1):
            self.splitter.channels[channel] = self._taker(channel)
        self._rest = b""
        self.most_kept = 0

    def _taker(self, channel: int):  # type: ignore[no-untyped-def]  # tests are not type-checked
        return lambda view, start, stop: self.packets.append((channel, bytes(view[start:stop])))

    def feed(self, data: bytes, piece: int = 1 << 20) -> None:
        for at in range(0, len(data), piece):
            buffer = bytearray(self._rest + data[at : at + piece])
            used = self.splitter.feed(buffer, memoryview(buffer), len(buffer))
            self._rest = bytes(buffer[used:])
            self.most_kept = max(self.most_kept, len(self._rest))


PACKETS = [rtp(bytes((number,)) * 40, number, 0) for number in range(6)]


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 1000])
def test_messages_and_packets_in_any_pieces(piece: int) -> None:
    line = Line()
    body = b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 4\r\n\r\nv=0\n"
    line.feed(HELLO + body + b"".join(map(interleaved, PACKETS)) + b"\r\n" + HELLO + interleaved(b"\x80" * 8, 1), piece)
    assert [message.body for message in line.messages] == [b"", b"v=0\n", b""]
    assert line.packets == [(0, packet) for packet in PACKETS] + [(1, b"\x80" * 8)]
    assert line.counts.resyncs == 0


def test_packets_between_a_head_and_its_body() -> None:
    line = Line()
    line.feed(b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 4\r\n\r\n" + interleaved(PACKETS[0]) + b"v=0\n" + HELLO)
    assert [message.body for message in line.messages] == [b"v=0\n", b""]
    assert line.packets == [(0, PACKETS[0])]


def test_heads_with_bare_line_feeds() -> None:
    line = Line()
    line.feed(b"RTSP/1.0 200 OK\nCSeq: 2\n\n" + interleaved(PACKETS[0]))
    assert line.messages[0].sequence == 2
    assert len(line.packets) == 1


def test_the_camera_may_ask() -> None:
    line = Line()
    line.feed(HELLO + b"OPTIONS * RTSP/1.0\r\nCSeq: 77\r\n\r\n" + interleaved(PACKETS[0]))
    assert line.messages[1].method == "OPTIONS"
    assert len(line.packets) == 1


@pytest.mark.parametrize("piece", [1, 5, 1000])
@pytest.mark.parametrize(
    "garbage", [b"\x00\x17garbage $ $$ and RTS more", b"\xff" * 300, b"$\x09\x00\x05", b"OPTIMISM"]
)
def test_garbage_between_packets_costs_no_other_packet(garbage: bytes, piece: int) -> None:
    line = Line()
    line.feed(HELLO + interleaved(PACKETS[0]) + garbage + interleaved(PACKETS[1]) + interleaved(PACKETS[2]), piece)
    assert line.packets[:1] == [(0, PACKETS[0])]
    assert line.packets[-1:] == [(0, PACKETS[2])]
    assert line.counts.resyncs >= 1


def test_a_packet_cut_short_by_the_camera() -> None:
    line = Line()
    line.feed(HELLO + interleaved(PACKETS[0])[:-10] + b"".join(map(interleaved, PACKETS[1:])))
    assert line.packets[-3:] == [(0, packet) for packet in PACKETS[3:]]


def test_packets_of_other_channels_are_counted() -> None:
    line = Line()
    line.feed(HELLO + interleaved(PACKETS[0], 4) + interleaved(PACKETS[1]))
    assert line.packets == [(0, PACKETS[1])]
    assert (line.counts.foreign, line.counts.resyncs) == (1, 0)


@pytest.mark.parametrize(
    "data", [b"220 mail.example ready\r\n", b"HTTP/1.1 400 Bad\r\n\r\n", b"\x16\x03\x01", b"$\0\0\x04abcd"]
)
def test_something_else_on_the_port(data: bytes) -> None:
    line = Line()
    line.splitter.channels.clear()  # as it is before SETUP
    with pytest.raises(ProtocolError, match="does not speak RTSP"):
        line.feed(data)


def test_nothing_is_kept_without_bound() -> None:
    line = Line()
    line.feed(HELLO)
    line.feed(b"RTSP/1.0 200 OK\r\nX: " + b"x" * 200_000, 10_000)  # a head without end
    line.feed(b"RTSP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1) + bytes(10))
    line.feed(interleaved(PACKETS[0]) + interleaved(PACKETS[1]))
    assert line.most_kept <= MAX_PENDING_BYTES
    assert line.packets[-1] == (0, PACKETS[1])


PIECES = st.one_of(
    st.binary(max_size=80),
    st.sampled_from([HELLO, b"RTSP/1.0 ", b"$\0", b"Content-Length: 9\r\n", *map(interleaved, PACKETS)]),
)


@given(st.lists(PIECES, max_size=30), st.integers(1, 100))
def test_after_anything_at_all_packets_are_found_again(pieces: list[bytes], piece: int) -> None:
    line = Line()
    line.feed(HELLO + b"".join(pieces), piece)
    line.feed(bytes(70_000) + b"".join(interleaved(rtp(b"x" * 30, number, 0)) for number in range(3000)), 1 << 16)
    assert line.packets[-1] == (0, rtp(b"x" * 30, 2999, 0))
    assert line.most_kept <= MAX_PENDING_BYTES
