"""Reads the ways of a map: OpenStreetMap data (.osm.pbf, .osm, .osm.gz …) or GeoJSON lines.

A GeoJSON file is a FeatureCollection of LineString or MultiLineString features in WGS-84, whose properties bear
OpenStreetMap's names (`highway`, `oneway`, `maxspeed`; without `highway` a line is a `road`). Lines meet where they
share a vertex, to seven decimals.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import osmium

from skynet.domain.errors import BadInputError

MAX_GEOJSON_BYTES = 2 << 30
DECIMALS = 7


@dataclass(frozen=True, slots=True)
class Vertex:
    """A point of a way; ways that name the same `key` meet there."""

    key: Hashable
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Way:
    """A line of the map with its tags."""

    tags: Mapping[str, str]
    vertices: tuple[Vertex, ...]


def read_ways(path: Path) -> Iterator[Way]:
    """Every way with a `highway`. Raises BadInputError: the file cannot be read or is no map."""
    if not path.is_file():
        raise BadInputError(f"{path}: there is no such file")
    if path.suffix.lower() in (".geojson", ".json"):
        yield from _geojson(path)
    else:
        yield from _osm(path)


def _osm(path: Path) -> Iterator[Way]:
    try:
        found = osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.KeyFilter("highway"))
        for item in found:
            if isinstance(item, osmium.osm.Way):
                # A way at the edge of an extract names nodes that the extract leaves out: it goes on behind them.
                known = (node for node in item.nodes if node.location.valid())
                vertices = tuple(Vertex(node.ref, node.location.lat, node.location.lon) for node in known)
                yield Way({tag.k: tag.v for tag in item.tags}, vertices)
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise BadInputError(
            f"{path}: cannot be read as a map ({error}); give an OpenStreetMap file (.osm.pbf) or GeoJSON (.geojson)"
        ) from None


def _geojson(path: Path) -> Iterator[Way]:
    try:
        if path.stat().st_size > MAX_GEOJSON_BYTES:
            raise ValueError(f"it is over {MAX_GEOJSON_BYTES} bytes")
        document = json.loads(path.read_bytes())
        if not isinstance(document, dict) or not isinstance(document.get("features"), list):
            raise ValueError("it is no FeatureCollection")
    except (ValueError, RecursionError) as error:
        raise BadInputError(f"{path}: cannot be read as GeoJSON ({error})") from None
    for index, feature in enumerate(document["features"]):
        try:
            yield from _lines(feature)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise BadInputError(f"{path}: features[{index}] is no line in WGS-84 ({error})") from None


def _lines(feature: dict[str, object]) -> Iterator[Way]:
    geometry, properties = feature["geometry"], feature.get("properties") or {}
    if not isinstance(geometry, dict) or not isinstance(properties, dict):
        raise TypeError("geometry and properties must be objects")
    kind = geometry["type"]
    lines = {"LineString": [geometry["coordinates"]], "MultiLineString": geometry["coordinates"]}.get(str(kind), [])
    tags = {"highway": "road"} | {str(name): _tag(value) for name, value in properties.items() if value is not None}
    for line in lines:
        yield Way(tags, tuple(_vertex(float(point[0]), float(point[1])) for point in line))


def _tag(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _vertex(longitude: float, latitude: float) -> Vertex:
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise ValueError(f"[{longitude}, {latitude}] are no degrees, longitude first")
    return Vertex((round(longitude, DECIMALS), round(latitude, DECIMALS)), latitude, longitude)
