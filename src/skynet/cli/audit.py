"""`skynet audit …`: check the coordinator's audit ledger, and take it elsewhere."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from skynet.cli.database_option import DatabaseOption, DataDirOption, data_dir_of
from skynet.coordinator import setup
from skynet.coordinator.access import ledger_export
from skynet.coordinator.access.audit_chain import ChainReport
from skynet.coordinator.access.audit_chain import verify as verify_chain
from skynet.coordinator.access.signed_head import LedgerKey, first_flaw, key_id, public_key, public_pem
from skynet.coordinator.data_dir import DataDir
from skynet.coordinator.storage.audit_rows import AuditNote, AuditRows
from skynet.coordinator.storage.checkpoint_rows import CheckpointRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.timestamp import now_ms
from skynet.domain.clock import SystemClock
from skynet.domain.errors import BadInputError, WorkFailedError

app = typer.Typer(no_args_is_help=True, help="The audit ledger: who did and saw what.")

Keys = Annotated[
    list[Path] | None,
    typer.Option("--key", help="Public key that is trusted, as 'audit key' wrote it; may be several."),
]


@app.command()
def verify(
    context: typer.Context,
    data_dir: Annotated[Path | None, typer.Option("--data-dir", help="Folder of the coordinator's database.")] = None,
    anchor: Annotated[
        str | None, typer.Option(help="COUNT:HASH as an earlier run printed it: shows a chain that was remade.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option(help="Check this file of 'audit export' in place of a database.")
    ] = None,
    key: Keys = None,
    database: DatabaseOption = None,
) -> None:
    """Recompute the hash chain and check the signed heads. Exit code 1 with the first broken entry when somebody has
    been at it."""
    if (data_dir is None) == (export is None):
        raise BadInputError("name the ledger with either --data-dir or --export")
    pems = [_text(path, "--key") for path in key or []]
    if export is not None:
        _verify_export(export, pems)
    elif data_dir is not None:
        _verify_database(data_dir_of(context, data_dir, database), None if anchor is None else _anchor(anchor), pems)


@app.command("export")
def export_ledger(
    context: typer.Context,
    data_dir: DataDirOption,
    out: Annotated[Path, typer.Option("--out", help="File to write; it must not be there.")],
    database: DatabaseOption = None,
) -> None:
    """Write the whole ledger with its head, signed now, as JSON lines that can be checked anywhere."""
    where = data_dir_of(context, data_dir, database)
    signer, clock = LedgerKey.load(where.audit_key), SystemClock()
    with _database(where) as held:
        with held.writing() as connection:
            note = AuditNote(f"cli:uid-{os.getuid()}", "audit.exported", "audit", None, {})
            AuditRows(connection).append(note, now_ms(clock))
        with held.reading() as connection:
            rows = AuditRows(connection)
            head = signer.sign(*rows.head(), now_ms(clock))
            earlier = CheckpointRows(connection).all()
            try:
                with os.fdopen(_private(out), "w", encoding="utf-8") as file:
                    file.writelines(ledger_export.lines(head, public_pem(signer.public), earlier, rows.chain()))
            except OSError as error:
                raise BadInputError(f"--out {out}: cannot be written ({error.strerror}); name another file") from None
    typer.echo(f"{out}: {head.seq} entries, head {head.seq}:{head.hash}, signed by key {head.key_id}")


@app.command("key")
def show_key(data_dir: DataDirOption) -> None:
    """Print the public key with which the ledger's heads can be checked. Keep it where the coordinator cannot write."""
    typer.echo(public_pem(LedgerKey.load(DataDir(data_dir).audit_key).public), nl=False)


def _verify_export(path: Path, pems: Sequence[str]) -> None:
    try:
        with path.open(encoding="utf-8") as file:
            report = ledger_export.check(file, pems)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"--export {path}: cannot be read ({error})") from None
    except BadInputError as error:
        raise BadInputError(f"--export {path}: {error}") from None
    _tell(report.chain, str(path))
    trust = (
        "a key that you named"
        if report.trusted
        else "the key in the file itself; compare its id, or name it with --key"
    )
    typer.echo(f"signed by key {report.key_id}: {trust}", err=True)


def _verify_database(where: DataDir, noted: tuple[int, str] | None, pems: Sequence[str]) -> None:
    keys = {}
    for pem in pems:
        found = public_key(pem)
        keys[key_id(found)] = found
    with _database(where) as database, database.reading() as connection:
        heads = CheckpointRows(connection).all()
        if where.audit_key.exists():
            own = LedgerKey.load(where.audit_key)
            keys.setdefault(own.id, own.public)
        flaw = first_flaw(heads, keys)
        if flaw is not None:
            raise WorkFailedError(f"audit ledger of {where.path}: {flaw}")
        report = _chain(connection, noted, {head.seq: head.hash for head in heads})
    _tell(report, str(where.path))
    signed = f"{len(heads)} signed heads, the last of entry {heads[-1].seq}" if heads else "no head is signed yet"
    typer.echo(signed, err=True)


def _chain(connection: Connection, noted: tuple[int, str] | None, signed: dict[int, str]) -> ChainReport:
    rows = AuditRows(connection)
    return verify_chain(rows.chain(), rows.head(), noted, signed)


def _tell(report: ChainReport, where: str) -> None:
    if report.broken is not None:
        raise WorkFailedError(f"audit ledger of {where}: {report.broken}; entries before it hold")
    typer.echo(f"OK: {report.count} entries, head {report.count}:{report.head}")


@contextmanager
def _database(where: DataDir) -> Iterator[Database]:
    setup.require_ready(where)
    with closing(Database(where.where)) as database:
        try:
            yield database
        except DBAPIError as error:
            raise WorkFailedError(f"audit ledger of {where.path}: cannot be read ({error.orig})") from error


def _anchor(text: str) -> tuple[int, str]:
    match = re.fullmatch(r"([1-9][0-9]{0,17}):([0-9a-f]{64})", text)
    if match is None:
        raise BadInputError(f"--anchor {text}: not of the form COUNT:HASH; take it from an earlier 'audit verify'")
    return int(match[1]), match[2]


def _text(path: Path, option: str) -> str:
    try:
        text = path.read_text(encoding="ascii")
        public_key(text)
    except (OSError, ValueError) as error:
        raise BadInputError(f"{option} {path}: is no Ed25519 public key ({error}); see 'skynet audit key'") from None
    return text


def _private(path: Path) -> int:
    """A new file that its owner alone may read: the ledger names people."""
    return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
