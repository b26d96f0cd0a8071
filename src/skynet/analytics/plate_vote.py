"""The vote over a track's plate reads: several frames beat one.

The places of a plate's text are fixed, so the scores of different frames lie one upon the other: they are added, and
the grammar decodes the sum. What this gains over a vote of whole texts: a frame that shows the front half well and one
that shows the rear half well make one good read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skynet.domain import PlateRead, PlateScores, decode_plate
from skynet.domain.plate_scores import PLATE_ALPHABET, PLATE_SLOTS, READ_KINDS

MIN_CONFIDENCE = 0.7
"""Below this the answer is "unsure", which is no answer."""
ENOUGH_READS = 3
MAX_ATTEMPTS = 12
SLIP = 0.02
"""How often a frame says anything whatever of a character, however sure it is: a bolt, a lorry in front."""
LOUDEST = float(np.log((1 - SLIP) * len(PLATE_ALPHABET) / SLIP + 1))
"""The most that a frame can say for one character against another, in nats, since it may slip."""
KINSHIP = 0.6
"""Frames of one track share their dirt and their angle: n of them are worth n to this power that share nothing."""
STANDING = 0.5
"""Of a plate's width. Frames between which the plate moved less show one picture over and over (a parked car): together
they are worth one."""
SHARP_WIDTH = 100.0
"""Pixels. A plate as wide as this shows all there is to read; of narrower ones each says less."""


@dataclass(frozen=True, slots=True)
class VotedPlate:
    """A track's plate. `read` holds the text voted for, its corners and where they were seen: at the time `at` (POSIX
    s), in the frame that shows it best. `frames` is how many were read."""

    read: PlateRead
    at: float
    frames: int


class PlateVote:
    """Collects the reads of one track."""

    def __init__(self) -> None:
        self._attempts = 0
        self._shots: list[_Shot] = []
        self._settled = False

    def add(self, read: PlateRead | None, at: float = 0.0) -> None:
        """Count one attempt and what it showed at the time `at`, if anything."""
        self._attempts += 1
        if read is not None:
            scores, width = read.scores or _scores_told(read), _width(read)
            middle = np.mean(read.corners, axis=0)
            self._shots.append(_Shot(read, scores, at, _weight(read.confidence, width), middle, width))
        self._settled = self._attempts >= MAX_ATTEMPTS or self._is_certain()

    @property
    def settled(self) -> bool:
        """No further read can change the answer, or trying on is hopeless."""
        return self._settled

    def _is_certain(self) -> bool:
        """A read says at most `LOUDEST` against a character, and at most as much against a kind."""
        if len(self._shots) < ENOUGH_READS or decode_plate(self._together(1.0)).margin <= 2 * LOUDEST:
            return False
        return self.best() is not None

    def best(self) -> VotedPlate | None:
        """The answer so far; None where it is less sure than `MIN_CONFIDENCE`."""
        voted = self.likeliest()
        return voted if voted and voted.read.confidence >= MIN_CONFIDENCE else None

    def likeliest(self) -> VotedPlate | None:
        """The answer so far, however unsure; None where nothing was read."""
        if not self._shots:
            return None
        weights = [shot.weight for shot in self._shots]
        standing = [self._standing_with(shot) for shot in self._shots]
        worth = sum(weight / len(alike) for weight, alike in zip(weights, standing, strict=True))
        scale = max(1.0, worth / max(weights)) ** KINSHIP / sum(weights)
        together = self._together(scale)
        decoded = decode_plate(together)
        # A frame is checked by the others as far as there are others: one alone, or one picture over and over, is as
        # sure as it says.
        judging = self._together(scale, [1 - sum(shot.weight for shot in alike) / sum(weights) for alike in standing])
        judged = decode_plate(judging)
        if judged.text == decoded.text:
            together, decoded = judging, judged
        agreeing = [shot for shot in self._shots if shot.read.text == decoded.text]
        shown = max(agreeing or self._shots, key=lambda shot: shot.weight)
        read = PlateRead(
            text=decoded.text,
            kind=decoded.kind,
            confidence=round(decoded.confidence, 4),
            corners=shown.read.corners,
            characters=tuple(round(share, 4) for share in decoded.characters),
            scores=together,
        )
        return VotedPlate(read, shown.at, len(self._shots))

    def _standing_with(self, shot: _Shot) -> list[_Shot]:
        """The frames, this one among them, in which the plate is where it is in `shot`."""
        reach = STANDING * shot.width
        return [other for other in self._shots if float(np.hypot(*(shot.middle - other.middle))) <= reach]

    def _together(self, scale: float, slips: Sequence[float] | None = None) -> PlateScores:
        """The scores of all frames, each one's taken `scale` times its weight and as liable to slip as `slips` say, in
        parts of `SLIP`."""
        shares = slips or [1.0] * len(self._shots)
        characters = np.zeros((PLATE_SLOTS, len(PLATE_ALPHABET)))
        kinds = np.zeros(len(READ_KINDS))
        for shot, share in zip(self._shots, shares, strict=True):
            characters += scale * shot.weight * _with_slips(shot.scores.characters, SLIP * share)
            kinds += scale * shot.weight * _with_slips(shot.scores.kinds, SLIP * share)
        calibration = self._shots[0].scores.calibration
        return PlateScores.of_logits(characters, kinds, calibration)


@dataclass(frozen=True, slots=True)
class _Shot:
    read: PlateRead
    scores: PlateScores
    at: float
    weight: float
    middle: NDArray[np.float64]
    width: float


def _width(read: PlateRead) -> float:
    return float(np.hypot(*np.subtract(read.corners[1], read.corners[0])))


def _weight(confidence: float, width: float) -> float:
    """What a read counts for, up to 1: by its own confidence and by the width of its plate."""
    return max(0.05, confidence) * min(1.0, max(0.3, width / SHARP_WIDTH))


def _with_slips(logs: NDArray[np.float32], slip: float) -> NDArray[np.float64]:
    """Log-probabilities of a frame that says anything whatever as often as `slip`."""
    if slip == 0:
        return logs.astype(np.float64)
    return np.asarray(np.log((1 - slip) * np.exp(logs.astype(np.float64)) + slip / logs.shape[-1]))


def _scores_told(read: PlateRead) -> PlateScores:
    """The scores of a reader that gives none."""
    each = read.characters or (read.confidence ** (1 / len(read.text)),) * len(read.text)
    return PlateScores.of_text(read.text, read.kind, each)
