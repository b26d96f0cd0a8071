"""Line crossing: the path of an object's anchor cuts a line, in a direction that counts."""

from __future__ import annotations

from skynet.analytics.hit import RuleHit
from skynet.domain.geometry import Line, Point
from skynet.domain.rule import LineCrossingRule
from skynet.domain.sighting import Sighting

_SIGN = {"any": 0, "forward": 1, "backward": -1}


class LineCrossingWatch:
    """Hits once a track and direction, so an object that sways on the line is counted once each way."""

    def __init__(self, rule: LineCrossingRule, line: Line) -> None:
        self._rule = rule
        self._line = line
        self._wanted = _SIGN[rule.direction]
        self._last: dict[int, Point] = {}
        self._reported: set[tuple[int, int]] = set()

    def see(self, sighting: Sighting, first_seen_at: float) -> RuleHit | None:
        track_id = sighting.track_id
        before = self._last.get(track_id)
        self._last[track_id] = sighting.anchor
        if before is None:
            return None
        crossing = self._line.crossing(before, sighting.anchor)
        if crossing == 0 or (self._wanted and crossing != self._wanted) or (track_id, crossing) in self._reported:
            return None
        self._reported.add((track_id, crossing))
        return RuleHit(self._rule, self._rule.line, sighting, first_seen_at)

    def forget(self, track_id: int) -> None:
        self._last.pop(track_id, None)
        self._reported -= {(track_id, 1), (track_id, -1)}
