"""Single pictures out of the ring of a stream that nobody decodes."""

import numpy as np
import pytest

from skynet.domain.geometry import Point, Polygon
from skynet.media import Decoder, FrameFinder, Packet, PacketRing
from tests.media.clips import read_packets, write_clip


@pytest.fixture(scope="module", params=[0, 2], ids=["no-b-frames", "b-frames"])
def packets(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Packet]:
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    return read_packets(write_clip(path, frames=60, gop=20, b_frames=request.param))


def ring_of(packets: list[Packet]) -> PacketRing:
    ring = PacketRing(32 << 20, 600)
    for packet in packets:
        ring.append(packet)
    return ring


def test_it_finds_the_very_picture_of_a_time(packets: list[Packet]) -> None:
    decoder = Decoder()
    frames = [frame for packet in packets for frame in decoder.decode(packet)] + decoder.flush()
    finder = FrameFinder(ring_of(packets))
    for frame in (frames[0], frames[19], frames[20], frames[33], frames[59]):
        found = finder.at(frame.captured_at)
        assert found is not None
        assert found.captured_at == frame.captured_at
        assert np.array_equal(found.luma(), frame.luma())


def test_between_two_pictures_it_takes_the_nearer(packets: list[Packet]) -> None:
    finder = FrameFinder(ring_of(packets))
    first = packets[0].captured_at
    found = finder.at(first + 30.4 / 25)
    assert found is not None
    assert found.captured_at == pytest.approx(first + 30 / 25, abs=1e-6)


def test_a_moment_that_the_ring_does_not_hold_has_no_picture(packets: list[Packet]) -> None:
    finder = FrameFinder(ring_of(packets))
    assert finder.at(packets[0].captured_at - 5) is None
    assert finder.at(packets[-1].captured_at + 5) is None
    assert FrameFinder(PacketRing(1000, 10)).at(1000.0) is None


def test_it_knows_the_size_without_decoding(packets: list[Packet]) -> None:
    assert FrameFinder(ring_of(packets)).size == (160, 120)
    assert FrameFinder(PacketRing(1000, 10)).size == (0, 0)


def test_masks_are_burned_in(packets: list[Packet]) -> None:
    corner = Polygon((Point(0, 0), Point(0.5, 0), Point(0.5, 0.5), Point(0, 0.5)))
    found = FrameFinder(ring_of(packets), [corner]).at(packets[30].captured_at)
    assert found is not None
    assert found.bgr()[:55, :75].max() == 0
    assert found.bgr()[65:, 85:].max() > 0
