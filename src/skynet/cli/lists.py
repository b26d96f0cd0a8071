"""`skynet lists …`: check hot lists, and compile long ones for a box."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

from skynet.domain.errors import BadInputError
from skynet.domain.row_error import BadRow
from skynet.edge.compiled_hot_list import write_compiled
from skynet.edge.hot_list_file import LoadedList, bad_row_text, load_hot_list

app = typer.Typer(no_args_is_help=True, help="Check and compile hot lists: the vehicles that a box looks for.")

ListFile = Annotated[Path, typer.Argument(help="CSV in UTF-8 or GB18030 (see docs/operating.md), or a compiled list.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a bad row, then a summary.")]


@app.command()
def check(file: ListFile, as_json: AsJson = False) -> None:
    """Say what is wrong with each bad row. Exits with 2 when there is one."""
    loaded = _load(file, as_json)
    _summarise(file, loaded, as_json)
    if loaded.bad_rows:
        raise typer.Exit(2)


@app.command("compile")
def compile_list(
    file: ListFile,
    out: Annotated[Path, typer.Option(help="Write the compiled list here; name it as a box's hot_list.")],
    as_json: AsJson = False,
) -> None:
    """Write the good rows as a file that a box loads in a second. Exits with 2 when there are bad ones."""
    loaded = _load(file, as_json)
    try:
        write_compiled(loaded.hot_list, out)
    except OSError as error:
        raise BadInputError(
            f"--out {out}: cannot be written ({error.strerror}); name a file in a folder of yours"
        ) from None
    _summarise(file, loaded, as_json)
    if loaded.bad_rows:
        raise typer.Exit(2)


def _load(file: Path, as_json: bool) -> LoadedList:
    columns = ("{task.description}", BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(file.name, total=_size(file))
        return load_hot_list(
            file, time.time(), tell=_teller(file, as_json), progress=lambda size: progress.advance(task, size)
        )


def _teller(file: Path, as_json: bool) -> Callable[[BadRow], None]:
    def as_line(row: BadRow) -> None:
        typer.echo(f"skynet: {bad_row_text(file, row)}", err=True)

    def as_object(row: BadRow) -> None:
        mistakes = [{"column": mistake.column or None, "text": mistake.text} for mistake in row.mistakes]
        typer.echo(json.dumps({"type": "bad_row", "line": row.line, "mistakes": mistakes}, ensure_ascii=False))

    return as_object if as_json else as_line


def _summarise(file: Path, loaded: LoadedList, as_json: bool) -> None:
    hot_list = loaded.hot_list
    if as_json:
        summary = {"source": str(file), "good_rows": len(hot_list), "bad_rows": loaded.bad_rows}
        more = {"version": hot_list.version, "memory_bytes": hot_list.nbytes}
        typer.echo(json.dumps({"type": "summary", **summary, **more}, ensure_ascii=False))
        return
    bad = f", {loaded.bad_rows:,} bad rows left out" if loaded.bad_rows else ""
    typer.echo(f"{file}: {len(hot_list):,} vehicles{bad}; {hot_list.nbytes / 1e6:.1f} MB in memory")


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:
        return None
