"""A ring of samples in shared files: one process fills it without end, a trainer draws from it as fast as it likes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate_scores import NO_CHARACTER, PLATE_SLOTS, SYMBOL_INDEX

from .reader_sample import NOTHING, ReaderSample
from .view import VIEW_HEIGHT, VIEW_WIDTH


class SampleRing:
    """`size` samples in `folder`, mapped into memory; made on first use.

    `images` uint8 (size, 48, 144, 3), `slots` int16 (size, 8), `kinds` int16 (size,). A place that was never filled has
    no first character, which no text lacks; one under change is labelled NOTHING: no image ever bears another's text.
    """

    def __init__(self, folder: Path, size: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.size = size
        self.images: NDArray[np.uint8] = _mapped(folder / "images.raw", np.uint8, (size, VIEW_HEIGHT, VIEW_WIDTH, 3))
        self.slots: NDArray[np.int16] = _mapped(folder / "slots.raw", np.int16, (size, PLATE_SLOTS))
        self.kinds: NDArray[np.int16] = _mapped(folder / "kinds.raw", np.int16, (size,))

    def put(self, place: int, sample: ReaderSample) -> None:
        """Replace what lies at `place`."""
        self.slots[place] = NOTHING
        self.kinds[place] = NOTHING
        self.images[place] = sample.image
        self.slots[place] = sample.slots
        self.kinds[place] = sample.kind

    def draw(
        self, rng: np.random.Generator, count: int
    ) -> tuple[NDArray[np.uint8], NDArray[np.int16], NDArray[np.int16]]:
        """`count` random samples: images, slots, kinds. Raises ValueError while the ring is empty."""
        filled = np.flatnonzero(self.slots[:, 0] != SYMBOL_INDEX[NO_CHARACTER])
        if len(filled) == 0:
            raise ValueError("the ring of samples is empty: is fill_ring running?")
        places = filled[rng.integers(len(filled), size=count)]
        return self.images[places], self.slots[places], self.kinds[places]


def _mapped(path: Path, dtype: type, shape: tuple[int, ...]) -> np.memmap:  # type: ignore[type-arg]
    return np.memmap(path, dtype, "r+" if path.exists() else "w+", shape=shape)
