"""The fitted calibration says how often a text is right, and keeps its promise about the sure ones."""

from __future__ import annotations

import numpy as np
import pytest
from plates.calibration_fit import RIGHT, TOLD, fit_calibration, share_right


def readings(scale: float, offset: float, count: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Log-probabilities of a reader whose texts are right with sigmoid(scale · logit + offset)."""
    rng = np.random.default_rng(5)
    logit = rng.normal(2.0, 4.0, count)
    right = rng.random(count) < 1 / (1 + np.exp(-(scale * logit + offset)))
    return -np.logaddexp(0.0, -logit), right


@pytest.mark.parametrize(("scale", "offset"), [(1.0, 0.0), (1.6, -0.7), (2.5, 0.5)])
def test_it_finds_what_the_readings_were_made_with(scale: float, offset: float) -> None:
    log_p, right = readings(scale, offset)
    fitted = fit_calibration(log_p, right, np.ones(len(log_p)))
    assert fitted.scale == pytest.approx(scale, rel=0.1)
    assert fitted.offset <= offset + 0.2


def test_an_overconfident_reader_is_held_back_until_the_sure_are_right() -> None:
    log_p, right = readings(1.0, 0.0)
    right[np.flatnonzero((log_p > -0.05) & (log_p < -0.001))[::4]] = False
    weight = np.ones(len(log_p))
    fitted = fit_calibration(log_p, right, weight)
    assert share_right(log_p, right, weight, fitted) >= RIGHT
    assert fitted.confidence(-1e-4) >= TOLD > fitted.confidence(-0.02)


def test_a_reader_whose_sureness_means_nothing_is_hardly_ever_sure() -> None:
    log_p, _ = readings(1.0, 0.0)
    right = np.random.default_rng(6).random(len(log_p)) < 0.9
    fitted = fit_calibration(log_p, right, np.ones(len(log_p)))
    assert np.mean([fitted.confidence(value) >= TOLD for value in log_p]) < 0.05
