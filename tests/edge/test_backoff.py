from __future__ import annotations

import random

from skynet.edge.backoff import Backoff


def test_it_doubles_up_to_the_most_and_never_waits_longer() -> None:
    longest = Backoff(0.5, 60, chance=Highest())
    assert [longest.next() for _ in range(9)] == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]
    longest.reset()
    assert longest.next() == 0.5


def test_jitter_takes_any_part_or_at_least_the_share_asked_for() -> None:
    full = Backoff(1, 1, chance=random.Random(1))
    half = Backoff(1, 1, least_share=0.5, chance=random.Random(1))
    assert min(full.next() for _ in range(200)) < 0.1
    assert min(half.next() for _ in range(200)) >= 0.5


class Highest(random.Random):
    def uniform(self, a: float, b: float) -> float:
        return b
