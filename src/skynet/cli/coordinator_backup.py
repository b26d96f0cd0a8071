"""`skynet coordinator backup` and `restore`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from skynet.cli.database_option import DatabaseOption, DataDirOption, data_dir_of
from skynet.coordinator.backup.backup import back_up
from skynet.coordinator.backup.restore import restore as restore_backup
from skynet.domain.clock import SystemClock


def backup(
    context: typer.Context,
    to: Annotated[Path, typer.Argument(metavar="DEST", help="A new folder for the backup.")],
    data_dir: DataDirOption,
    database: DatabaseOption = None,
) -> None:
    """Copy rows, pictures and clips into a folder, all of one instant, while the coordinator serves."""
    done = back_up(data_dir_of(context, data_dir, database), SystemClock(), to)
    rows = sum(table.rows for table in done.tables.values())
    typer.echo(
        f"{to}: {rows:,} rows, {done.snapshots:,} pictures, {done.clips:,} clips; "
        f"audit head {done.head[0]}:{done.head[1]}"
    )
    if done.gone:
        typer.echo(f"skynet: warning: {len(done.gone):,} files that rows name were not there any more", err=True)


def restore(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="SRC", help="The folder of a backup.")],
    data_dir: DataDirOption,
    database: DatabaseOption = None,
) -> None:
    """Put a backup into a new folder or an empty database, SQLite or PostgreSQL, whichever it came from."""
    where = data_dir_of(context, data_dir, database)
    done = restore_backup(source, where, SystemClock(), f"cli:uid-{os.getuid()}")
    rows = sum(table.rows for table in done.tables.values())
    typer.echo(f"{where.path}: {rows:,} rows, {done.snapshots:,} pictures, {done.clips:,} clips; the ledger holds")
