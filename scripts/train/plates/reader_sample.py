"""One training sample of the plate reader: a spoilt view and what is written on it, or that nothing legible is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate import PlateKind
from skynet.domain.plate_scores import NO_CHARACTER, PLATE_SLOTS, READ_KINDS, SYMBOL_INDEX

from .backdrop import Backdrops
from .drawing import draw_plate
from .spoiling import Spoiler
from .typeface import Typeface, shared_typeface
from .view import VIEW_HEIGHT, VIEW_WIDTH, cut_plate, view_plate

Picture = NDArray[np.uint8]

NOTHING = -1
"""The label of a slot, and of a kind, about which the reader must be of no opinion."""
NEGATIVE_SHARE = 0.09
PIXELS_PER_MM = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class ReaderSample:
    """`image` uint8 (48, 144, 3) BGR; `slots` int16 (8,) indices of symbols, `kind` that of a kind, or NOTHING."""

    image: Picture
    slots: NDArray[np.int16]
    kind: int


def slots_of(text: str) -> NDArray[np.int16]:
    """The alphabet's index at each of the eight places, int16 (8,)."""
    return np.array([SYMBOL_INDEX[symbol] for symbol in text.ljust(PLATE_SLOTS, NO_CHARACTER)], np.int16)


class SampleMaker:
    """Makes samples without end. `street` is a folder of street JPEGs for the surroundings, or None; the characters
    are of the shared typeface unless another is given."""

    def __init__(self, seed: int, street: Path | None, typeface: Typeface | None = None) -> None:
        self._rng = np.random.default_rng(seed)
        self._typeface = typeface or shared_typeface()
        self._backdrops = Backdrops(self._rng, street, self._typeface)
        self._spoiler = Spoiler(self._rng)

    def make(self, kind: PlateKind | None = None) -> ReaderSample:
        """A sample of a random kind (or a plate of `kind`)."""
        rng = self._rng
        if kind is None and rng.random() < NEGATIVE_SHARE:
            view = self._spoiler.spoil(rng, self._negative())
            return ReaderSample(view, np.full(PLATE_SLOTS, NOTHING, np.int16), NOTHING)
        plate = draw_plate(rng, kind, PIXELS_PER_MM, self._typeface)
        view = self._spoiler.spoil(rng, view_plate(rng, plate.image, self._backdrops))
        return ReaderSample(view, slots_of(plate.text), READ_KINDS.index(plate.kind))

    def _negative(self) -> Picture:
        """A piece of street, a sign, or a part of a plate."""
        rng = self._rng
        what = rng.random()
        if what < 0.45:
            return self._backdrops.patch(rng, VIEW_WIDTH, VIEW_HEIGHT)
        if what < 0.75:
            writing = self._backdrops.writing(rng, VIEW_WIDTH * 3 // 2, VIEW_HEIGHT * 3 // 2)
            return view_plate(rng, writing, self._backdrops)
        return cut_plate(rng, draw_plate(rng, None, PIXELS_PER_MM, self._typeface).image, self._backdrops)
