"""`skynet registry …`: check, import and export the coordinator's register of sites and cameras."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from skynet.coordinator.registry.import_report import Fate, ImportReport, Taken
from skynet.coordinator.registry.registry_file import FileFormat, format_of, read_entries
from skynet.coordinator.registry.registry_import import first_of_each
from skynet.domain.errors import BadInputError, WorkFailedError
from skynet.domain.row_error import BadRow, FileFormatError

app = typer.Typer(no_args_is_help=True, help="The register of sites and cameras.")

RegistryFile = Annotated[Path, typer.Argument(help="CSV (UTF-8 or GB18030), JSON or YAML; see docs/operating.md.")]
Address = Annotated[str, typer.Option("--coordinator", help="Address of the coordinator.")]
TokenFile = Annotated[Path, typer.Option("--token-file", help="File with an admin token.")]
AsJson = Annotated[bool, typer.Option("--json", help="The report as one JSON object.")]
HERE = "http://127.0.0.1:8700"
CHUNK_BYTES = 256 << 10
TIMEOUT_S = 600.0


@app.command()
def check(file: RegistryFile, as_json: AsJson = False) -> None:
    """Say what is wrong with each bad row, without a coordinator. Exits with 2 when there is one."""
    form = _format(file)
    report = ImportReport(dry_run=True)
    with _opened(file) as source:
        try:
            for entry in first_of_each(read_entries(source, form)):
                report.add(entry if isinstance(entry, BadRow) else _as_new(entry.site, entry.camera))
        except FileFormatError as error:
            raise BadInputError(f"{file}, line {error.line}: {error}") from None
    _tell(file, report, as_json)


@app.command("import")
def import_file(
    file: RegistryFile,
    token_file: TokenFile,
    coordinator: Address = HERE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would become of each row.")] = False,
    as_json: AsJson = False,
) -> None:
    """Register what the file describes: good rows are taken, bad ones told. Exits with 2 when there is one."""
    form, headers = _format(file), _headers(token_file)
    with _opened(file) as source:
        content = iter(lambda: source.read(CHUNK_BYTES), b"")
        try:
            answer = httpx.post(
                f"{coordinator.rstrip('/')}/api/v1/registry/import",
                params={"dry_run": dry_run},
                headers=headers | {"Content-Type": form.media_type},
                content=content,
                timeout=TIMEOUT_S,
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _unreachable(coordinator, error) from None
    if answer.status_code != httpx.codes.OK:
        raise _refused(file, answer)
    _tell(file, ImportReport.model_validate_json(answer.content), as_json)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Write here; the ending says whether CSV, JSON or YAML.")],
    token_file: TokenFile,
    coordinator: Address = HERE,
    with_addresses: Annotated[
        bool, typer.Option("--with-addresses", help="Stream addresses whole, with what their query may hold. Audited.")
    ] = False,
) -> None:
    """Write the register to a file that an import takes again."""
    params: dict[str, str | bool] = {"format": _format(file).ending, "with_addresses": with_addresses}
    url = f"{coordinator.rstrip('/')}/api/v1/registry/export"
    try:
        with httpx.stream("GET", url, params=params, headers=_headers(token_file), timeout=TIMEOUT_S) as answer:
            if answer.status_code != httpx.codes.OK:
                answer.read()
                raise _refused(file, answer)
            size = _write(file, answer.iter_bytes())
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _unreachable(coordinator, error) from None
    typer.echo(f"{file}: {size:,} bytes")


def _write(file: Path, parts: Iterator[bytes]) -> int:
    """To a file beside it first, so that a broken export leaves the one before. Only its owner may read it."""
    beside = file.with_name(f".{file.name}.part")
    size = 0
    try:
        beside.touch(mode=0o600)
        with beside.open("wb") as out:
            for part in parts:
                size += out.write(part)
        beside.replace(file)
    except OSError as error:
        raise BadInputError(f"{file}: cannot be written ({error.strerror}); name a file in a folder of yours") from None
    finally:
        beside.unlink(missing_ok=True)
    return size


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    """The file, whose reading moves a progress bar where somebody watches."""
    console = Console(stderr=True)
    columns = ("{task.description}", BarColumn(), DownloadColumn(), TimeRemainingColumn())
    try:
        source = file.open("rb")
    except OSError as error:
        raise BadInputError(f"{file}: cannot be read ({error.strerror})") from None
    with source, Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield progress.wrap_file(source, total=file.stat().st_size, description=file.name)


def _as_new(site: object, camera: object) -> Taken:
    return Taken(None if site is None else Fate.CREATED, None if camera is None else Fate.CREATED)


def _tell(file: Path, report: ImportReport, as_json: bool) -> None:
    if as_json:
        typer.echo(report.model_dump_json())
    else:
        _show(file, report)
    if report.bad_rows:
        raise typer.Exit(2)


def _show(file: Path, report: ImportReport) -> None:
    console = Console()
    if report.bad:
        typer.echo(f"{file}: {report.bad_rows:,} bad row{'s' if report.bad_rows > 1 else ''}")
        table = Table("line", "column", "what is wrong")
        for row in report.bad:
            for mistake in row.mistakes:
                table.add_row(str(row.line), Text(mistake.column or ""), Text(mistake.text))
        console.print(table)
    if report.bad_not_told:
        console.print(f"… and {report.bad_not_told:,} more bad rows")
    for what, counts in (("sites", report.sites), ("cameras", report.cameras)):
        console.print(f"{what}: {counts.created:,} new, {counts.updated:,} changed, {counts.unchanged:,} as they were")
    if report.dry_run:
        console.print("nothing was kept: this was a trial")


def _format(file: Path) -> FileFormat:
    form = format_of(file.name)
    if form is None:
        raise BadInputError(f"{file}: its name tells no format; end it in .csv, .json or .yaml")
    return form


def _headers(token_file: Path) -> dict[str, str]:
    try:
        token = token_file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise BadInputError(f"--token-file {token_file}: holds no token that can be read; name an admin's") from None
    return {"Authorization": f"Bearer {token}"}


def _refused(file: Path, answer: httpx.Response) -> BadInputError:
    try:
        detail = str(json.loads(answer.content)["detail"])
    except (ValueError, KeyError, TypeError):
        detail = "is this a coordinator?"
    return BadInputError(f"{file}: the coordinator answered {answer.status_code}: {detail}")


def _unreachable(coordinator: str, error: Exception) -> WorkFailedError:
    return WorkFailedError(f"--coordinator {coordinator}: cannot be reached ({error}); is it running?")
