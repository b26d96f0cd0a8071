"""The plate models that ship, on the project's own sample streams and, where it is at hand, on shared material."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from skynet.domain.plate import PlateKind
from skynet.vision import ModelStore, NetPlateReader, StillImage, create_plate_reader

SAMPLES = Path(__file__).parents[3] / "sample_streams"


@pytest.fixture(scope="module")
def reader() -> NetPlateReader:
    return create_plate_reader(ModelStore.standard(None, {}))


@cache
def truth(clip: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((SAMPLES / f"{clip}.json").read_text("utf-8"))
    return document


def picture(clip: str, second: float) -> tuple[int, NDArray[np.uint8]]:
    """The frame of that time: its number and its pixels."""
    with av.open(str(SAMPLES / f"{clip}.mp4")) as source:
        stream = source.streams.video[0]
        source.seek(int(second / stream.time_base), stream=stream)
        for frame in source.decode(stream):
            number = round(frame.time * truth(clip)["fps"])
            if number >= second * truth(clip)["fps"]:
                return number, np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
    raise ValueError(f"{clip} ends before {second} s")


def plates_in(clip: str, number: int, least_width: float) -> dict[str, NDArray[np.float64]]:
    """The plates of at least that many pixels in a frame, text and corners."""
    seen = {}
    for thing in truth(clip)["objects"]:
        for sight in thing["frames"]:
            if sight["i"] == number and sight["plate"]:
                corners = np.array(sight["plate"])
                if np.linalg.norm(corners[1] - corners[0]) >= least_width:
                    seen[thing["plate"]["text"]] = corners
    return seen


@pytest.mark.parametrize(("clip", "second"), [("road", 2), ("road", 6), ("road", 10), ("car_park", 10)])
def test_plates_of_the_sample_streams_are_found_and_read(reader: NetPlateReader, clip: str, second: float) -> None:
    number, pixels = picture(clip, second)
    wanted = plates_in(clip, number, least_width=90)
    reads = {read.text: read for read in reader.read(pixels)}
    assert wanted
    for text, corners in wanted.items():
        assert text in reads
        off = np.abs(np.array(reads[text].corners) - corners).max()
        assert off < 0.12 * np.linalg.norm(corners[1] - corners[0])


def test_nothing_is_read_where_nothing_is(reader: NetPlateReader) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (360, 640, 3), np.uint8)
    for empty in (np.full((200, 300, 3), 128, np.uint8), noise):
        assert reader.read(empty) == []
        assert [read for read in reader.read(empty, crop=True) if read.confidence >= 0.9] == []


def test_a_real_scene_is_read(reader: NetPlateReader, shared_data: Path) -> None:
    image = StillImage.load(shared_data / "plates" / "easypr_general_test" / "苏BU5838.jpg")
    (plate,) = reader.read(image.pixels)
    assert (plate.text, plate.kind) == ("苏BU5838", PlateKind.YELLOW)
    assert plate.confidence > 0.5
    left, top = plate.corners[0]
    assert 700 < left < plate.corners[1][0] < 1000
    assert 550 < top < plate.corners[3][1] < 750


def test_crops_are_read_as_often_as_measured(reader: NetPlateReader, shared_data: Path) -> None:
    files = sorted((shared_data / "plates" / "lprnet_test_1000").glob("*.jpg"))[::13]
    reads = {file: reader.read(StillImage.load(file).pixels, crop=True) for file in files}
    said = {file.stem: found[0] for file, found in reads.items() if found}
    right = sum(read.text == text for text, read in said.items())
    surely_wrong = [text for text, read in said.items() if read.confidence >= 0.9 and read.text != text]
    assert right >= 0.9 * len(files)
    assert len(surely_wrong) <= 1
