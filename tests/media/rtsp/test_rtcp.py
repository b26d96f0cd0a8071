from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.media.rtsp.rtcp import Farewell, SenderReport, parse_rtcp, receiver_report
from skynet.media.rtsp.rtp_receiver import Reception

NTP = 2_208_988_800 + 1_800_000_000
REPORT = struct.pack(">BBHIIIIII", 0x80, 200, 6, 7, NTP, 1 << 31, 90_000, 1, 2)
NAMES = struct.pack(">BBHI4s", 0x81, 202, 2, 7, b"\1\1x\0")
BYE = struct.pack(">BBHI", 0x81, 203, 1, 7)


def parse(data: bytes) -> list[SenderReport | Farewell]:
    return list(parse_rtcp(memoryview(data), 0, len(data)))


def test_a_sender_report_ties_two_clocks_together() -> None:
    (report,) = parse(REPORT + NAMES)
    assert isinstance(report, SenderReport)
    assert (report.ssrc, report.wall) == (7, 1_800_000_000.5)
    assert report.wall_at(90_000 + 45_000, 90_000) == pytest.approx(1_800_000_001.0)
    assert report.wall_at(0, 90_000) == pytest.approx(1_799_999_999.5)


def test_the_tie_holds_where_rtp_time_goes_round() -> None:
    report = SenderReport(7, 100.0, 0xFFFFFF00, 0)
    assert report.wall_at(0x100, 90_000) == pytest.approx(100 + 0x200 / 90_000)


def test_a_camera_without_a_clock_says_nothing() -> None:
    assert parse(REPORT[:8] + bytes(8) + REPORT[16:]) == []


def test_a_farewell_in_a_compound() -> None:
    assert parse(REPORT + NAMES + BYE)[1:] == [Farewell((7,))]


def test_what_is_cut_short_is_passed_over() -> None:
    for size in range(len(REPORT)):
        assert parse(REPORT[:size]) == []


def test_a_receiver_report_says_what_was_lost() -> None:
    before = Reception(7, 1000, 101, 101)
    report = receiver_report(9, Reception(7, 1100, 201, 176), before, (0xABCD1234, 1.5))
    first, kind, words, own, whose, loss, highest, jitter, named, ago = struct.unpack_from(">BBHIIIIIII", report)
    assert (first, kind, words, own, whose) == (0x81, 201, 7, 9, 7)
    assert (loss >> 24, loss & 0xFFFFFF, highest, jitter) == (64, 25, 1100, 0)
    assert (named, ago) == (0xABCD1234, 98_304)
    first, kind, words = struct.unpack_from(">BBH", report, 32)
    assert (first, kind, 32 + 4 * (words + 1)) == (0x81, 202, len(report))
    assert b"\x01\x06skynet\0" in report


@given(st.integers(0, 2**40), st.integers(0, 2**40), st.floats(0, 1e9))
def test_any_reception_can_be_reported(expected: int, received: int, ago: float) -> None:
    receiver_report(1, Reception(7, expected, expected, received), Reception(7, 5, 5, 5), (1, ago))


@given(st.lists(st.sampled_from([REPORT, NAMES, BYE]), max_size=4), st.binary(max_size=60))
def test_any_bytes_can_be_read(packets: list[bytes], tail: bytes) -> None:
    parse(b"".join(packets) + tail)
    parse(tail)
