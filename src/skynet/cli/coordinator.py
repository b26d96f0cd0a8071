"""`skynet coordinator …`: set up, run and mend the coordinator."""

from __future__ import annotations

import ipaddress
import json
import logging
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import available_timezones

import typer

from skynet.cli import roads, users
from skynet.cli.coordinator_backup import backup, restore
from skynet.cli.database_option import DatabaseOption, DataDirOption, data_dir_of
from skynet.coordinator import server, setup
from skynet.coordinator.app import create_app
from skynet.coordinator.dispatch.roads.roads import Roads
from skynet.coordinator.settings import Settings
from skynet.domain.clock import SystemClock
from skynet.domain.errors import BadInputError
from skynet.domain.retention_plan import RetentionPlan

app = typer.Typer(no_args_is_help=True, help="The coordinator: keeps alerts and serves the consoles that poll them.")

app.add_typer(roads.app, name="roads")
app.command()(backup)
app.command()(restore)
app.add_typer(users.app, name="users")


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@app.command()
def init(
    context: typer.Context,
    data_dir: DataDirOption,
    tokens_dir: Annotated[
        Path | None,
        typer.Option("--tokens-dir", help="Also write edge.token, console.token and admin.token here (mode 0600)."),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Set up a data folder and make the first tokens, which are shown this once. Doing it again changes nothing."""
    done = setup.initialise(data_dir_of(context, data_dir, database), SystemClock(), _actor(), tokens_dir)
    if not done.tokens:
        typer.echo(
            f"{data_dir} is set up already (schema {done.revision}, {done.token_count} tokens made so far); "
            "nothing was changed. Tokens are kept as hashes and cannot be shown again."
        )
        return
    typer.echo(f"{data_dir} is set up (schema {done.revision}). Keep these tokens, they are not shown again:")
    for token in done.tokens:
        typer.echo(f"{token.scope:<8} {token.secret}")


@app.command()
def migrate(context: typer.Context, data_dir: DataDirOption, database: DatabaseOption = None) -> None:
    """Bring the database of a stopped coordinator up to this version's schema."""
    before, after = setup.migrate(data_dir_of(context, data_dir, database), SystemClock(), _actor())
    typer.echo(f"schema {after}: nothing to do" if before == after else f"schema {before} -> {after}")


@app.command()
def serve(
    context: typer.Context,
    data_dir: DataDirOption,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8700,
    log_level: Annotated[LogLevel, typer.Option(help="How much to log, on stderr.")] = LogLevel.INFO,
    timezone: Annotated[str, typer.Option(help="Where the days of the cameras' uptime begin.")] = "Asia/Shanghai",
    retention: Annotated[
        str, typer.Option(help="Days for which data is kept, e.g. snapshots=30,clips=30,alerts=180,events=30.")
    ] = "",
    database: DatabaseOption = None,
    roads_file: Annotated[
        Path | None, typer.Option("--roads", help="Road graph that `coordinator roads import` has made.")
    ] = None,
    positions_kept_h: Annotated[
        float, typer.Option("--positions-kept-h", min=0.1, max=720, help="Hours that positions of units are kept.")
    ] = 12.0,
    requests_per_s: Annotated[
        float, typer.Option(min=0, help="The most that one token or person may ask in the long run; 0: no limit.")
    ] = 1000,
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(help="Address or network of a proxy whose X-Forwarded-For and -Proto are believed."),
    ] = None,
) -> None:
    """Run the coordinator until SIGINT or SIGTERM."""
    logging.basicConfig(level=log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of every look at the schema's version
    if timezone not in available_timezones():
        raise BadInputError(f"--timezone {timezone}: is no IANA time zone; write e.g. Asia/Shanghai")
    plan = RetentionPlan.parse(retention)
    where = data_dir_of(context, data_dir, database)
    setup.require_ready(where)
    map_of_roads = None if roads_file is None else Roads.load(roads_file)
    settings = Settings(
        data_dir,
        database=where.told,
        timezone=timezone,
        retention=plan,
        roads=map_of_roads,
        positions_kept_h=positions_kept_h,
        requests_per_s=requests_per_s,
    )
    with where.locked():
        listener = server.listen(host, port)
        if not _loopback(listener.getsockname()[0]):
            typer.echo(
                f"skynet: warning: {host} is reachable from other machines and tokens travel unencrypted; "
                "put a TLS proxy in front",
                err=True,
            )
        name = f"[{host}]" if ":" in host else host
        typer.echo(f"skynet coordinator listening on http://{name}:{listener.getsockname()[1]}", err=True)
        server.run(create_app(settings), listener, log_level, trusted_proxy or ["127.0.0.1"])


@app.command()
def openapi(
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file in place of stdout.")] = None,
) -> None:
    """Print the API as an OpenAPI 3.1 document."""
    document = create_app(Settings(Path("unused"))).openapi()
    text = json.dumps(document, indent=2, ensure_ascii=False)
    if out is None:
        typer.echo(text)
        return
    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"--out {out}: it cannot be written ({error.strerror}); name another file") from None


def _actor() -> str:
    """How the audit ledger names whoever types: there is no login here, only the operating system's user."""
    return f"cli:uid-{os.getuid()}"


def _loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback
