"""`skynet bench …`: measure the edge beside the ways of others."""

from __future__ import annotations

import typer

from skynet.cli.bench.coordinator.command import coordinator_bench
from skynet.cli.bench.eyes.command import eyes
from skynet.cli.bench.hotpath.command import hotpath
from skynet.cli.bench.matching.command import matching
from skynet.cli.bench.scenes.command import scenes
from skynet.cli.bench.streams import streams

app = typer.Typer(no_args_is_help=True, help="Measure side by side with how others do it.")
app.callback()(lambda: None)
app.command()(scenes)
app.command()(hotpath)
app.command()(streams)
app.command()(eyes)
app.command()(matching)
app.command("coordinator")(coordinator_bench)
