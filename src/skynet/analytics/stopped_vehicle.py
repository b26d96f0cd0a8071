"""Stopped vehicle: a vehicle stands in a zone where it must not."""

from __future__ import annotations

import math
from dataclasses import dataclass

from skynet.analytics.hit import RuleHit
from skynet.domain.geometry import Point, Polygon
from skynet.domain.rule import StoppedVehicleRule
from skynet.domain.sighting import Sighting


@dataclass(slots=True)
class _Stand:
    at: Point
    since: float
    reported: bool = False


class StoppedVehicleWatch:
    """Hits once a stand. The stand ends, and the next one may hit again, when the centre of the box has moved by more
    than `max_move` of its diagonal; the centre is steadier than the anchor while shadows come and go."""

    def __init__(self, rule: StoppedVehicleRule, zone: Polygon) -> None:
        self._rule = rule
        self._zone = zone
        self._stands: dict[int, _Stand] = {}

    def see(self, sighting: Sighting, first_seen_at: float) -> RuleHit | None:
        if not self._zone.contains(sighting.anchor):
            self._stands.pop(sighting.track_id, None)
            return None
        stand = self._stands.get(sighting.track_id)
        if stand is None or self._moved(stand, sighting):
            self._stands[sighting.track_id] = _Stand(sighting.centre, sighting.at)
            return None
        stopped_s = sighting.at - stand.since
        if stand.reported or stopped_s < self._rule.stopped_s:
            return None
        stand.reported = True
        return RuleHit(self._rule, self._rule.zone, sighting, first_seen_at, stopped_s)

    def _moved(self, stand: _Stand, sighting: Sighting) -> bool:
        return math.hypot(*sighting.travel(stand.at, sighting.centre)) > self._rule.max_move * sighting.size

    def forget(self, track_id: int) -> None:
        self._stands.pop(track_id, None)
