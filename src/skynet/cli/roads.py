"""`skynet coordinator roads …`: the road graph that distances of units go along."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from skynet.coordinator.dispatch.roads.map_file import read_ways
from skynet.coordinator.dispatch.roads.road_import import import_roads
from skynet.domain.errors import BadInputError

app = typer.Typer(no_args_is_help=True, help="The road graph that distances of patrol units go along.")


@app.command("import")
def import_map(
    file: Annotated[Path, typer.Argument(help="OpenStreetMap (.osm.pbf, .osm) or GeoJSON lines, WGS-84.")],
    out: Annotated[Path, typer.Option("--out", help="Where to write the roads, e.g. var/roads.npz.")],
    as_json: Annotated[bool, typer.Option("--json", help="What was read as one JSON object.")] = False,
) -> None:
    """Read the roads of a map into a compact file for `skynet coordinator serve --roads FILE`."""
    if out.suffix != ".npz":
        raise BadInputError(f"--out {out}: name a file that ends in .npz")
    found = import_roads(read_ways(file))
    found.roads.save(out)
    told = {
        "ways": found.ways,
        "ways_ignored": found.ignored,
        "nodes": len(found.roads.latitude),
        "edges": len(found.roads.tail),
        "edges_cut_off": found.cut_off,
        "bytes": out.stat().st_size,
    }
    if as_json:
        typer.echo(json.dumps(told))
        return
    typer.echo(
        f"{out}: {told['edges']} edges between {told['nodes']} nodes from {told['ways']} ways; "
        f"{told['ways_ignored']} ways are no roads of ours, {told['edges_cut_off']} edges were left out because "
        "nothing joins them to the rest"
    )
