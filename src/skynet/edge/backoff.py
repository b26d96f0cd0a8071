"""How long to wait before trying again."""

from __future__ import annotations

import random


class Backoff:
    """Doubles from `first_s` to `most_s`, of which it takes a random part, so that boxes do not knock in step.

    `least_share` 0 is full jitter (anything from 0 on), 0.5 waits at least half. Used by one thread.
    """

    def __init__(self, first_s: float, most_s: float, *, least_share: float = 0.0, chance: random.Random) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._least_share = least_share
        self._chance = chance
        self._failures = 0

    def next(self) -> float:
        """Seconds to wait after one more failure."""
        ceiling = min(self._most_s, self._first_s * 2 ** min(self._failures, 32))
        self._failures += 1
        return self._chance.uniform(ceiling * self._least_share, ceiling)

    def reset(self) -> None:
        """It worked."""
        self._failures = 0
