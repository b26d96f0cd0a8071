"""A plate as it was read, the way the hot list is asked about it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from skynet.analytics.matching.plate_code import CLASS_OF, PLAIN, UNSEEN
from skynet.domain.plate import Plate, PlateKind
from skynet.domain.plate_read import PlateRead
from skynet.domain.plate_scores import READ_KINDS, SYMBOL_INDEX, PlateScores

DOUBTFUL_BELOW = 0.8
"""A character, or a whole reading, of which the reader is less sure is doubtful."""
LEGIBLE = 0.5
"""A reading whose other characters, all but the least sure one, are together less sure than that is none."""
_WITHIN_CLASS = 0.75
"""Where a reader gives no scores: so much of its doubt of a character goes to the others of its class."""


@dataclass(slots=True)
class Reading:
    """`text` as the plate grammar lets it through; or with one `UNSEEN`; or with one character too few.

    `confidence` is that of the text, `characters` that of each character, empty where the reader cannot tell; `scores`
    is what the reader saw in place of what it says.
    """

    text: str
    kind: PlateKind = PlateKind.UNKNOWN
    confidence: float = 1.0
    characters: tuple[float, ...] = ()
    scores: PlateScores | None = None

    @classmethod
    def of(cls, plate: Plate) -> Self:
        if isinstance(plate, PlateRead):
            return cls(plate.text, plate.kind, plate.confidence, plate.characters, plate.scores)
        return cls(plate.text, plate.kind, plate.confidence)

    @property
    def doubtful(self) -> bool:
        """Whether the reader is unsure of any of it."""
        return self.confidence < DOUBTFUL_BELOW or (bool(self.characters) and min(self.characters) < DOUBTFUL_BELOW)

    @property
    def legible(self) -> bool:
        """Whether the text can be relied on but for one character."""
        least = min(self.characters) if self.characters else 1.0
        return self.confidence >= LEGIBLE * least

    def doubtful_places(self) -> list[int]:
        """Places (from 0) of letters and digits that may be others, and of what was not seen."""
        return [
            place
            for place, character in enumerate(self.text)
            if character == UNSEEN or (character in PLAIN and self.sureness(place) < DOUBTFUL_BELOW)
        ]

    def sureness(self, place: int) -> float:
        """How sure the reader is of the character at `place`, 0 to 1."""
        if self.text[place] == UNSEEN:
            return 0.0
        return self.characters[place] if self.characters else float(self.confidence ** (1 / len(self.text)))

    def likelihood(self, place: int, listed: str) -> float:
        """Probability that the plate is the text with `listed` at `place` and no other difference.

        The reader's doubt of that character, times the share of it that its scores give to `listed`; without scores,
        most of it goes to the character's confusion class. Other characters are as sure as they are.
        """
        doubt = 1 - self.sureness(place)
        others = 1.0
        if self.characters:
            others = math.prod(sure for at, sure in enumerate(self.characters) if at != place)
        elif self.text[place] != UNSEEN:
            others = self.confidence / max(1 - doubt, 1e-9)
        else:
            others = self.confidence
        return min(1.0, others * doubt * self._share(place, listed))

    def likelihood_of_kind(self, kind: PlateKind) -> float:
        """Probability that the plate is of `kind`, 0 where the reader gives no scores."""
        if self.scores is None or kind is PlateKind.UNKNOWN:
            return 0.0
        return math.exp(float(self.scores.kinds[READ_KINDS.index(kind)]))

    def _share(self, place: int, listed: str) -> float:
        read = self.text[place]
        if self.scores is not None and read != UNSEEN:
            row = np.exp(self.scores.characters[place].astype(np.float64))
            rest = float(row.sum() - row[SYMBOL_INDEX[read]])
            return float(row[SYMBOL_INDEX[listed]]) / rest if rest > 0 else 0.0
        if read == UNSEEN:
            return 1 / len(PLAIN)
        fellows = len(CLASS_OF[read]) - 1
        if listed in CLASS_OF[read]:
            return _WITHIN_CLASS / fellows
        return (1 - _WITHIN_CLASS if fellows else 1.0) / (len(PLAIN) - 1 - fellows)
