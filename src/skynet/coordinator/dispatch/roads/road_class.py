"""What the tags of a way in a map say of who may use it and how fast.

Tags and values are OpenStreetMap's (wiki: Key:highway, Key:oneway, Key:maxspeed, Key:access); speeds are what a city's
traffic lets a vehicle reach, not what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

DRIVEN_KMH = {
    "motorway": 80.0,
    "motorway_link": 45.0,
    "trunk": 60.0,
    "trunk_link": 40.0,
    "primary": 45.0,
    "primary_link": 35.0,
    "secondary": 40.0,
    "secondary_link": 30.0,
    "tertiary": 35.0,
    "tertiary_link": 25.0,
    "unclassified": 30.0,
    "residential": 25.0,
    "living_street": 12.0,
    "service": 15.0,
    "road": 25.0,
}
WALKED_ONLY = {"footway", "path", "pedestrian", "steps", "cycleway", "track", "bridleway", "corridor"}
NOT_WALKED = {"motorway", "motorway_link", "trunk_link"}
CLOSED = {"no"}
SHARE_OF_LIMIT = 0.8
"""Of a signed limit, what is driven on average between junctions."""
MILE_KM = 1.609344
_SPEED = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?")


@dataclass(frozen=True, slots=True)
class RoadClass:
    """`direction`: 1 one-way as drawn, -1 one-way against it, 0 both ways. One-ways bind vehicles only."""

    speed_kmh: float
    drive: bool
    walk: bool
    direction: int


def road_class_of(tags: Mapping[str, str]) -> RoadClass | None:
    """None of a way that nobody of ours moves along. Private roads count: the police may use them."""
    highway = tags.get("highway", "")
    driven = DRIVEN_KMH.get(highway)
    if (driven is None and highway not in WALKED_ONLY) or tags.get("area") == "yes":
        return None
    drive = driven is not None and not CLOSED & {tags.get(k) for k in ("access", "vehicle", "motor_vehicle")}
    walk = highway not in NOT_WALKED and tags.get("foot") not in CLOSED
    if not drive and not walk:
        return None
    limit = _limit_kmh(tags.get("maxspeed", ""))
    speed = driven or 5.0
    if driven is not None and limit is not None:
        speed = max(5.0, limit * SHARE_OF_LIMIT)
    return RoadClass(speed, drive, walk, _direction(tags, highway))


def _direction(tags: Mapping[str, str], highway: str) -> int:
    said = tags.get("oneway", "")
    if said in ("yes", "true", "1"):
        return 1
    if said in ("-1", "reverse"):
        return -1
    if said in ("no", "false", "0"):
        return 0
    return 1 if highway == "motorway" or tags.get("junction") in ("roundabout", "circular") else 0


def _limit_kmh(text: str) -> float | None:
    match = _SPEED.fullmatch(text.strip())
    if match is None:
        return None
    value = float(match[1]) * (MILE_KM if match[2] == "mph" else 1.0)
    return value if value > 0 else None
