"""Hot lists on disk, as people write them and compiled."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from skynet.domain.errors import BadInputError
from skynet.domain.row_error import BadRow
from skynet.edge.compiled_hot_list import write_compiled
from skynet.edge.hot_list_file import bad_row_text, load_hot_list
from tests.edge.hot_lists import HEADER, row, write_list


def plates(path: Path) -> list[str]:
    hot_list = load_hot_list(path, time.time()).hot_list
    return sorted(hot_list.entry(place).plate for place in range(len(hot_list)))


def complaint(path: Path) -> str:
    with pytest.raises(BadInputError) as caught:
        load_hot_list(path, time.time())
    return str(caught.value)


def test_good_rows_are_kept_and_bad_ones_told_with_file_and_line(tmp_path: Path) -> None:
    path = write_list(tmp_path / "list.csv", row(), row("皖A1"), row("皖A12345"), row("浙B54321", case_number="A2"))
    told: list[BadRow] = []
    read: list[int] = []
    loaded = load_hot_list(path, time.time(), tell=told.append, progress=read.append)
    assert (len(loaded.hot_list), loaded.bad_rows) == (2, 2)
    assert loaded.hot_list.version == int(path.stat().st_mtime)
    assert sum(read) == path.stat().st_size
    first, second = (bad_row_text(path, bad) for bad in told)
    assert first.startswith(f"{path}:3: plate: '皖A1' is not a number plate")
    assert second == (
        f"{path}:4: plate: this vehicle stands in line 2 already, in the same case; remove one of the two"
    )


def test_lines_keep_their_numbers_behind_an_endless_one(tmp_path: Path) -> None:
    path = write_list(tmp_path / "list.csv", row(), "x" * 200_000, row("皖A1"))
    told: list[BadRow] = []
    load_hot_list(path, time.time(), tell=told.append)
    assert [bad.line for bad in told] == [3, 4]


def test_a_compiled_list_is_the_same_list(tmp_path: Path) -> None:
    path = write_list(tmp_path / "list.csv", row(), row("粤BD12345", area="gate-3 school-12"))
    hot_list = load_hot_list(path, time.time()).hot_list
    out = tmp_path / "box.hotlist"
    write_compiled(hot_list, out)
    again = load_hot_list(out, time.time()).hot_list
    assert again.version == hot_list.version
    assert [again.entry(place) for place in range(2)] == [hot_list.entry(place) for place in range(2)]
    assert again.look_up("粤B012345") or again.look_up("粤BD12345")
    assert [left.name for left in tmp_path.iterdir()] == ["list.csv", "box.hotlist"] or len(
        list(tmp_path.iterdir())
    ) == 2


def test_a_list_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "box.hotlist"
    hot_list = load_hot_list(write_list(tmp_path / "list.csv", row()), time.time()).hot_list
    write_compiled(hot_list, out)
    before = out.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_compiled(hot_list, out)
    assert out.read_bytes() == before
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("size", [5, 200, 900, 3000])
def test_a_compiled_list_that_is_cut_off_is_refused(tmp_path: Path, size: int) -> None:
    out = tmp_path / "box.hotlist"
    write_compiled(load_hot_list(write_list(tmp_path / "list.csv", row()), time.time()).hot_list, out)
    assert out.stat().st_size > 3000
    out.write_bytes(out.read_bytes()[:size])
    assert "is no compiled hot list, or damaged" in complaint(out)


def test_a_compiled_list_whose_columns_do_not_fit_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "box.hotlist"
    write_compiled(load_hot_list(write_list(tmp_path / "list.csv", row()), time.time()).hot_list, out)
    with np.load(out) as archive:
        good = dict(archive)
    changes: dict[str, np.ndarray] = {
        "number_kinds": np.array([77], np.uint8),
        "number_codes": np.array([1, 2], np.int64),
        "number_valid_to": good["number_valid_from"],
        "starts_authority": np.array([10_000], np.uint32),
        "number_purposes": good["number_purposes"].astype(np.int64),
    }
    for name, column in changes.items():
        with out.open("wb") as file:
            np.savez(file, **(good | {name: column}))  # type: ignore[arg-type]  # numpy's stub takes the names for options
        assert "compile it anew" in complaint(out), name
    with out.open("wb") as file:
        np.savez(file, **(good | {"format": np.array(2)}))  # type: ignore[arg-type]  # as above
    assert "by another version of skynet" in complaint(out)


def test_what_is_no_hot_list_is_said_in_one_line(tmp_path: Path) -> None:
    assert "cannot be read (No such file" in complaint(tmp_path / "gone.csv")
    assert "cannot be read (Is a directory" in complaint(tmp_path)
    (tmp_path / "other.csv").write_text("name,age\n", encoding="utf-8")
    assert complaint(tmp_path / "other.csv").startswith(f"{tmp_path}/other.csv:1: the header names 'name'")
    (tmp_path / "empty.csv").write_bytes(b"")
    assert "holds no header" in complaint(tmp_path / "empty.csv")
    (tmp_path / "none.csv").write_text(f"{HEADER}\n", encoding="utf-8")
    assert plates(tmp_path / "none.csv") == []
