from __future__ import annotations

from itertools import pairwise

import pytest

from skynet.media.box_time import MAX_SLEW, BoxTime

NOW = 1_800_000_000.0


def run(box: BoxTime, seconds: range, step_s: float) -> list[float]:
    return [second + box.offset(NOW + second + step_s, float(second)) for second in seconds]


def test_it_is_the_wall_clock_while_that_runs() -> None:
    assert run(BoxTime(), range(100), 0.0) == pytest.approx([NOW + second for second in range(100)], abs=1e-6)


def test_a_clock_set_forward_is_followed_once_it_has_stayed_there() -> None:
    box = BoxTime()
    run(box, range(10), 0.0)
    times = run(box, range(10, 60), 3600.0)
    assert times[0] < NOW + 11
    assert times[-1] == pytest.approx(NOW + 59 + 3600)
    assert times == sorted(times)
    assert box.leaps == 1
    assert box.disagreement_s == pytest.approx(0.0, abs=1e-6)


def test_a_clock_that_was_wrong_for_a_moment_only_is_not() -> None:
    box = BoxTime()
    run(box, range(10), 0.0)
    run(box, range(10, 15), 3600.0)
    assert run(box, range(15, 60), 0.0)[-1] == pytest.approx(NOW + 59, abs=0.2)
    assert box.leaps == 0


def test_a_clock_set_back_is_met_slowly_and_the_rest_is_told() -> None:
    box = BoxTime()
    run(box, range(10), 0.0)
    times = run(box, range(10, 110), -3600.0)
    steps = [after - before for before, after in pairwise(times)]
    assert steps == pytest.approx([1 - MAX_SLEW] * 99, abs=1e-5)
    assert box.disagreement_s == pytest.approx(3600 - 100 * MAX_SLEW, abs=0.01)
    assert box.leaps == 0
