import pytest

from skynet.cli.bench.eyes.reliability import Reliability


def test_each_band_says_how_often_it_was_right() -> None:
    bands = Reliability([(0.95, True), (0.98, False), (0.2, False), (1.0, True)]).bands()
    assert [(band.low, band.reads, band.right) for band in bands] == [(0.0, 1, 0), (0.95, 2, 1), (0.99, 1, 1)]
    assert bands[1].claimed == pytest.approx(0.965)


def test_sure_are_those_from_nine_tenths() -> None:
    assert Reliability([(0.9, True), (0.89, False), (0.93, False)]).sure() == (2, 1)


def test_the_gap_is_nothing_for_who_claims_what_is_true() -> None:
    assert Reliability([(0.5, True), (0.5, False)]).gap() == 0
    assert Reliability([(0.9, False)] * 4).gap() == pytest.approx(0.9)
    assert Reliability([]).gap() == 0
