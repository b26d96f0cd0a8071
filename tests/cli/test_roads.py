from __future__ import annotations

import json
from pathlib import Path

import pytest

from skynet.coordinator.dispatch.roads.roads import Roads
from tests.cli.test_coordinator import Run, data, run

__all__ = ["data", "run"]

STREET = {
    "type": "Feature",
    "geometry": {"type": "LineString", "coordinates": [[117.28, 31.87], [117.29, 31.87]]},
    "properties": {"highway": "residential"},
}


@pytest.fixture
def street(tmp_path: Path) -> str:
    path = tmp_path / "town.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [STREET]}))
    return str(path)


def test_a_map_becomes_a_file_of_roads(run: Run, street: str, tmp_path: Path) -> None:
    out = str(tmp_path / "roads.npz")
    code, told, errors = run("coordinator", "roads", "import", street, "--out", out, "--json")
    assert (code, errors) == (0, "")
    assert json.loads(told) == {
        "ways": 1,
        "ways_ignored": 0,
        "nodes": 11,
        "edges": 10,
        "edges_cut_off": 0,
        "bytes": Path(out).stat().st_size,
    }
    assert len(Roads.load(Path(out)).tail) == 10
    assert "10 edges between 11 nodes" in run("coordinator", "roads", "import", street, "--out", out)[1]


@pytest.mark.parametrize(
    ("file", "out", "code", "told"),
    [
        ("no.osm.pbf", "roads.npz", 2, "there is no such file"),
        ("town.geojson", "roads.bin", 2, "ends in .npz"),
        ("town.geojson", "no/roads.npz", 1, "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    run: Run, street: str, tmp_path: Path, file: str, out: str, code: int, told: str
) -> None:
    ended, _, errors = run("coordinator", "roads", "import", str(tmp_path / file), "--out", str(tmp_path / out))
    assert (ended, told in errors, errors.count("\n")) == (code, True, 1)


def test_serve_refuses_what_is_no_file_of_roads(run: Run, data: str, street: str) -> None:
    code, _, errors = run("coordinator", "serve", "--data-dir", data, "--port", "0", "--roads", street)
    assert (code, "skynet coordinator roads import" in errors, errors.count("\n")) == (2, True, 1)
