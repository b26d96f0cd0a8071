"""A picture of 1000 × 500 pixels in which one object at a time moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from skynet.analytics import RuleEngine, RuleHit
from skynet.domain import Box, Detection, ObjectLabel, Observations
from skynet.domain.rule import RuleSet

Path = Iterable[tuple[float, float, float]]
Replay = Callable[..., list[RuleHit]]


def ruleset(rule: dict[str, object]) -> RuleSet:
    """One rule `r` over the right half `right`, or the upright line `middle`, drawn downwards."""
    return RuleSet.model_validate(
        {
            "zones": {"right": [[0.5, 0], [1, 0], [1, 1], [0.5, 1]]},
            "lines": {"middle": {"from": [0.5, 0], "to": [0.5, 1]}},
            "rules": [{"id": "r", **rule}],
        }
    )


def observe(at: float, anchor: tuple[float, float], label: ObjectLabel, track_id: int = 1) -> Observations:
    """One object of 100 × 100 pixels whose anchor stands at `anchor` (pixels)."""
    x, y = anchor
    seen = Detection(label, 0.9, Box(x - 50, y - 100, 100, 100), track_id)
    return Observations("cam", at, 1000, 500, (seen,))


@pytest.fixture
def replay() -> Replay:
    """Replay a path of (t, x, y) through one rule and collect its hits."""

    def run(rule: dict[str, object], path: Path, label: ObjectLabel = ObjectLabel.CAR) -> list[RuleHit]:
        engine = RuleEngine(ruleset(rule))
        return [hit for t, x, y in path for hit in engine.update(observe(t, (x, y), label))]

    return run


def straight(
    start: tuple[float, float], end: tuple[float, float], seconds: float, fps: float = 5
) -> list[tuple[float, float, float]]:
    """A straight path at constant speed, both ends included."""
    steps = round(seconds * fps)
    return [
        (i / fps, start[0] + (end[0] - start[0]) * i / steps, start[1] + (end[1] - start[1]) * i / steps)
        for i in range(steps + 1)
    ]
