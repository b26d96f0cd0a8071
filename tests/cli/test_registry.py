"""`skynet registry`: what people see of a register's mistakes, and the way through a real coordinator."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from skynet.cli.app import build_app
from skynet.coordinator import setup
from skynet.coordinator.data_dir import DataDir
from skynet.domain.clock import SystemClock
from skynet.domain.errors import BadInputError, WorkFailedError
from tests.coordinator.coordinator_process import CoordinatorProcess

EXAMPLE = Path(__file__).parents[2] / "examples" / "cameras.csv"


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(build_app(["registry"]), ["registry", *map(str, args)], catch_exceptions=True)


def test_the_example_is_good() -> None:
    result = run("check", EXAMPLE, "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["rows"], report["bad_rows"]) == (0, 3, 0)


def test_each_bad_row_is_shown_with_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "cameras.csv"
    path.write_text("id,name,site,source\ngate-1,[red]门,s,rtsp://192.0.2.1/\nGate 2,门,s,rtsp://192.0.2.1/\n", "utf-8")
    result = run("check", path)
    assert result.exit_code == 2
    shown = result.stdout
    assert f"{path}: 1 bad row\n" in shown
    assert "│ 3    │ id     │" in shown
    assert "cameras: 1 new" in shown


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", "x", "tells no format"),
        ("a.csv", "x,y\n", "line 1: the header names"),
        ("a.yaml", "sites: 3", "no list"),
    ],
)
def test_a_file_that_is_none_is_one_line(tmp_path: Path, name: str, content: str, said: str) -> None:
    (tmp_path / name).write_text(content)
    error = run("check", tmp_path / name).exception
    assert isinstance(error, BadInputError)
    assert said in str(error)
    assert "\n" not in str(error)


def test_in_and_out_through_a_coordinator(tmp_path: Path) -> None:
    setup.initialise(DataDir(tmp_path / "data"), SystemClock(), "cli:test", tmp_path / "tokens")
    with CoordinatorProcess(tmp_path) as server:
        server.start()
        where = ("--coordinator", server.url, "--token-file", tmp_path / "tokens" / "admin.token")
        first = json.loads(run("import", EXAMPLE, *where, "--json").stdout)
        again = json.loads(run("import", EXAMPLE, *where, "--json").stdout)
        assert (first["cameras"]["created"], again["cameras"]["unchanged"], again["bad"]) == (3, 3, [])
        for ending in ("csv", "json", "yaml"):
            out = tmp_path / f"out.{ending}"
            assert run("export", out, *where, "--with-addresses").exit_code == 0
            assert out.stat().st_mode & 0o077 == 0
            back = json.loads(run("import", out, *where, "--json").stdout)
            assert (back["sites"]["unchanged"], back["cameras"]["unchanged"], back["bad_rows"]) == (3, 3, 0)
        edge = ("--coordinator", server.url, "--token-file", tmp_path / "tokens" / "edge.token")
        assert "403" in str(run("import", EXAMPLE, *edge).exception)
    assert isinstance(run("export", tmp_path / "x.csv", *where).exception, WorkFailedError)
