"""Fill a ring of reader samples without end, at a low priority: `python -m plates.fill_ring --data … --ring …`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import cv2

from .reader_sample import SampleMaker
from .sample_ring import SampleRing
from .typeface import GLYPH_FOLDER, Typeface

RING_SIZE = 60_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the shared data folder")
    parser.add_argument("--ring", type=Path, required=True, help="folder of the ring")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--nice", type=int, default=10, help="how far to stand back behind the trainer")
    parser.add_argument("--start", type=int, default=0, help="place to start at; two fillers start half a ring apart")
    arguments = parser.parse_args()
    os.nice(arguments.nice)
    cv2.setNumThreads(1)
    ring = SampleRing(arguments.ring, RING_SIZE)
    typeface = Typeface(arguments.data / GLYPH_FOLDER)
    maker = SampleMaker(arguments.seed, arguments.data / "street" / "train", typeface)
    place = arguments.start
    while True:
        ring.put(place % RING_SIZE, maker.make())
        place += 1


if __name__ == "__main__":
    main()
