from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from skynet.coordinator.access.ledger_signer import LedgerSigner
from skynet.coordinator.storage.database import Database
from tests.cli.test_coordinator import Run, data, run, sql

__all__ = ["data", "run"]


def sign(folder: str) -> None:
    database = Database(Path(folder) / "coordinator.db")
    LedgerSigner(database, Path(folder) / "audit.key").step(1000.0)
    database.close()


def test_an_export_is_checked_with_the_key_alone(data: str, run: Run, tmp_path: Path) -> None:
    sign(data)
    out, pem = tmp_path / "ledger.jsonl", tmp_path / "audit.pem"
    code, told, _ = run("audit", "export", "--data-dir", data, "--out", str(out))
    assert (code, "5 entries" in told) == (0, True)
    pem.write_text(run("audit", "key", "--data-dir", data)[1])
    code, told, errors = run("audit", "verify", "--export", str(out), "--key", str(pem))
    assert (code, told.startswith("OK: 5 entries"), "that you named" in errors) == (0, True, True)
    lines = out.read_text().splitlines(keepends=True)
    assert [json.loads(line)["type"] for line in lines] == ["head", "head", *["entry"] * 5]
    out.write_text("".join(lines[:-1]))
    assert "the chain ends at entry 4" in run("audit", "verify", "--export", str(out))[2]
    assert run("audit", "export", "--data-dir", data, "--out", str(out))[0] == 2


def test_a_tail_that_was_cut_with_its_head_is_seen_by_the_signature(data: str, run: Run) -> None:
    sign(data)
    assert "1 signed heads, the last of entry 4" in run("audit", "verify", "--data-dir", data)[2]
    with sqlite3.connect(Path(data) / "coordinator.db") as connection:
        ((kept,),) = connection.execute("SELECT hash FROM audit_entries WHERE seq = 3").fetchall()
    sql(data, "DELETE FROM audit_entries WHERE seq = 4")
    with sqlite3.connect(Path(data) / "coordinator.db") as connection:
        connection.execute("UPDATE audit_head SET seq = 3, hash = ?", (kept,))
    code, _, errors = run("audit", "verify", "--data-dir", data)
    assert (code, "entry 4, which was noted, is not there" in errors) == (1, True)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_checkpoints SET hash = 'f'",
        "UPDATE audit_checkpoints SET signature = 'f'",
        "UPDATE audit_checkpoints SET at_ms = 1",
        "UPDATE audit_checkpoints SET key_id = 'f'",
        "UPDATE audit_checkpoints SET seq = 3",
    ],
)
def test_a_signed_head_that_was_altered_is_told(data: str, run: Run, tampering: str) -> None:
    sign(data)
    sql(data, tampering)
    code, _, errors = run("audit", "verify", "--data-dir", data)
    assert (code, errors.count("\n")) == (1, 1)


def test_verify_wants_one_ledger(data: str, run: Run, tmp_path: Path) -> None:
    assert run("audit", "verify")[0] == 2
    assert run("audit", "verify", "--data-dir", data, "--export", "x")[0] == 2
    code, _, errors = run("audit", "verify", "--export", str(tmp_path / "none"))
    assert (code, errors.count("\n")) == (2, 1)
    code, _, errors = run("audit", "verify", "--data-dir", data, "--key", str(tmp_path / "none"))
    assert (code, errors.count("\n")) == (2, 1)
