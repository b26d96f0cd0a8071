"""The demo's places must be those that the sample streams were drawn with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
OTHER_NAMES = {"count": "count_line", "street": "street_line"}


def inside(point: list[float]) -> list[float]:
    return [min(1, max(0, value)) for value in point]


@pytest.mark.parametrize("number", range(4))
def test_zones_and_lines_are_those_of_the_truth(number: int) -> None:
    config = yaml.safe_load((ROOT / "configs/demo.yaml").read_text(encoding="utf-8"))
    camera: dict[str, Any] = config["cameras"][number]
    clip = ROOT / "configs" / camera["source"]
    truth = json.loads(clip.with_suffix(".json").read_text(encoding="utf-8"))
    truth_zones = truth["zones"] | {name: lane["zone"] for name, lane in truth["lanes"].items()}
    zones, lines = camera.get("zones", {}), camera.get("lines", {})
    assert zones or lines
    for name, points in zones.items():
        assert points == [inside(point) for point in truth_zones[name.replace("-", "_")]], name
    for name, line in lines.items():
        drawn = truth["lines"][OTHER_NAMES[name]]
        assert line == {end: inside(point) for end, point in drawn.items()}, name
    for rule in camera["rules"]:
        if rule["kind"] == "wrong_way":
            assert rule["direction"] == truth["lanes"][rule["zone"]]["direction"]
