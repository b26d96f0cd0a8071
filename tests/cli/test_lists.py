"""`skynet lists`: what people see of a list's mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from skynet.cli.app import build_app
from skynet.domain.errors import BadInputError
from tests.edge.hot_lists import row, write_list


def run(*args: str) -> Result:
    return CliRunner().invoke(build_app(["lists"]), ["lists", *args], catch_exceptions=True)


def test_a_good_list_is_called_good(tmp_path: Path) -> None:
    path = write_list(tmp_path / "list.csv", row(), row("浙B54321"))
    result = run("check", str(path))
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{path}: 2 vehicles; ")


def test_each_bad_row_is_a_line_on_stderr_and_the_exit_code_says_so(tmp_path: Path) -> None:
    path = write_list(tmp_path / "list.csv", row(), row("皖A1"), row("浙B54321", approved_by=""))
    result = run("check", str(path))
    assert result.exit_code == 2
    first, second = result.stderr.splitlines()
    assert first.startswith(f"skynet: {path}:3: plate: ")
    assert second.startswith(f"skynet: {path}:4: approved_by: is empty: the row is unsigned")
    assert "1 vehicles, 2 bad rows left out" in result.stdout


def test_json_has_an_object_a_bad_row_and_a_summary(tmp_path: Path) -> None:
    path = write_list(tmp_path / "list.csv", row(), row("皖A1"))
    result = run("check", str(path), "--json")
    bad, summary = map(json.loads, result.stdout.splitlines())
    assert (bad["type"], bad["line"], bad["mistakes"][0]["column"]) == ("bad_row", 3, "plate")
    assert (summary["type"], summary["good_rows"], summary["bad_rows"]) == ("summary", 1, 1)
    assert result.stderr == ""


def test_a_compiled_list_can_be_checked_like_any_other(tmp_path: Path) -> None:
    path, out = write_list(tmp_path / "list.csv", row()), tmp_path / "box.hotlist"
    assert run("compile", str(path), "--out", str(out)).exit_code == 0
    result = run("check", str(out))
    assert (result.exit_code, "1 vehicles" in result.stdout) == (0, True)


def test_what_cannot_be_read_or_written_is_one_line(tmp_path: Path) -> None:
    gone = run("check", str(tmp_path / "gone.csv"))
    assert isinstance(gone.exception, BadInputError)
    assert "cannot be read" in str(gone.exception)
    path = write_list(tmp_path / "list.csv", row())
    nowhere = run("compile", str(path), "--out", str(tmp_path / "no" / "box.hotlist"))
    assert isinstance(nowhere.exception, BadInputError)
    assert "--out" in str(nowhere.exception)


@pytest.mark.parametrize("command", ["check", "compile"])
def test_help_says_what_it_does(command: str) -> None:
    assert "bad" in run(command, "--help").stdout
