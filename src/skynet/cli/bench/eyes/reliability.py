"""Whether a reader's confidence means something: of the reads given so much, the share that is right. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
"""Bands of confidence; the last one takes 1 in."""
SURE = 0.9


@dataclass(frozen=True, slots=True)
class Band:
    """Reads with a confidence from `low` to below `high`: how many, how many of them right, what they claimed to be on
    average."""

    low: float
    high: float
    reads: int
    right: int
    claimed: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Pairs of a read's confidence (0–1) and whether it is right."""

    reads: Sequence[tuple[float, bool]]

    def bands(self) -> list[Band]:
        """The bands that have reads."""
        bands = []
        for low, high in pairwise(EDGES):
            inside = [pair for pair in self.reads if low <= pair[0] < high or pair[0] == high == EDGES[-1]]
            if inside:
                claimed = sum(confidence for confidence, _ in inside) / len(inside)
                bands.append(Band(low, high, len(inside), _right(inside), claimed))
        return bands

    def sure(self) -> tuple[int, int]:
        """How many reads are given `SURE` or more, and how many of them are right."""
        inside = [pair for pair in self.reads if pair[0] >= SURE]
        return len(inside), _right(inside)

    def gap(self) -> float:
        """Expected calibration error: the mean distance of claim and truth over the bands, each by its reads."""
        if not self.reads:
            return 0.0
        return sum(abs(band.claimed * band.reads - band.right) for band in self.bands()) / len(self.reads)


def _right(reads: Iterable[tuple[float, bool]]) -> int:
    return sum(right for _, right in reads)
