"""A ring of samples in shared files: one process fills it without end, a trainer draws from it as fast as it likes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skynet.domain.plate_scores import PLATE_SLOTS

from .reader_sample import NOTHING, ReaderSample
from .view import VIEW_HEIGHT, VIEW_WIDTH


class SampleRing:
    """`size` samples in `folder`, mapped into memory; made on first use.

    `images` uint8 (size, 48, 144, 3), `slots` int16 (size, 8), `kinds` int16 (size,), `filled` int64 (1,): how many
    samples were ever written. A place under change is labelled NOTHING, so that no image ever bears another's text.
    """

    def __init__(self, folder: Path, size: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.size = size
        self.images: NDArray[np.uint8] = _mapped(folder / "images.raw", np.uint8, (size, VIEW_HEIGHT, VIEW_WIDTH, 3))
        self.slots: NDArray[np.int16] = _mapped(folder / "slots.raw", np.int16, (size, PLATE_SLOTS))
        self.kinds: NDArray[np.int16] = _mapped(folder / "kinds.raw", np.int16, (size,))
        self.filled: NDArray[np.int64] = _mapped(folder / "filled.raw", np.int64, (1,))

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
        available = min(int(self.filled[0]), self.size)
        if available == 0:
            raise ValueError("the ring of samples is empty: is fill_ring running?")
        places = rng.integers(available, size=count)
        return self.images[places], self.slots[places], self.kinds[places]


def _mapped(path: Path, dtype: type, shape: tuple[int, ...]) -> np.memmap:  # type: ignore[type-arg]
    return np.memmap(path, dtype, "r+" if path.exists() else "w+", shape=shape)
