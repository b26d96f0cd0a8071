"""Loitering: an object stays in a zone for longer than people who only pass."""

from __future__ import annotations

from dataclasses import dataclass

from skynet.analytics.hit import RuleHit
from skynet.domain.geometry import Polygon
from skynet.domain.rule import LoiteringRule
from skynet.domain.sighting import Sighting


@dataclass(slots=True)
class _Stay:
    since: float
    last_inside: float
    reported: bool = False


class LoiteringWatch:
    """Hits once a stay. A step outside for up to `grace_s` does not end the stay."""

    def __init__(self, rule: LoiteringRule, zone: Polygon) -> None:
        self._rule = rule
        self._zone = zone
        self._stays: dict[int, _Stay] = {}

    def see(self, sighting: Sighting, first_seen_at: float) -> RuleHit | None:
        stay = self._stays.get(sighting.track_id)
        if stay and sighting.at - stay.last_inside > self._rule.grace_s:
            del self._stays[sighting.track_id]
            stay = None
        if not self._zone.contains(sighting.anchor):
            return None
        if stay is None:
            stay = self._stays[sighting.track_id] = _Stay(sighting.at, sighting.at)
        stay.last_inside = sighting.at
        dwell_s = sighting.at - stay.since
        if stay.reported or dwell_s < self._rule.dwell_s:
            return None
        stay.reported = True
        return RuleHit(self._rule, self._rule.zone, sighting, first_seen_at, dwell_s)

    def forget(self, track_id: int) -> None:
        self._stays.pop(track_id, None)
