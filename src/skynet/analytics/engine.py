"""The rule engine of one camera: hands every sighting to the rules that want it.

Pure: no clock of its own, no I/O. Called from one thread, with observations in order of time.
"""

from __future__ import annotations

from skynet.analytics.hit import RuleHit
from skynet.analytics.line_crossing import LineCrossingWatch
from skynet.analytics.loitering import LoiteringWatch
from skynet.analytics.stopped_vehicle import StoppedVehicleWatch
from skynet.analytics.watch import RuleWatch
from skynet.analytics.wrong_way import WrongWayWatch
from skynet.analytics.zone_entry import ZoneEntryWatch
from skynet.domain.observations import Observations
from skynet.domain.rule import (
    LineCrossingRule,
    LoiteringRule,
    Rule,
    RuleSet,
    StoppedVehicleRule,
    WrongWayRule,
    ZoneEntryRule,
)
from skynet.domain.sighting import Sighting

FORGET_AFTER_S = 60.0
"""A track unseen for this long is forgotten; far beyond what a tracker bridges."""


class RuleEngine:
    """Feed it each frame's observations; it answers with the rules that they fulfil."""

    def __init__(self, rules: RuleSet) -> None:
        self._watches = [(rule, _watch(rule, rules)) for rule in rules.rules]
        self._first_seen: dict[int, float] = {}
        self._last_seen: dict[int, float] = {}

    def update(self, observations: Observations) -> tuple[RuleHit, ...]:
        """Rules fulfilled by this frame, in the order of the objects, then of the rules."""
        now = observations.captured_at
        armed = [(rule, watch) for rule, watch in self._watches if rule.armed(now)]
        hits: list[RuleHit] = []
        for seen in observations.objects:
            if seen.track_id is None:
                continue
            sighting = Sighting.of(seen, observations)
            self._last_seen[sighting.track_id] = now
            first_seen_at = self._first_seen.setdefault(sighting.track_id, now)
            for rule, watch in armed:
                if sighting.label in rule.labels and (hit := watch.see(sighting, first_seen_at)):
                    hits.append(hit)
        self._forget_gone(now)
        return tuple(hits)

    def _forget_gone(self, now: float) -> None:
        for track_id in [t for t, last in self._last_seen.items() if now - last > FORGET_AFTER_S]:
            del self._last_seen[track_id], self._first_seen[track_id]
            for _, watch in self._watches:
                watch.forget(track_id)


def _watch(rule: Rule, rules: RuleSet) -> RuleWatch:
    match rule:
        case ZoneEntryRule():
            return ZoneEntryWatch(rule, rules.polygon(rule.zone))
        case LineCrossingRule():
            return LineCrossingWatch(rule, rules.lines[rule.line].line())
        case LoiteringRule():
            return LoiteringWatch(rule, rules.polygon(rule.zone))
        case StoppedVehicleRule():
            return StoppedVehicleWatch(rule, rules.polygon(rule.zone))
        case WrongWayRule():
            return WrongWayWatch(rule, rules.polygon(rule.zone))
