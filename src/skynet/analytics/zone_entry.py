"""Zone entry: an object comes into a zone and stays long enough not to be a jitter of its box."""

from __future__ import annotations

from skynet.analytics.hit import RuleHit
from skynet.domain.geometry import Polygon
from skynet.domain.rule import ZoneEntryRule
from skynet.domain.sighting import Sighting


class ZoneEntryWatch:
    """Hits once a track. An object that is already inside when the rule is armed counts as entering at that moment:
    a yard that closes at 22:00 wants to know who is still in it."""

    def __init__(self, rule: ZoneEntryRule, zone: Polygon) -> None:
        self._rule = rule
        self._zone = zone
        self._inside_since: dict[int, float] = {}
        self._reported: set[int] = set()

    def see(self, sighting: Sighting, first_seen_at: float) -> RuleHit | None:
        track_id = sighting.track_id
        if not self._zone.contains(sighting.anchor):
            self._inside_since.pop(track_id, None)
            return None
        since = self._inside_since.setdefault(track_id, sighting.at)
        if track_id in self._reported or sighting.at - since < self._rule.min_inside_s:
            return None
        self._reported.add(track_id)
        return RuleHit(self._rule, self._rule.zone, sighting, first_seen_at)

    def forget(self, track_id: int) -> None:
        self._inside_since.pop(track_id, None)
        self._reported.discard(track_id)
