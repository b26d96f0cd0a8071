from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skynet.coordinator.dispatch.roads.map_file import read_ways
from skynet.coordinator.dispatch.roads.road_class import road_class_of
from skynet.coordinator.dispatch.roads.road_import import LONGEST_M, import_roads
from skynet.coordinator.dispatch.roads.roads import DRIVE, ONEWAY, WALK, Roads
from skynet.domain.errors import BadInputError, WorkFailedError

OSM = """<osm version="0.6">
<node id="1" version="1" lat="31.8700" lon="117.2300"/>
<node id="2" version="1" lat="31.8700" lon="117.2850"/>
<node id="3" version="1" lat="31.8740" lon="117.2850"/>
<node id="4" version="1" lat="31.9000" lon="117.3000"/>
<node id="5" version="1" lat="31.9001" lon="117.3000"/>
<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/><tag k="oneway" v="-1"/></way>
<way id="2" version="1"><nd ref="2"/><nd ref="3"/><nd ref="99"/><tag k="highway" v="footway"/></way>
<way id="3" version="1"><nd ref="4"/><nd ref="5"/><tag k="highway" v="service"/></way>
<way id="4" version="1"><nd ref="1"/><nd ref="3"/><tag k="highway" v="proposed"/></way>
<way id="5" version="1"><nd ref="1"/><nd ref="3"/><tag k="building" v="yes"/></way>
</osm>"""


def line(*points: tuple[float, float], **properties: Any) -> dict[str, Any]:
    geometry = {"type": "LineString", "coordinates": [list(p) for p in points]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def geojson(path: Path, *features: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return path


def test_an_openstreetmap_file_becomes_roads(tmp_path: Path) -> None:
    file = tmp_path / "town.osm"
    file.write_text(OSM)
    found = import_roads(read_ways(file))
    assert (found.ways, found.ignored, found.cut_off) == (3, 1, 1)
    roads = found.roads
    assert roads.length_m.max() <= LONGEST_M
    driven = (roads.flags & DRIVE) > 0
    assert roads.length_m[driven].sum() == pytest.approx(5193.7, abs=5)
    assert roads.length_m[~driven].sum() == pytest.approx(444.8, abs=1)
    assert (roads.flags[driven] & ONEWAY).all()
    assert (roads.longitude[roads.head[driven]] < roads.longitude[roads.tail[driven]]).all()  # against the drawing
    roads.save(tmp_path / "roads.npz")
    again = Roads.load(tmp_path / "roads.npz")
    assert all(np.array_equal(getattr(roads, name), getattr(again, name)) for name in Roads.__slots__)


def test_geojson_lines_meet_where_they_share_a_vertex(tmp_path: Path) -> None:
    file = geojson(
        tmp_path / "town.geojson",
        line((117.28, 31.87), (117.2801, 31.87), oneway=True, maxspeed=50),
        line((117.2801, 31.87), (117.2802, 31.87)),
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}, "properties": None},
    )
    roads = import_roads(read_ways(file)).roads
    assert (len(roads.latitude), len(roads.tail)) == (3, 2)
    assert sorted(roads.flags & ONEWAY) == [0, ONEWAY]
    assert roads.speed_kmh.max() == 40


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "motorway"}, (80.0, True, False, 1)),
        ({"highway": "residential", "maxspeed": "30 mph"}, (30 * 1.609344 * 0.8, True, True, 0)),
        ({"highway": "residential", "maxspeed": "walk", "junction": "roundabout"}, (25.0, True, True, 1)),
        ({"highway": "service", "motor_vehicle": "no"}, (15.0, False, True, 0)),
        ({"highway": "service", "access": "private"}, (15.0, True, True, 0)),
        ({"highway": "steps"}, (5.0, False, True, 0)),
        ({"highway": "motorway", "vehicle": "no"}, None),
        ({"highway": "pedestrian", "area": "yes"}, None),
        ({}, None),
    ],
)
def test_tags_say_who_may_use_a_way(tags: dict[str, str], expected: tuple[float, bool, bool, int] | None) -> None:
    found = road_class_of(tags)
    said = None if found is None else (found.speed_kmh, found.drive, found.walk, found.direction)
    assert said == (None if expected is None else pytest.approx(expected))


@given(st.dictionaries(st.sampled_from(["highway", "oneway", "maxspeed", "foot", "access"]), st.text(max_size=12)))
@settings(max_examples=100, derandomize=True)
def test_whatever_tags_say_a_speed_is_above_zero(tags: dict[str, str]) -> None:
    found = road_class_of(tags | {"highway": tags.get("highway") or "primary"})
    assert found is None or (found.speed_kmh > 0 and (found.drive or found.walk))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.osm.pbf", b"no map at all", "cannot be read as a map"),
        ("a.osm", b"<osm", "cannot be read as a map"),
        ("a.geojson", b"{", "cannot be read as GeoJSON"),
        ("a.geojson", b"[" * 100_000, "cannot be read as GeoJSON"),
        ("a.geojson", b'{"features": [7]}', r"features\[0\] is no line"),
        ("a.geojson", b'{"features": []}', "holds no roads"),
        (
            "a.geojson",
            json.dumps({"features": [line((31.87, 117.28), (31.88, 117.28))]}).encode(),
            "are no degrees, longitude first",
        ),
    ],
)
def test_what_is_no_map_is_told_in_one_line(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInputError, match=told):
        import_roads(read_ways(tmp_path / name))


def broken(tmp_path: Path, **changes: Any) -> Path:
    arrays = {
        "format": np.array(1),
        "latitude": np.zeros(2),
        "longitude": np.zeros(2),
        "tail": np.array([0], np.int32),
        "head": np.array([1], np.int32),
        "length_m": np.ones(1, np.float32),
        "speed_kmh": np.ones(1, np.float32),
        "flags": np.array([DRIVE | WALK], np.uint8),
    } | changes
    path = tmp_path / "roads.npz"
    np.savez(path, **{name: value for name, value in arrays.items() if value is not None})
    return path


@pytest.mark.parametrize(
    "changes",
    [
        {"format": np.array(2)},
        {"head": np.array([2], np.int32)},
        {"head": np.array([0.5])},
        {"latitude": np.array([0, 91.0])},
        {"longitude": np.zeros(3)},
        {"length_m": np.zeros(1, np.float32)},
        {"speed_kmh": np.array([np.nan], np.float32)},
        {"flags": None},
        {"tail": np.array([{}], object)},
    ],
)
def test_a_broken_file_of_roads_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(BadInputError, match="is no file of roads"):
        Roads.load(broken(tmp_path, **changes))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert Roads.load(broken(tmp_path)).flags[0] == DRIVE | WALK
    (tmp_path / "cut.npz").write_bytes((tmp_path / "roads.npz").read_bytes()[:-200])
    for name, told in (("none.npz", "cannot be read"), ("cut.npz", "is no file of roads")):
        with pytest.raises(BadInputError, match=told):
            Roads.load(tmp_path / name)
    with pytest.raises(WorkFailedError, match="cannot be written"):
        Roads.load(tmp_path / "roads.npz").save(tmp_path / "no" / "roads.npz")
