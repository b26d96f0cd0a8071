"""What comes and goes within a fifth of a second: drops, leaves, sparks of noise. No object does.

Seen only while pictures come closely, in awake spells; what it says counts for the looks in between. So a stream in the
rain is known after one spell, long before each of its places has been rained upon. One thread at a time, no I/O.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from skynet.media.gate.changes import Change

REMEMBERED = 300
"""Flickers, and pictures for which one is remembered."""
MIN_PICTURES = 10
NEAR = 12
"""Pixels of the small picture within which something that moves is found again in the next picture."""
AROUND = 90
"""Pixels around a change in which flickers speak of it, to each side."""
OFTEN = 0.04
"""So many flickers a picture around a place make it a place that flickers."""
QUANTILE = 0.9
MARGIN = 1.2
MOST = 100.0
"""Whatever flickers, a change of this weight is seen."""


class Flicker:
    """Remembers the weights of changes that had gone, and had not moved on, in the next picture."""

    def __init__(self) -> None:
        self._seen: deque[tuple[int, Change]] = deque(maxlen=REMEMBERED)
        self._pictures = 0
        self._before: Sequence[Change] | None = None

    def follow(self, changes: Sequence[Change]) -> None:
        """The changes in the next picture of an awake spell, about a fifth of a second after the one before."""
        before, self._before = self._before, changes
        if before is None:
            return
        self._pictures += 1
        self._seen.extend((self._pictures, one) for one in before if not any(_near(one, now) for now in changes))

    def end_spell(self) -> None:
        """The next picture to follow has nothing to do with the last."""
        self._before = None

    def explains(self, change: Change) -> bool:
        """True when things as weighty as `change` flicker around its place."""
        if self._pictures < MIN_PICTURES or change.weight >= MOST:
            return False
        since = self._pictures - REMEMBERED
        weights = sorted(one.weight for number, one in self._seen if number > since and _around(one, change))
        if len(weights) < OFTEN * min(self._pictures, REMEMBERED):
            return False
        return bool(weights) and change.weight < MARGIN * weights[int(QUANTILE * (len(weights) - 1))]


def _near(one: Change, other: Change) -> bool:
    across = one.left - NEAR < other.right and other.left < one.right + NEAR
    return across and one.top - NEAR < other.bottom and other.top < one.bottom + NEAR


def _around(one: Change, other: Change) -> bool:
    across = abs(one.left + one.right - other.left - other.right)
    return across < 2 * AROUND and abs(one.top + one.bottom - other.top - other.bottom) < 2 * AROUND
