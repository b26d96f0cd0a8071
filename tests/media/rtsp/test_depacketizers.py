from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.media.rtsp import depacketizer as depacketizer_module
from skynet.media.rtsp.counts import RtspCounts
from skynet.media.rtsp.depacketizer import MAX_UNIT_BYTES, NalDepacketizer
from skynet.media.rtsp.h264 import H264Depacketizer
from skynet.media.rtsp.h265 import H265Depacketizer
from tests.media.rtsp.wire import IDR, PPS, SLICE, SPS, aggregate, fragments, nal_units

LATER = b"\x41\x1a" + bytes(range(1, 60))  # a slice that is not the first of its picture
RECOVERY = b"\x06\x06\x01\x80\x80"


class Sink:
    """Keeps units as (NAL units, time stamp, keyframe)."""

    def __init__(self) -> None:
        self.units: list[tuple[list[bytes], int, bool]] = []
        self.losses = 0
        self.sets: list[bytes] = []

    def unit(self, data: bytearray, timestamp: int, keyframe: bool, has_sets: bool) -> None:
        assert bytes(data[:4]) == b"\0\0\0\1"
        self.units.append((nal_units(bytes(data)), timestamp, keyframe))

    def lost(self) -> None:
        self.losses += 1

    def parameter_set(self, unit: bytes) -> None:
        self.sets.append(unit)

    def new_sender(self) -> None:
        self.losses += 1


class Track:
    def __init__(self, make: Callable[[Sink, RtspCounts], NalDepacketizer] = H264Depacketizer) -> None:
        self.sink = Sink()
        self.counts = RtspCounts()
        self.depacketizer = make(self.sink, self.counts)

    def push(self, payload: bytes, timestamp: int = 0, marker: bool = False) -> None:
        self.depacketizer.push(memoryview(b"?" + payload), 1, 1 + len(payload), timestamp, marker)

    @property
    def units(self) -> list[tuple[list[bytes], int, bool]]:
        return self.sink.units


def test_single_units_aggregates_and_fragments_make_one_access_unit() -> None:
    track = Track()
    track.push(aggregate(SPS, PPS), 5)
    for payload in fragments(IDR):
        track.push(payload, 5)
    track.push(LATER, 5, marker=True)
    assert track.units == [([SPS, PPS, IDR, LATER], 5, True)]
    assert track.sink.sets == [SPS, PPS]


def test_a_unit_ends_where_the_time_stamp_changes_when_the_marker_is_missing() -> None:
    track = Track()
    track.push(IDR, 5)
    track.push(SLICE, 6)
    track.push(SLICE, 7)
    assert track.units == [([IDR], 5, True), ([SLICE], 6, False)]


def test_parameter_sets_with_times_and_markers_of_their_own_belong_to_the_picture_behind_them() -> None:
    track = Track()
    track.push(SPS, 1, marker=True)
    track.push(PPS, 2, marker=True)
    track.push(IDR, 3, marker=True)
    assert track.units == [([SPS, PPS, IDR], 3, True)]


def test_a_camera_that_marks_every_slice_is_found_out() -> None:
    track = Track()
    for timestamp in range(4):
        track.push(SLICE, timestamp, marker=True)
        track.push(LATER, timestamp, marker=True)
    track.push(SLICE, 9)
    assert track.units == [
        ([SLICE], 0, False),
        ([SLICE, LATER], 1, False),
        ([SLICE, LATER], 2, False),
        ([SLICE, LATER], 3, False),
    ]
    assert track.counts.broken == 1


def test_two_pictures_with_one_time_stamp_are_cut_where_the_second_begins() -> None:
    track = Track()
    for unit in (SPS, PPS, IDR, LATER, SPS, PPS, IDR):
        track.push(unit, 1)
    track.push(LATER, 1, marker=True)
    assert track.units == [([SPS, PPS, IDR, LATER], 1, True), ([SPS, PPS, IDR, LATER], 1, True)]


def test_parameter_sets_between_the_slices_of_one_picture_do_not_cut_it() -> None:
    track = Track()
    for unit in (IDR, SPS, PPS):
        track.push(unit, 1)
    track.push(LATER, 1, marker=True)
    assert track.units == [([IDR, SPS, PPS, LATER], 1, True)]


def test_units_with_start_codes_inside_one_are_told_apart() -> None:
    track = Track()
    track.push(SPS + b"\0\0\0\1" + PPS + b"\0\0\1" + IDR, 1, marker=True)
    assert track.units == [([SPS, PPS, IDR], 1, True)]
    assert track.sink.sets == [SPS, PPS]


def test_a_stream_without_idr_pictures_starts_at_recovery_points() -> None:
    track = Track()
    track.push(b"\x06\x05\x02ab" + RECOVERY[1:], 1)
    track.push(SLICE, 1, marker=True)
    track.push(b"\x06\x05\x02ab\x80", 2)
    track.push(SLICE, 2, marker=True)
    assert [keyframe for _, _, keyframe in track.units] == [True, False]


def test_a_gap_breaks_the_unit_at_hand_and_only_that() -> None:
    track = Track()
    payloads = list(fragments(IDR))
    track.push(payloads[0], 1)
    track.depacketizer.gap()
    track.push(payloads[2], 1)
    track.push(payloads[-1], 1, marker=True)
    track.push(SLICE, 2, marker=True)
    assert track.units == [([SLICE], 2, False)]
    assert track.counts.broken == 2
    assert track.sink.losses >= 1


def test_a_picture_whose_first_slice_is_lost_is_broken() -> None:
    track = Track()
    track.depacketizer.gap()
    track.push(LATER, 1, marker=True)
    assert track.units == []
    assert track.counts.broken == 1


def test_a_fragment_whose_end_is_not_marked_ends_with_the_next_unit() -> None:
    track = Track()
    for payload in list(fragments(IDR))[:-1]:
        track.push(payload, 1)
    track.push(SLICE, 2, marker=True)
    assert len(track.units) == 2
    assert track.units[0][2]


@pytest.mark.parametrize(
    "payload", [b"\x7c", b"\x7c\x85", b"\x18\xff\xff\x00", b"\x1a\x00\x00", b"\x1f", b"\x00abc", b"\x18\0\0\0\0"]
)
def test_odd_payloads_are_counted(payload: bytes) -> None:
    track = Track()
    track.push(payload, 1, marker=True)
    assert track.units == []
    assert track.counts.malformed + track.counts.broken >= 1


def test_units_are_bounded() -> None:
    track = Track()
    first, middle, *_ = fragments(b"\x65\x88" + bytes(100_000), 60_000)
    middle = bytes((middle[0], middle[1] & 0x1F)) + middle[2:]
    track.push(first, 1)
    for _ in range(2 * MAX_UNIT_BYTES // len(middle)):
        track.push(middle, 1)
        assert len(track.depacketizer._unit) <= MAX_UNIT_BYTES + len(middle)
    for number in range(1000):  # parameter sets without a picture
        track.push(SPS * 30, number)
        assert len(track.depacketizer._unit) <= depacketizer_module._MAX_PREFIX_BYTES + 1000 or number == 0
    assert track.units == []


VPS5, SPS5, PPS5 = b"\x40\x01abc", b"\x42\x01abc", b"\x44\x01abc"
IDR5, SLICE5, LATER5 = b"\x26\x01\xaf" + bytes(range(1, 90)), b"\x02\x01\xd0abc", b"\x02\x01\x50abc"


def fragments5(unit: bytes, size: int = 30, donl: bytes = b"") -> list[bytes]:
    body = unit[2:]
    kind = unit[0] >> 1 & 0x3F
    out = []
    for at in range(0, len(body), size):
        flags = (0x80 if at == 0 else 0) | (0x40 if at + size >= len(body) else 0)
        out.append(
            bytes((unit[0] & 0x81 | 49 << 1, unit[1], flags | kind)) + (donl if at == 0 else b"") + body[at : at + size]
        )
    return out


def aggregate5(*units: bytes, donl: bool = False) -> bytes:
    out = b"\x60\x01"
    for number, unit in enumerate(units):
        out += (b"\0\5" if number == 0 else b"\0") if donl else b""
        out += len(unit).to_bytes(2, "big") + unit
    return out


@pytest.mark.parametrize("donl", [False, True])
def test_h265_in_all_its_forms(donl: bool) -> None:
    track = Track(lambda sink, counts: H265Depacketizer(sink, counts, donl))
    order = b"\0\7" if donl else b""
    track.push(aggregate5(VPS5, SPS5, PPS5, donl=donl), 1)
    for payload in fragments5(IDR5, donl=order):
        track.push(payload, 1)
    track.push(LATER5[:2] + order + LATER5[2:], 1, marker=True)
    track.push(SLICE5[:2] + order + SLICE5[2:], 2, marker=True)
    assert track.units == [([VPS5, SPS5, PPS5, IDR5, LATER5], 1, True), ([SLICE5], 2, False)]
    assert track.sink.sets == [VPS5, SPS5, PPS5]


@pytest.mark.parametrize("kind", range(32))
def test_h265_keyframes_are_the_pictures_of_random_access(kind: int) -> None:
    track = Track(H265Depacketizer)
    track.push(bytes((kind << 1, 1, 0xD0)) + b"abc", 1, marker=True)
    assert [keyframe for _, _, keyframe in track.units] == [16 <= kind <= 21]


def test_h265_lost_beginnings_break_the_unit() -> None:
    track = Track(H265Depacketizer)
    track.depacketizer.gap()
    track.push(fragments5(IDR5)[1], 1, marker=True)
    track.push(LATER5, 2, marker=True)
    assert track.units == []
    assert track.counts.broken == 2


PAYLOADS = st.one_of(
    st.binary(min_size=1, max_size=40),
    st.sampled_from(
        [
            SPS,
            PPS,
            IDR,
            SLICE,
            LATER,
            RECOVERY,
            aggregate(SPS, PPS),
            *fragments(IDR),
            VPS5,
            IDR5,
            *fragments5(IDR5),
            aggregate5(VPS5, SPS5),
        ]
    ),
)


@pytest.mark.parametrize(
    "make", [H264Depacketizer, H265Depacketizer, lambda sink, counts: H265Depacketizer(sink, counts, True)]
)
@given(steps=st.lists(st.tuples(PAYLOADS, st.integers(0, 2), st.booleans(), st.booleans()), max_size=60))
def test_any_payloads_in_any_order(
    make: Callable[[Sink, RtspCounts], NalDepacketizer], steps: list[tuple[bytes, int, bool, bool]]
) -> None:
    track = Track(make)
    for payload, timestamp, marker, gap in steps:
        if gap:
            track.depacketizer.gap()
        track.push(payload, timestamp, marker)
    assert len(track.units) <= 2 * len(steps)
    assert all(units for units, _, _ in track.units)
