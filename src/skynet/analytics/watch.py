"""The face of a rule at work: it looks at one sighting after another and says when it is fulfilled."""

from __future__ import annotations

from typing import Protocol

from skynet.analytics.hit import RuleHit
from skynet.domain.sighting import Sighting


class RuleWatch(Protocol):
    """One rule of one camera with its memory of the tracks it has seen. Sightings come in order of time."""

    def see(self, sighting: Sighting, first_seen_at: float) -> RuleHit | None:
        """Look at `sighting`, which the rule's labels and schedule let through."""
        ...

    def forget(self, track_id: int) -> None:
        """The track is gone: drop what is remembered of it."""
        ...
