from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from skynet.cli import app
from skynet.coordinator import DataDir

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call `skynet …` as the shell would: exit code, stdout, stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["skynet", *arguments])
        with pytest.raises(SystemExit) as ended:
            app.main()
        output = capsys.readouterr()
        return int(ended.value.code or 0), output.out, output.err

    return call


@pytest.fixture
def data(tmp_path: Path, run: Run) -> str:
    folder = str(tmp_path / "data")
    code, _, errors = run("coordinator", "init", "--data-dir", folder)
    assert (code, errors) == (0, "")
    return folder


def sql(data: str, statement: str) -> None:
    with sqlite3.connect(Path(data) / "coordinator.db") as connection:
        connection.execute(statement)


def test_init_makes_tokens_once(tmp_path: Path, run: Run) -> None:
    data, tokens = str(tmp_path / "data"), tmp_path / "tokens"
    code, out, _ = run("coordinator", "init", "--data-dir", data, "--tokens-dir", str(tokens))
    assert code == 0
    for scope in ("edge", "console", "admin"):
        path = tokens / f"{scope}.token"
        assert path.read_text().startswith(f"sky_{scope}_")
        assert path.read_text().strip() in out
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    code, again, _ = run("coordinator", "init", "--data-dir", data, "--tokens-dir", str(tokens))
    assert code == 0
    assert "set up already" in again
    assert "sky_" not in again


def test_init_overwrites_no_token_and_then_makes_nothing(tmp_path: Path, run: Run) -> None:
    data, tokens = str(tmp_path / "data"), tmp_path / "tokens"
    tokens.mkdir()
    (tokens / "edge.token").write_text("precious")
    code, _, errors = run("coordinator", "init", "--data-dir", data, "--tokens-dir", str(tokens))
    assert (code, errors.count("\n")) == (2, 1)
    assert (tokens / "edge.token").read_text() == "precious"
    code, out, _ = run("coordinator", "init", "--data-dir", data)
    assert (code, out.count("sky_")) == (0, 3)


def test_init_where_nothing_can_be_made(tmp_path: Path, run: Run) -> None:
    (tmp_path / "file").write_text("")
    code, _, errors = run("coordinator", "init", "--data-dir", str(tmp_path / "file" / "data"))
    assert (code, errors.count("\n")) == (2, 1)
    assert "--data-dir" in errors


@pytest.mark.parametrize("command", [["coordinator", "serve"], ["coordinator", "migrate"], ["audit", "verify"]])
def test_a_folder_without_data_is_told_what_to_do(tmp_path: Path, run: Run, command: list[str]) -> None:
    code, _, errors = run(*command, "--data-dir", str(tmp_path))
    assert (code, errors.count("\n")) == (2, 1)
    assert "skynet coordinator init" in errors


def test_serve_refuses_another_schema(data: str, run: Run) -> None:
    sql(data, "UPDATE alembic_version SET version_num = '9999'")
    code, _, errors = run("coordinator", "serve", "--data-dir", data)
    assert (code, errors.count("\n")) == (2, 1)
    assert "newer Skynet" in errors


def test_serve_names_a_host_that_is_not_this_machine(data: str, run: Run) -> None:
    code, _, errors = run("coordinator", "serve", "--data-dir", data, "--host", "192.0.2.1")
    assert (code, errors.count("\n")) == (1, 1)
    assert "192.0.2.1" in errors


def test_a_port_in_use_is_told(data: str, run: Run) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        code, _, errors = run("coordinator", "serve", "--data-dir", data, "--port", port)
    assert (code, errors.count("\n")) == (1, 1)
    assert f"port {port}" in errors


def test_a_folder_that_another_server_holds_is_told(data: str, run: Run) -> None:
    with DataDir(Path(data)).locked():
        code, _, errors = run("coordinator", "serve", "--data-dir", data, "--port", "0")
    assert (code, errors.count("\n")) == (1, 1)
    assert "another coordinator" in errors


def test_migrate_has_nothing_to_do(data: str, run: Run) -> None:
    status, out = run("coordinator", "migrate", "--data-dir", data)[:2]
    assert status == 0
    assert re.fullmatch(r"schema \d{4}: nothing to do\n", out)


def test_a_data_folder_of_somebody_else_is_one_line(run: Run, data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after `sudo skynet coordinator init`: the folder is there and this user may not use it."""

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")  # for root, too, who may do everything

    for owner, name in ((Path, "is_file"), (os, "open")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, refuse)
            code, _, errors = run("coordinator", "serve", "--port", "0", "--data-dir", data)
        assert code == 2
        remedy = "run this as the user to whom it belongs"
        assert errors == f"skynet: --data-dir {data}: cannot be used (Permission denied); {remedy}\n"


def test_openapi_that_cannot_be_written_is_one_line(run: Run, tmp_path: Path) -> None:
    code, out, errors = run("coordinator", "openapi", "--out", str(tmp_path / "none" / "api.json"))
    assert (code, out) == (2, "")
    assert errors.startswith("skynet: --out ")
    assert errors.count("\n") == 1


def test_openapi_is_printed(run: Run) -> None:
    code, out, _ = run("coordinator", "openapi")
    assert code == 0
    assert "/api/v1/alerts" in json.loads(out)["paths"]


def test_verify_says_ok_with_count_and_head(data: str, run: Run) -> None:
    code, out, _ = run("audit", "verify", "--data-dir", data)
    assert code == 0
    assert out.startswith("OK: 4 entries, head 4:")
    anchor = out.split()[-1]
    assert run("audit", "verify", "--data-dir", data, "--anchor", anchor)[0] == 0
    assert run("audit", "verify", "--data-dir", data, "--anchor", "4:" + "0" * 64)[0] == 1
    assert run("audit", "verify", "--data-dir", data, "--anchor", "four")[0] == 2


@pytest.mark.parametrize(
    ("tampering", "finding"),
    [
        ("UPDATE audit_entries SET actor = 'nobody' WHERE seq = 2", "entry 2 was altered"),
        ("UPDATE audit_entries SET detail = '{}' WHERE seq = 4", "entry 4 was altered"),
        ("DELETE FROM audit_entries WHERE seq = 2", "entry 2 is missing"),
        ("DELETE FROM audit_entries WHERE seq = 4", "the chain ends at entry 3, but its head says 4"),
        ("DELETE FROM audit_entries", "the chain ends at entry 0, but its head says 4"),
        ("UPDATE audit_head SET seq = 3", "the chain ends at entry 4, but its head says 3"),
    ],
)
def test_verify_finds_what_was_done_to_the_ledger(data: str, run: Run, tampering: str, finding: str) -> None:
    sql(data, tampering)
    code, out, errors = run("audit", "verify", "--data-dir", data)
    assert (code, out, errors.count("\n")) == (1, "", 1)
    assert finding in errors
