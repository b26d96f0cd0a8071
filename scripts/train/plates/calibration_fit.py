"""Fit how far a reader's own probability of a text can be believed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate_scores import Calibration

TOLD = 0.9
"""The confidence above which a reading counts as sure …"""
RIGHT = 0.993
"""… and how many of those must be right; a little more than is promised, because the sets are finite."""
_STEPS = 60
_RIDGE = 1e-3
_FINEST = 1e-6


def fit_calibration(log_p: NDArray[np.float64], right: NDArray[np.bool_], weight: NDArray[np.float64]) -> Calibration:
    """Platt's scaling of log-probabilities (n,) to how often the text was `right` (n,), by weighted Newton steps.

    Where that leaves more than 1 - RIGHT wrong among the sure, the offset is lowered until it does not; a reader that
    is wrong too often however sure it is then never is sure.
    """
    logit = _logit(log_p)
    design = np.stack([logit, np.ones_like(logit)], axis=1)
    parameters = np.array([1.0, 0.0])
    for _ in range(_STEPS):
        told = _sigmoid(design @ parameters)
        slope = design.T @ (weight * (told - right)) + _RIDGE * (parameters - (1.0, 0.0))
        bend = (design * (weight * told * (1 - told))[:, None]).T @ design + _RIDGE * np.eye(2)
        step = np.linalg.solve(bend, slope)
        parameters = parameters - step
        if np.abs(step).max() < _FINEST:
            break
    scale, offset = float(parameters[0]), float(parameters[1])
    return Calibration(scale, min(offset, _safe_offset(scale * logit, right, weight)))


def _safe_offset(turned: NDArray[np.float64], right: NDArray[np.bool_], weight: NDArray[np.float64]) -> float:
    """The greatest offset to `turned` with which RIGHT of those told with TOLD or more are right."""
    order = np.argsort(-turned, kind="stable")
    share = np.cumsum((weight * right)[order]) / np.cumsum(weight[order])
    safe = np.flatnonzero(share >= RIGHT)
    least = turned[order[safe[-1]]] if len(safe) else turned.max() + 1.0
    return float(np.log(TOLD / (1 - TOLD)) - least + _FINEST)


def share_right(
    log_p: NDArray[np.float64], right: NDArray[np.bool_], weight: NDArray[np.float64], calibration: Calibration
) -> float:
    """How many of the readings told with TOLD or more are right; 1 when there are none."""
    sure = _sigmoid(calibration.scale * _logit(log_p) + calibration.offset) >= TOLD
    return float(np.average(right[sure], weights=weight[sure])) if sure.any() else 1.0


def _logit(log_p: NDArray[np.float64]) -> NDArray[np.float64]:
    bounded = np.minimum(log_p, -1e-12)
    return np.asarray(bounded - np.log(-np.expm1(bounded)))


def _sigmoid(value: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -500, 500))))
