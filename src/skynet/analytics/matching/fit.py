"""How a reading fits one entry, on its way to a hit."""

from __future__ import annotations

from dataclasses import dataclass

from skynet.analytics.matching.hot_list import HotList
from skynet.analytics.matching.reading import Reading
from skynet.domain.plate_hit import Certainty, HitReason, PlateHit


@dataclass(frozen=True, slots=True)
class Fit:
    """`score` is the probability that the reader gives the entry's plate; `place` (from 0) is where its text differs or
    is unsure."""

    row: int
    reason: HitReason
    score: float
    place: int | None = None

    def hit(self, hot_list: HotList, reading: Reading) -> PlateHit:
        entry = hot_list.entry(self.row)
        exact = self.reason is HitReason.SAME_TEXT
        return PlateHit(
            certainty=Certainty.EXACT if exact else Certainty.POSSIBLE,
            reason=self.reason,
            explanation=f"read {reading.text}, listed {entry.plate}: {self._why(reading, entry.plate, entry.kind)}",
            score=round(min(1.0, max(0.0, self.score)), 4),
            confirmation_required=not exact,
            list_version=hot_list.version,
            entry=entry,
        )

    def _why(self, reading: Reading, listed: str, kind: str) -> str:
        sure = f"{100 * reading.confidence:.0f} %"
        if self.reason is HitReason.SAME_TEXT:
            return f"the same, {sure} sure"
        if self.reason is HitReason.DOUBTFUL_READING:
            return f"the same, but only {sure} sure"
        if self.reason is HitReason.DOUBTFUL_KIND:
            return f"the same, but on a {reading.kind} plate; the list says {kind}, and the colour is not sure"
        if self.place is None:
            raise ValueError(f"{self.reason} has a place")
        wanted, where = listed[self.place], f"character {self.place + 1}"
        if self.reason is HitReason.MISSING_CHARACTER:
            return f"{where}, {wanted}, was not seen"
        read = reading.text[self.place]
        if self.reason is HitReason.CONFUSED_CHARACTER:
            return f"{where} was read as {read}, for which {wanted} is easily taken"
        share = f"{100 * reading.sureness(self.place):.0f} %"
        if read == wanted:
            return f"the same, but {where}, {read}, is only {share} sure"
        return f"{where} was read as {read}, only {share} sure, and may be {wanted}"
