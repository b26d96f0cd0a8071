from pathlib import Path

import numpy as np
import pytest

from skynet.cli.bench.eyes.hyperlpr import BLANK, CHARACTERS, COLOURS, FINDER, READER, HyperLpr
from skynet.domain.plate import PlateKind
from tests.vision.tiny_model import write_constant_model

TEXT = "皖AA2345"


@pytest.fixture
def contender(tmp_path: Path) -> HyperLpr:
    """Finds one plate twice and one too faint, and reads `TEXT` from every plate, in yellow."""
    found = np.zeros((1, 3, 15), np.float32)
    found[0, :, :5] = [[100, 60, 80, 20, 0.9], [101, 60, 80, 20, 0.8], [300, 60, 80, 20, 0.3]]
    found[0, :, 5:13] = [60, 50, 140, 50, 140, 70, 60, 70]
    found[0, :, 13] = 1
    write_constant_model(tmp_path / FINDER, (1, 3, 640, 640), found)
    logits = np.zeros((1, len(CHARACTERS), 18), np.float32)
    symbols = [CHARACTERS.index(character) for character in TEXT]
    # A blank between the two A; a repeated symbol without one is the same character held longer.
    steps = [symbols[0], symbols[0], symbols[1], BLANK, *symbols[2:]]
    for step in range(18):
        logits[0, steps[step] if step < len(steps) else BLANK, step] = 20
    write_constant_model(tmp_path / READER, (1, 3, 24, 94), logits)
    write_constant_model(tmp_path / COLOURS, (1, 3, 96, 96), np.array([[0, 0, 1]], np.float32))
    return HyperLpr(tmp_path)


def test_one_plate_is_found_once_and_read(contender: HyperLpr) -> None:
    (find,) = contender.read_scene(np.zeros((320, 1280, 3), np.uint8))
    assert (find.text, find.kind) == (TEXT, PlateKind.YELLOW)
    assert find.confidence > 0.99
    assert find.corners.tolist() == [[120, 100], [280, 100], [280, 140], [120, 140]]


def test_a_crop_is_read_as_it_is(contender: HyperLpr) -> None:
    find = contender.read_crop(np.zeros((24, 94, 3), np.uint8))
    assert find is not None
    assert (find.text, find.is_plate) == (TEXT, True)
