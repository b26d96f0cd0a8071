"""A typeface that needs neither shared data nor fonts: every symbol is a pattern of its own."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from plates.typeface import Typeface

from skynet.domain.plate_scores import NO_CHARACTER, PLATE_ALPHABET


@pytest.fixture(scope="session")
def typeface(tmp_path_factory: pytest.TempPathFactory) -> Typeface:
    folder: Path = tmp_path_factory.mktemp("glyphs")
    for index, symbol in enumerate(PLATE_ALPHABET):
        if symbol != NO_CHARACTER:
            bars = [255 * (index >> bit & 1) for bit in range(7)]
            grey = np.kron(np.array(bars, np.uint8)[:, None], np.ones((14, 48), np.uint8))
            written, packed = cv2.imencode(".jpg", grey)
            assert written
            packed.tofile(folder / f"140_{symbol}.jpg")
    return Typeface(folder)
