"""`--data-dir` and `--database`: where a coordinator's data rests, told the same way to every command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from skynet.coordinator.data_dir import DataDir
from skynet.coordinator.storage.server_address import FORM, ServerAddress
from skynet.domain.errors import BadInputError

VARIABLE = "SKYNET_DATABASE"
DataDirOption = Annotated[
    Path, typer.Option("--data-dir", help="Folder of the pictures, the clips and the database or its address.")
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar=VARIABLE,
        show_envvar=True,
        metavar=FORM,
        help="A PostgreSQL database in place of SQLite. Its password belongs into PGPASSFILE or the variable.",
    ),
]


def data_dir_of(context: typer.Context, path: Path, database: str | None) -> DataDir:
    """Raises BadInputError: no address, or one with a password where everybody on the machine can read it."""
    if database is None:
        return DataDir(path)
    source = context.get_parameter_source("database")
    typed = source is not None and source.name == "COMMANDLINE"
    address = ServerAddress.parse(database, "--database" if typed else VARIABLE)
    if typed and address.has_password:
        raise BadInputError(
            "--database: a password on a command line can be read by everybody on this machine; leave it out and put "
            f"it into the file that PGPASSFILE names, or put the whole address into {VARIABLE}"
        )
    return DataDir(path, address)
