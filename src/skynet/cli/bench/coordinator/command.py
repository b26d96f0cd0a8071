"""`skynet bench coordinator`."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from skynet.cli.bench.coordinator.load import (
    Polled,
    consoles,
    give_picture,
    ingest,
    p95_ms,
    plain_consoles,
    plain_ingest,
)
from skynet.cli.bench.coordinator.served import Served, coordinator, plain
from skynet.cli.bench.reach import Reach
from skynet.cli.bench.result import Claim, Result, Row, this_machine
from skynet.coordinator.storage.server_address import FORM, ServerAddress

SQLITE, POSTGRESQL, PLAIN = "ours, SQLite", "ours, PostgreSQL", "plain design"
INGEST, POLL, LONG, CPU = "ingest", "poll p95", "alert to long poll p95", "CPU per delivered alert"
PACE = "polls a second late or more"
RATE = 200


def coordinator_bench(
    database: Annotated[
        str | None, typer.Option(envvar="SKYNET_BENCH_DATABASE", metavar=FORM, help="An empty PostgreSQL database.")
    ] = None,
    polling: Annotated[int, typer.Option(min=1, max=5000, help="How many consoles poll once a second.")] = 500,
    seconds: Annotated[float, typer.Option(min=2, help="How long they poll.")] = 20.0,
    batches: Annotated[int, typer.Option(min=1, help="Batches of 50 for the ingest.")] = 400,
    quick: Annotated[bool, typer.Option("--quick", help="A smoke run; proves nothing.")] = False,
    json: Annotated[Path | None, typer.Option(help="Write the result here.")] = None,
) -> None:
    """Ingest and polling of a real coordinator on either database, beside the plain design, in the same run."""
    tell = Console(stderr=True).print
    if quick:
        polling, seconds, batches = min(polling, 50), min(seconds, 5.0), min(batches, 40)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="skynet-bench-") as name:
        folder = Path(name)
        contenders: list[tuple[str, AbstractContextManager[Served]]] = [(SQLITE, coordinator(folder / "a", None))]
        if database is None:
            tell("left out: PostgreSQL; name an empty database with --database")
        else:
            contenders.append((POSTGRESQL, coordinator(folder / "b", ServerAddress.parse(database, "--database"))))
        for who, started in contenders:
            tell(f"{who}: {batches} batches, then {polling} consoles for {seconds:g} s")
            with started as served:
                rows += asyncio.run(_ours(who, served, batches, polling, seconds))
        tell(f"{PLAIN}: the same")
        with plain(folder) as served:
            rows += asyncio.run(_plain(served, batches, polling, seconds))
    machine = {**this_machine(), "consoles": polling}
    result = Result(machine=machine, rounds=1, rows=rows, reach=None if quick else _claims(rows))
    result.show()
    if json:
        result.write(json)


async def _ours(who: str, served: Served, batches: int, polling: int, seconds: float) -> list[Row]:
    await give_picture(served)
    rate = await ingest(served, batches)
    return [Row.of(who, INGEST, "alerts/s", [rate]), *_polled(who, await consoles(served, polling, RATE, seconds))]


async def _plain(served: Served, batches: int, polling: int, seconds: float) -> list[Row]:
    rate = await plain_ingest(served, batches * 5)
    return [
        Row.of(PLAIN, INGEST, "alerts/s", [rate]),
        *_polled(PLAIN, await plain_consoles(served, polling, RATE, seconds)),
    ]


def _polled(who: str, polled: Polled) -> list[Row]:
    rows = [
        Row.of(who, POLL, "ms", [p95_ms(polled.polls_s)]),
        Row.of(who, CPU, "ms", [1000 * polled.cpu_s / max(1, polled.delivered)]),
        Row.of(who, PACE, "polls", [polled.late]),
    ]
    if polled.arrivals_s:
        rows.append(Row.of(who, LONG, "ms", [p95_ms(polled.arrivals_s)]))
    return rows


def _claims(rows: list[Row]) -> list[Claim]:
    reach = Reach(rows)
    reach.at_least("alerts/s taken on PostgreSQL", reach.median(POSTGRESQL, INGEST), 2000)
    reach.at_least("alerts/s taken on SQLite", reach.median(SQLITE, INGEST), 1000)
    for who in (SQLITE, POSTGRESQL):
        reach.at_most(f"ms p95 of a poll, {who}", reach.median(who, POLL), 100)
        reach.at_most(f"ms p95 from alert to long poll, {who}", reach.median(who, LONG), 250)
        reach.at_least(f"times less CPU a delivered alert, {who}", reach.ratio(PLAIN, who, CPU), 10)
    return reach.claims
