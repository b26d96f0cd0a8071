import itertools

import pytest

from skynet.edge.sampler import FrameSampler


@pytest.mark.parametrize(("source_fps", "wanted"), [(25, 5), (30, 5), (12, 5), (24, 7), (50, 10)])
def test_as_many_as_asked_for_evenly_spaced(source_fps: int, wanted: int) -> None:
    sampler = FrameSampler(wanted)
    taken = [i / source_fps for i in range(source_fps * 60) if sampler.wants(1e9 + i / source_fps)]
    assert abs(len(taken) - wanted * 60) <= 1
    gaps = [b - a for a, b in itertools.pairwise(taken)]
    assert max(gaps) <= 1 / wanted + 1 / source_fps + 1e-6


def test_a_slow_camera_is_analysed_whole() -> None:
    sampler = FrameSampler(5)
    assert all(sampler.wants(i / 4) for i in range(100))


def test_zero_takes_every_frame() -> None:
    sampler = FrameSampler(0)
    assert all(sampler.wants(i / 25) for i in range(100))


def test_after_a_gap_it_does_not_catch_up_with_a_burst() -> None:
    sampler = FrameSampler(5)
    sampler.wants(0.0)
    taken = [t for t in (10 + i / 25 for i in range(25)) if sampler.wants(t)]
    assert len(taken) == 5
