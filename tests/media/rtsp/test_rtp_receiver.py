from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.media.rtsp.counts import RtspCounts
from skynet.media.rtsp.rtp_receiver import RtpReceiver
from tests.media.rtsp.wire import fragments, interleaved, rtp


class Log:
    """A depacketizer that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.fragment: tuple[bytearray, bytes] | None = None

    def push(self, view: memoryview, start: int, stop: int, timestamp: int, marker: bool) -> None:
        self.told.append((bytes(view[start:stop]), timestamp, marker))

    def gap(self) -> None:
        self.told.append("gap")

    def new_sender(self) -> None:
        self.told.append("new sender")

    def open_fragment(self) -> tuple[bytearray, bytes] | None:
        return self.fragment


class Track:
    def __init__(self) -> None:
        self.log = Log()
        self.counts = RtspCounts()
        self.receiver = RtpReceiver(96, self.log, self.counts)

    def take(self, *packets: bytes) -> list[object]:
        for packet in packets:
            self.receiver.push(memoryview(b"??" + packet + b"??"), 2, 2 + len(packet))
        return self.log.told


def test_payload_time_and_marker() -> None:
    assert Track().take(rtp(b"abc", 5, 77, marker=True)) == [(b"abc", 77, True)]


@pytest.mark.parametrize(
    "packet",
    [
        rtp(b"abc", 1, 7, sources=3),
        rtp(b"abc", 1, 7, extension=b""),
        rtp(b"abc", 1, 7, extension=bytes(8), sources=15),
        rtp(b"abc", 1, 7, padding=5),
        rtp(b"abc", 1, 7, extension=bytes(4), padding=1, sources=1),
    ],
)
def test_the_payload_is_found_behind_all_that_may_stand_before_it(packet: bytes) -> None:
    assert Track().take(packet) == [(b"abc", 7, False)]


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\x80",
        rtp(b"abc", 1, 7)[:11],
        b"\x40" + rtp(b"abc", 1, 7)[1:],
        b"\x8f" + rtp(b"abc", 1, 7)[1:],
        rtp(b"", 1, 7, extension=bytes(4))[:18],
        b"\xa0" + rtp(b"abc\xff", 1, 7)[1:],
    ],
)
def test_what_cannot_be_read_is_counted(packet: bytes) -> None:
    track = Track()
    assert track.take(packet) == []
    assert track.counts.malformed == 1


def test_packets_without_content_and_of_other_types_are_passed_over() -> None:
    track = Track()
    assert track.take(rtp(b"", 1, 7), rtp(b"x", 1, 7, payload_type=97)) == []
    assert (track.counts.foreign, track.counts.malformed) == (1, 0)


def test_counting_goes_round() -> None:
    track = Track()
    told = track.take(*(rtp(b"x", number, 0) for number in range(65_530, 65_545)))
    assert len(told) == 15
    assert "gap" not in told
    reception = track.receiver.reception()
    assert reception is not None
    assert (reception.highest, reception.expected, reception.received) == (65_544, 15, 15)


@pytest.mark.parametrize("start", [10, 65_534])
def test_a_gap_is_told_and_counted(start: int) -> None:
    track = Track()
    assert track.take(rtp(b"a", start, 0), rtp(b"b", start + 4, 0)) == [(b"a", 0, False), "gap", (b"b", 0, False)]
    assert track.counts.lost == 3


def test_the_past_is_dropped() -> None:
    track = Track()
    assert len(track.take(rtp(b"a", 10, 0), rtp(b"b", 9, 0), rtp(b"a", 10, 0))) == 1
    assert track.counts.late == 2


def test_counting_that_begins_anew_is_followed() -> None:
    track = Track()
    told = track.take(rtp(b"a", 40_000, 0), rtp(b"b", 20_000, 0), rtp(b"c", 20_001, 0), rtp(b"d", 20_002, 0))
    assert told == [(b"a", 0, False), "gap", (b"c", 0, False), (b"d", 0, False)]
    assert track.counts.lost == 0


def test_another_sender() -> None:
    track = Track()
    told = track.take(rtp(b"a", 10, 0), rtp(b"b", 500, 1_000_000_000, ssrc=8), rtp(b"c", 501, 1_000_000_000, ssrc=8))
    assert told[1] == "new sender"
    assert len(told) == 4
    assert (track.counts.source_changes, track.counts.lost) == (1, 0)


def test_a_sender_that_only_changes_its_name_goes_on() -> None:
    track = Track()
    told = track.take(rtp(b"a", 10, 90_000), rtp(b"b", 11, 93_600, ssrc=8), rtp(b"c", 12, 97_200, ssrc=8))
    assert told == [(b"a", 90_000, False), (b"b", 93_600, False), (b"c", 97_200, False)]
    assert track.counts.source_changes == 1


def test_a_run_takes_middle_fragments_and_stops_before_anything_else() -> None:
    track = Track()
    first, *middle, last = fragments(b"\x65" + bytes(500))
    track.take(rtp(first, 1, 9))
    track.log.fragment = (bytearray(), middle[0][:2])
    packets = [rtp(payload, 2 + number, 9) for number, payload in enumerate(middle)]
    for odd in (
        rtp(last, 2 + len(middle), 9, marker=True),
        rtp(middle[0], 3 + len(middle), 9),
        rtp(middle[0], 2 + len(middle), 10),
        rtp(middle[0], 2 + len(middle), 9, ssrc=8),
        rtp(middle[0], 2 + len(middle), 9, payload_type=97),
        rtp(middle[0], 2 + len(middle), 9, sources=1),
        rtp(b"\x7c", 2 + len(middle), 9),
    ):
        track.receiver._expected = 2
        unit = bytearray()
        track.log.fragment = (unit, middle[0][:2])
        data = b"".join(map(interleaved, packets)) + interleaved(odd)
        taken = track.receiver.run(memoryview(data), 0, len(data), 0)
        assert taken == len(data) - len(interleaved(odd))
        assert unit == b"".join(payload[2:] for payload in middle)
    assert track.receiver.run(memoryview(data), 0, len(data), 1) == 0


@given(st.lists(st.binary(max_size=60), max_size=30))
def test_any_bytes_are_taken_or_counted(packets: list[bytes]) -> None:
    track = Track()
    track.take(*packets, *(b"\x80\x60" + packet for packet in packets))
    for told in track.log.told:
        assert isinstance(told, str) or (isinstance(told, tuple) and told[0])
