"""The benchmark of matching runs, and asks of each contender what it says it asks."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from skynet.cli.app import build_app
from skynet.cli.bench.matching.course import Course
from tests.analytics.matching import naive_matcher as naive


def test_a_quick_run_writes_rows_and_claims_nothing(tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    args = ["bench", "matching", "--quick", "--entries", "1000", "--json", str(out)]
    result = CliRunner().invoke(build_app(args), args)
    assert result.exit_code == 0, result.output
    written = json.loads(out.read_text(encoding="utf-8"))
    assert "reach" not in written
    found = {(row["contender"], row["metric"]): row["median"] for row in written["rows"]}
    assert found["ours", "exact plates found"] == found["ours", "single confusions found"] == 100
    assert found["ours, whole hits", "single confusions found"] == 100
    assert found["ours", "list in memory"] < 1


def test_the_course_asks_for_single_confusions_of_listed_plates() -> None:
    course = Course.make(1000)
    assert len(set(course.plates)) == len(course.hot_list) == 1000
    for listed, read in course.confused(200, seed=1):
        (place,) = naive.differences(listed, read)
        assert listed in course.plates
        assert naive.confusable(listed[place], read[place])


def test_so_many_of_those_who_pass_are_listed_as_is_said() -> None:
    course = Course.make(1000)
    listed = set(course.plates)
    assert all(plate in listed for plate in course.passing(100, 1.0, seed=1))
    assert sum(plate in listed for plate in course.passing(1000, 0.1, seed=1)) < 200
