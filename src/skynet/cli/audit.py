"""`skynet audit …`: check the coordinator's audit ledger."""

from __future__ import annotations

import re
from contextlib import closing
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError

from skynet.cli.database_option import DatabaseOption, DataDirOption, data_dir_of
from skynet.coordinator import setup
from skynet.coordinator.access.audit_chain import verify as verify_chain
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.domain.errors import BadInputError, WorkFailedError

app = typer.Typer(no_args_is_help=True, help="The audit ledger: who did and saw what.")


@app.callback()
def group() -> None:
    """Keeps `verify` a sub-command while it is the only one."""


@app.command()
def verify(
    context: typer.Context,
    data_dir: DataDirOption,
    anchor: Annotated[
        str | None, typer.Option(help="COUNT:HASH as an earlier run printed it: shows a chain that was remade.")
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Recompute the hash chain. Exit code 1 with the first broken entry when somebody has been at it."""
    noted = None if anchor is None else _anchor(anchor)
    where = data_dir_of(context, data_dir, database)
    setup.require_ready(where)
    with closing(Database(where.where)) as held:
        try:
            with held.reading() as connection:
                rows = AuditRows(connection)
                report = verify_chain(rows.chain(), rows.head(), noted)
        except DBAPIError as error:
            raise WorkFailedError(f"audit ledger of {data_dir}: cannot be read ({error.orig})") from error
    if report.broken is not None:
        raise WorkFailedError(f"audit ledger of {data_dir}: {report.broken}; entries before it hold")
    typer.echo(f"OK: {report.count} entries, head {report.count}:{report.head}")


def _anchor(text: str) -> tuple[int, str]:
    match = re.fullmatch(r"([1-9][0-9]{0,17}):([0-9a-f]{64})", text)
    if match is None:
        raise BadInputError(f"--anchor {text}: not of the form COUNT:HASH; take it from an earlier 'audit verify'")
    return int(match[1]), match[2]
