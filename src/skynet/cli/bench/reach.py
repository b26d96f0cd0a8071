"""Claims put to the test against the rows of a benchmark."""

from __future__ import annotations

from collections.abc import Sequence

from skynet.cli.bench.result import Claim, Row


class Reach:
    """Collects `claims`; one without a value is left out, since nothing was measured for it."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.claims: list[Claim] = []
        self._median = {(row.contender, row.metric): row.median for row in rows}

    def median(self, contender: str, metric: str) -> float | None:
        return self._median.get((contender, metric))

    def ratio(self, one: str, other: str, metric: str) -> float | None:
        """How many times the other's median the one's is; None where either is missing or nothing."""
        above, below = self.median(one, metric), self.median(other, metric)
        return above / below if above is not None and below else None

    def at_most(self, words: str, value: float | None, target: float) -> None:
        if value is not None:
            self.claims.append(Claim(claim=words, value=round(value, 3), target=target, met=value <= target))

    def at_least(self, words: str, value: float | None, target: float) -> None:
        if value is not None:
            self.claims.append(Claim(claim=words, value=round(value, 3), target=target, met=value >= target))
