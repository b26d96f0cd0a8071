"""What a rule says when it has been fulfilled."""

from __future__ import annotations

from dataclasses import dataclass

from skynet.domain.rule import Rule
from skynet.domain.sighting import Sighting


@dataclass(frozen=True, slots=True)
class RuleHit:
    """`rule` was fulfilled by the object of `sighting`. `first_seen_at` POSIX seconds; `dwell_s` where the rule has a
    duration."""

    rule: Rule
    place: str
    sighting: Sighting
    first_seen_at: float
    dwell_s: float | None = None
