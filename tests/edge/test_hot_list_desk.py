"""The box's list: counted, exchanged while in use, and kept when the new one is no good."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from skynet.domain import PlateKind, PlateRead, SystemClock
from skynet.domain.errors import BadInputError
from skynet.edge.hot_list_desk import HotListDesk
from skynet.edge.issues import Issues
from tests.edge.hot_lists import row, write_list

CORNERS = ((0.0, 0.0), (9.0, 0.0), (9.0, 3.0), (0.0, 3.0))


def read(text: str, confidence: float = 0.97) -> PlateRead:
    return PlateRead(text=text, kind=PlateKind.BLUE, confidence=confidence, corners=CORNERS)


@pytest.fixture
def issues() -> Issues:
    return Issues()


def desk(tmp_path: Path, issues: Issues, *rows: str) -> HotListDesk:
    return HotListDesk(write_list(tmp_path / "list.csv", *(rows or [row()])), SystemClock(), issues)


def rewrite(path: Path, content: bytes) -> None:
    """In one step and with another time, as a careful program replaces a file."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    os.utime(fresh, (1_700_000_000, 1_700_000_000))
    fresh.replace(path)


def test_hits_are_counted_by_certainty(tmp_path: Path, issues: Issues) -> None:
    here = desk(tmp_path, issues)
    camera = here.camera("gate-3", "school")
    now = SystemClock().wall()
    assert [hit.certainty for hit in camera.match(read("皖A12345"), now)] == ["exact"]
    assert [hit.certainty for hit in camera.match(read("皖A1234S"), now)] == ["possible"]
    assert camera.match(read("浙B99999"), now) == ()
    figures = here.figures()
    assert {name: figures[name] for name in ("reads", "exact", "possible", "entries")} == {
        "reads": 3,
        "exact": 1,
        "possible": 1,
        "entries": 1,
    }


def test_a_read_that_hits_nothing_leaves_no_trace(
    tmp_path: Path, issues: Issues, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    here = desk(tmp_path, issues)
    before = sorted(tmp_path.rglob("*"))
    assert here.camera("gate-3", "school").match(read("浙B98765"), SystemClock().wall()) == ()
    here.look()
    assert "98765" not in caplog.text
    assert "98765" not in str(here.figures())
    assert sorted(tmp_path.rglob("*")) == before
    kept = [value for value in vars(here).values() if isinstance(value, (list, dict, set, tuple, str))]
    assert "98765" not in str(kept)


def test_areas_are_of_sites_and_cameras(tmp_path: Path, issues: Issues) -> None:
    here = desk(tmp_path, issues, row(area="school"), row("皖A54321", area="gate-4"))
    now = SystemClock().wall()
    assert here.camera("gate-3", "school").match(read("皖A12345"), now)
    assert not here.camera("gate-3", "park").match(read("皖A12345"), now)
    assert here.camera("gate-4", "park").match(read("皖A54321"), now)


def test_a_changed_file_is_loaded_and_an_unchanged_one_is_not(tmp_path: Path, issues: Issues) -> None:
    here = desk(tmp_path, issues)
    here.look()
    assert here.figures()["loads"] == 1
    other = write_list(tmp_path / "other.csv", row("浙B54321"), row("浙B54322"))
    rewrite(tmp_path / "list.csv", other.read_bytes())
    here.look()
    assert (here.figures()["loads"], here.figures()["entries"]) == (2, 2)
    assert here.figures()["version"] == 1_700_000_000
    assert here.camera("gate-3", "school").match(read("浙B54321"), SystemClock().wall())


def test_a_broken_file_leaves_the_old_list_and_says_so(tmp_path: Path, issues: Issues) -> None:
    here = desk(tmp_path, issues)
    good = (tmp_path / "list.csv").read_bytes()
    rewrite(tmp_path / "list.csv", b"PK\x03\x04 half a list")
    here.look()
    here.look()
    assert here.figures()["failures"] == 1
    assert here.camera("gate-3", "school").match(read("皖A12345"), SystemClock().wall())
    (said,) = issues.lines()
    assert said.startswith(f"hot-list: {tmp_path}/list.csv: is no compiled hot list")
    assert "stays in use" in said
    rewrite(tmp_path / "list.csv", good)
    here.look()
    assert issues.lines() == []


def test_a_file_that_is_gone_leaves_the_old_list_too(tmp_path: Path, issues: Issues) -> None:
    here = desk(tmp_path, issues)
    (tmp_path / "list.csv").unlink()
    here.look()
    assert "cannot be read" in issues.lines()[0]
    assert here.figures()["entries"] == 1


def test_bad_rows_are_an_issue_and_the_good_ones_are_used(tmp_path: Path, issues: Issues) -> None:
    here = desk(tmp_path, issues, row(), row("皖A1"), row("皖A54321", approved_by=""))
    assert here.figures()["entries"] == 1
    assert issues.lines() == [
        f"hot-list-rows: {tmp_path}/list.csv: 2 rows were left out; 'skynet lists check' says why"
    ]


def test_a_box_does_not_start_on_a_list_that_is_none(tmp_path: Path, issues: Issues) -> None:
    (tmp_path / "list.csv").write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(BadInputError, match="is no column"):
        HotListDesk(tmp_path / "list.csv", SystemClock(), issues)


def test_entries_that_expire_while_the_box_runs_are_dropped(tmp_path: Path, issues: Issues) -> None:
    class Later(SystemClock):
        days = 0

        def wall(self) -> float:
            return super().wall() + 86400 * self.days

    clock = Later()
    here = HotListDesk(write_list(tmp_path / "list.csv", row()), clock, issues)
    clock.days = 20
    here.look()
    assert here.figures()["entries"] == 0
