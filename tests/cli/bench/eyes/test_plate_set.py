from pathlib import Path

import pytest

from skynet.cli.bench.eyes.plate_set import is_held_out, load_crops, load_scenes
from skynet.domain.errors import BadInputError

ENTRY = '{"cx": 10, "cy": 10, "w": 8, "h": 2, "rotation_deg": 0, "colour": "蓝牌", "text": "皖A12345"}'


def test_scenes_come_with_their_plates(tmp_path: Path) -> None:
    (tmp_path / "ground_truth.json").write_text(f'{{"皖A12345.jpg": [{ENTRY}]}}', encoding="utf-8")
    (scene,) = load_scenes(tmp_path)
    assert (scene.path.name, scene.plates[0].text) == ("皖A12345.jpg", "皖A12345")


def test_the_halves_are_those_of_the_training() -> None:
    # zlib.crc32 of the file's name, extension included; odd is held out.
    assert [is_held_out(Path("any") / name) for name in ("京A88731.jpg", "京CX8888.jpg", "皖A05279.jpg")] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize("text", ["[]", "{", f'{{"a.jpg": [{ENTRY.replace("蓝牌", "红牌")}]}}'])
def test_another_listing_is_one_clear_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "ground_truth.json").write_text(text, encoding="utf-8")
    with pytest.raises(BadInputError, match=r"ground_truth\.json: is not a list of plates") as caught:
        load_scenes(tmp_path)
    assert "\n" not in str(caught.value)


def test_sets_that_are_not_there_are_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="there are no plate crops here"):
        load_crops(tmp_path)
    with pytest.raises(BadInputError, match="no such file; name the folder of the shared data"):
        load_scenes(tmp_path)
