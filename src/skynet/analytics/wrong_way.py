"""Wrong way: a vehicle travels against the permitted direction of its lane."""

from __future__ import annotations

import math
from dataclasses import dataclass

from skynet.analytics.hit import RuleHit
from skynet.domain.geometry import Point, Polygon
from skynet.domain.rule import WrongWayRule
from skynet.domain.sighting import Sighting

_MAX_SLANT = math.tan(math.radians(60))
"""Sideways travel per backward travel up to which it still is against the direction, not across it."""


@dataclass(slots=True)
class _Travel:
    farthest: Point
    reported: bool = False


class WrongWayWatch:
    """Hits once a track and visit to the zone.

    Travel is measured from the point farthest along the permitted direction, so that neither a jitter of the box nor
    a vehicle that first goes the right way and then backs up is misjudged.
    """

    def __init__(self, rule: WrongWayRule, zone: Polygon) -> None:
        self._rule = rule
        self._zone = zone
        length = math.hypot(*rule.direction)
        self._direction = (rule.direction[0] / length, rule.direction[1] / length)
        self._travels: dict[int, _Travel] = {}

    def see(self, sighting: Sighting, first_seen_at: float) -> RuleHit | None:
        if not self._zone.contains(sighting.anchor):
            self._travels.pop(sighting.track_id, None)
            return None
        travel = self._travels.setdefault(sighting.track_id, _Travel(sighting.anchor))
        right, down = sighting.travel(travel.farthest, sighting.anchor)
        along = right * self._direction[0] + down * self._direction[1]
        across = abs(right * self._direction[1] - down * self._direction[0])
        if along > 0:
            travel.farthest = sighting.anchor
        if travel.reported or -along < self._rule.min_travel or across > -along * _MAX_SLANT:
            return None
        travel.reported = True
        return RuleHit(self._rule, self._rule.zone, sighting, first_seen_at)

    def forget(self, track_id: int) -> None:
        self._travels.pop(track_id, None)
