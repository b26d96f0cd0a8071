"""The vote over a track's plate reads: several frames beat one."""

from __future__ import annotations

from skynet.domain import PlateRead

ENOUGH_AGREEING = 3
ENOUGH_CONFIDENCE = 0.9
MAX_READS = 12
MIN_CONFIDENCE = 0.7
"""Below this the answer is "unsure", which is no answer."""


class PlateVote:
    """Collects the reads of one track. Texts compete by the sum of their confidences."""

    def __init__(self) -> None:
        self._reads: dict[str, list[PlateRead]] = {}
        self._attempts = 0

    def add(self, reads: list[PlateRead]) -> None:
        """Count one attempt and the best of its reads, if any."""
        self._attempts += 1
        if reads:
            best = max(reads, key=lambda read: read.confidence)
            self._reads.setdefault(best.text, []).append(best)

    @property
    def settled(self) -> bool:
        """No further read can be expected to change the answer."""
        if self._attempts >= MAX_READS:
            return True
        sure = [r for r in self._winner() if r.confidence >= ENOUGH_CONFIDENCE]
        return len(sure) >= ENOUGH_AGREEING

    def best(self) -> PlateRead | None:
        """The winning text as it was read best. Its confidence is cut by the share of votes that disagree; None where
        that leaves less than `MIN_CONFIDENCE`."""
        winner = self._winner()
        if not winner:
            return None
        total = sum(read.confidence for reads in self._reads.values() for read in reads)
        share = sum(read.confidence for read in winner) / total
        shown = max(winner, key=lambda read: read.confidence)
        confidence = round(shown.confidence * share, 3)
        return shown.model_copy(update={"confidence": confidence}) if confidence >= MIN_CONFIDENCE else None

    def _winner(self) -> list[PlateRead]:
        return max(self._reads.values(), key=lambda reads: sum(r.confidence for r in reads), default=[])
