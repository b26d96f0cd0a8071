"""Adapter for the project's plate reader network: rectified plates → scores of their characters and kinds.

The model (input n×3×48×144 BGR 0–255) gives raw logits `characters` n×8×75 and `kinds` n×12, and says in its metadata
which alphabet and kinds these are and how its probabilities are to be taken. No I/O, any thread.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate_scores import PLATE_ALPHABET, PLATE_SLOTS, READ_KINDS, Calibration, PlateScores
from skynet.vision.onnx_session import ModelError, OnnxSession
from skynet.vision.plates.quad import PLATE_HEIGHT, PLATE_WIDTH


class PlateScorer:
    """Raises ModelError when the model's shapes, alphabet or kinds are others."""

    def __init__(self, session: OnnxSession) -> None:
        session.require((1, 3, PLATE_HEIGHT, PLATE_WIDTH), (1, PLATE_SLOTS, len(PLATE_ALPHABET)), (1, len(READ_KINDS)))
        _require_words(session, "alphabet", PLATE_ALPHABET)
        _require_words(session, "kinds", ",".join(READ_KINDS))
        self._session = session
        self._calibration = _calibration(session)

    def score(self, plates: Sequence[NDArray[np.uint8]]) -> list[PlateScores]:
        """The scores of each plate, uint8 (48, 144, 3) BGR."""
        scores: list[PlateScores] = []
        for start in range(0, len(plates), self._session.batch_limit):
            batch = np.stack(plates[start : start + self._session.batch_limit]).transpose(0, 3, 1, 2)
            characters, kinds = self._session.run_all(np.ascontiguousarray(batch, np.float32))[:2]
            scores += [PlateScores.of_logits(*one, self._calibration) for one in zip(characters, kinds, strict=True)]
        return scores


def _require_words(session: OnnxSession, key: str, wanted: str) -> None:
    found = session.metadata(key)
    if found is None or _words(found) != _words(wanted):
        raise ModelError(
            f"{session.path}: its metadata '{key}' is {'missing' if found is None else repr(found[:60])}, this version "
            f"of Skynet reads '{wanted}'; use a plate reader made for it"
        )


def _words(text: str) -> list[str]:
    """What a list says, whether it was written as JSON, with commas or without anything between."""
    try:
        read = json.loads(text)
    except ValueError:
        read = text
    if isinstance(read, list):
        return [str(word) for word in read]
    return text.split(",")


def _calibration(session: OnnxSession) -> Calibration:
    """As measured at the end of the training; a model without it is taken at its word."""
    text = session.metadata("calibration")
    if text is None:
        return Calibration()
    try:
        values = json.loads(text)
        return Calibration(float(values["scale"]), float(values["offset"]))
    except (ValueError, TypeError, KeyError):
        raise ModelError(
            f'{session.path}: its metadata \'calibration\' is {text[:60]!r}, not {{"scale": …, "offset": …}}; '
            "export the model again"
        ) from None
