"""Rendered scenes: what the truth says is what the files show."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from skynet.cli.bench.scenes.condition import CONDITIONS
from skynet.cli.bench.scenes.film import film, load_scenes
from skynet.cli.bench.scenes.scene import Scene
from skynet.cli.bench.scenes.truth import Truth
from skynet.domain.errors import BadInputError
from tests.cli.bench.conftest import small_recipe


def _times(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return [float(packet.pts * stream.time_base) for packet in container.demux(stream) if packet.size]


def _luma(path: Path, t_s: float) -> NDArray[np.int16]:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.time >= t_s - 1e-3:
                return frame.to_ndarray(format="gray").astype(np.int16)
    raise AssertionError(f"no picture at {t_s} s")


def test_a_scene_has_the_event_that_was_asked_for(small_scene: Truth) -> None:
    (event,) = small_scene.events
    assert (event.kind, event.manner, event.size_class) == ("person", "pass", "medium")
    assert event.start_s == pytest.approx(2.0, abs=0.5)
    assert 3.0 <= event.end_s - event.start_s <= 8.0
    assert event.contrast > 5


def test_an_object_is_where_the_truth_says(small_folder: Path, small_scene: Truth) -> None:
    video = small_folder / small_scene.files["cbr"]
    box = max(small_scene.events[0].boxes, key=lambda one: one.shown)
    change = np.abs(_luma(video, box.t_s) - _luma(video, 0.5))
    x, y, width, height = (part * side for part, side in zip(box.box, (320, 180, 320, 180), strict=True))
    inside = np.zeros(change.shape, bool)
    inside[round(y) : round(y + height), round(x) : round(x + width)] = True
    assert change[inside].mean() > 5 * change[~inside].mean()


def test_both_streams_have_the_same_times(small_folder: Path, small_scene: Truth) -> None:
    main, sub = (_times(small_folder / small_scene.files[name]) for name in ("cbr", "sub"))
    assert len(main) == 14 * 25
    assert sub == main[::5]


def test_a_group_of_pictures_is_as_long_as_the_camera_was_told(small_folder: Path, small_scene: Truth) -> None:
    with av.open(str(small_folder / small_scene.files["cbr"])) as container:
        keys = [
            index for index, packet in enumerate(p for p in container.demux(video=0) if p.size) if packet.is_keyframe
        ]
    assert keys == list(range(0, 14 * 25, 50))


def test_a_scene_is_rendered_once(small_folder: Path, small_scene: Truth) -> None:
    def refuse(done: int, of: int) -> None:
        raise AssertionError("it was rendered again")

    assert film(small_recipe(), small_folder, refuse) == small_scene
    assert load_scenes(small_folder) == [small_scene]


@pytest.mark.parametrize("condition", [one.name for one in CONDITIONS])
def test_a_seed_decides_every_picture(condition: str) -> None:
    recipe = small_recipe(condition)
    scenes = [
        Scene(recipe.condition, 5, recipe.parts, recipe.seconds, recipe.fps, recipe.width, recipe.height, 2.0)
        for _ in range(2)
    ]
    for index in range(3):
        one, other = (scene.picture(index)[0].buffer for scene in scenes)
        assert np.array_equal(one, other)
    assert not np.array_equal(scenes[0].picture(3)[0].y, scenes[0].picture(4)[0].y), "a sensor is never quiet"


def test_a_broken_truth_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "street.json").write_text('{"scene": "street"}')
    with pytest.raises(BadInputError, match=r"street\.json: seed: Field required"):
        load_scenes(tmp_path)
