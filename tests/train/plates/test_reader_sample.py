"""Samples of the reader: shapes and labels, and a ring that hands out no image with another's text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from plates.reader_sample import NOTHING, ReaderSample, SampleMaker, slots_of
from plates.sample_ring import SampleRing
from plates.typeface import Typeface

from skynet.domain.plate import PlateKind, PlateText
from skynet.domain.plate_scores import NO_CHARACTER, PLATE_ALPHABET, READ_KINDS


def test_samples_are_views_with_a_grammatical_text_or_with_none(typeface: Typeface) -> None:
    maker = SampleMaker(1, None, typeface)
    samples = [maker.make() for _ in range(200)]
    negatives = [sample for sample in samples if sample.kind == NOTHING]
    assert 5 <= len(negatives) <= 40
    assert all((sample.slots == NOTHING).all() for sample in negatives)
    for sample in samples:
        assert sample.image.shape == (48, 144, 3)
        assert sample.image.dtype == np.uint8
        if sample.kind != NOTHING:
            text = "".join(PLATE_ALPHABET[slot] for slot in sample.slots).rstrip(NO_CHARACTER)
            assert READ_KINDS[sample.kind] in PlateText.parse(text).kinds


def test_the_same_seed_makes_the_same_samples(typeface: Typeface) -> None:
    one, other = SampleMaker(7, None, typeface), SampleMaker(7, None, typeface)
    for _ in range(20):
        assert np.array_equal(one.make().image, other.make().image)


def test_a_spoilt_plate_still_is_the_plate_that_was_drawn(typeface: Typeface) -> None:
    """Views of plates differ from views of other plates more than in noise: something is left to be read."""
    maker = SampleMaker(3, None, typeface)
    contrast = [maker.make(PlateKind.BLUE).image.std() for _ in range(100)]
    assert np.median(contrast) > 15


def test_slots_after_the_end_hold_no_character() -> None:
    slots = slots_of("皖A12345")
    assert slots.shape == (8,)
    assert PLATE_ALPHABET[slots[0]] == "皖"
    assert PLATE_ALPHABET[slots[7]] == NO_CHARACTER


def test_a_ring_hands_out_what_was_put_and_nothing_else(tmp_path: Path) -> None:
    ring = SampleRing(tmp_path / "ring", 10)
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="empty"):
        ring.draw(rng, 1)
    for place in (2, 5):
        image = np.full((48, 144, 3), place, np.uint8)
        ring.put(place, ReaderSample(image, slots_of(f"皖A1234{place}"), place))
    images, slots, kinds = SampleRing(tmp_path / "ring", 10).draw(rng, 50)
    assert set(kinds.tolist()) == {2, 5}
    for image, slot, kind in zip(images, slots, kinds, strict=True):
        assert (image == kind).all()
        assert PLATE_ALPHABET[slot[6]] == str(kind)
