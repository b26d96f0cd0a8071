import json
from pathlib import Path

import pytest

from skynet.cli.bench.eyes.street_set import load_street_set
from skynet.domain.errors import BadInputError
from skynet.domain.label import ObjectLabel
from tests.cli.bench.eyes.street_files import street_listing, write_street_set


def test_hand_labels_count_and_those_of_the_teacher_are_ignored(tmp_path: Path) -> None:
    write_street_set(tmp_path)
    (picture,) = load_street_set(tmp_path)
    assert picture.of(ObjectLabel.CAR).tolist() == [[16, 16, 48, 32]]
    assert not len(picture.of(ObjectLabel.BUS))
    assert picture.ignored_for(ObjectLabel.BUS).tolist() == [[0, 0, 10, 10], [40, 40, 60, 60]]
    assert picture.ignored_for(ObjectLabel.CAR).tolist() == [[0, 0, 10, 10]]
    assert picture.judged == {ObjectLabel.CAR, ObjectLabel.BUS}
    assert picture.frame().width == 64


def test_a_set_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"val\.json: no such file; name the folder of the shared data"):
        load_street_set(tmp_path)


def test_another_list_is_one_clear_line(tmp_path: Path) -> None:
    listing = street_listing()
    del listing["annotations"][0]["pseudo"]
    (tmp_path / "val.json").write_text(json.dumps(listing), encoding="utf-8")
    with pytest.raises(BadInputError, match="is not the street set's list") as caught:
        load_street_set(tmp_path)
    assert "\n" not in str(caught.value)
