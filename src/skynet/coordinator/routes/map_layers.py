"""Units and places as layers of a map: GeoJSON points."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from pydantic import Field, model_validator
from starlette.concurrency import run_in_threadpool

from skynet.coordinator import cursor as cursors
from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.dispatch.place_book import PlaceBook
from skynet.coordinator.dispatch.unit_book import UnitBook
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.routes.guarded_routes import GuardedRoutes
from skynet.coordinator.routes.page_query import PageQuery
from skynet.coordinator.routes.unit_answers import PointCollection
from skynet.coordinator.storage.bounding_box import BoundingBox
from skynet.coordinator.wire import WireResponse
from skynet.domain.place import PlaceKind

COORDINATES = ("latitude", "longitude")


class MapQuery(PageQuery):
    """A stretch of the map; all four edges or none."""

    west: Annotated[float | None, Field(ge=-180, le=180)] = None
    south: Annotated[float | None, Field(ge=-90, le=90)] = None
    east: Annotated[float | None, Field(ge=-180, le=180)] = None
    north: Annotated[float | None, Field(ge=-90, le=90)] = None

    @model_validator(mode="after")
    def _is_a_stretch(self) -> MapQuery:
        edges = (self.west, self.south, self.east, self.north)
        if any(edge is None for edge in edges) and any(edge is not None for edge in edges):
            raise ValueError("give all of west, south, east and north, or none of them")
        box = self.box()
        if box is not None and (box.west > box.east or box.south > box.north):
            raise ValueError("west must not lie east of east, nor south north of north")
        return self

    def box(self) -> BoundingBox | None:
        if self.west is None or self.south is None or self.east is None or self.north is None:
            return None
        return BoundingBox(self.west, self.south, self.east, self.north)


class PlaceMapQuery(MapQuery):
    """Kinds given several times let any of them through."""

    kind: Annotated[list[PlaceKind], Field(default_factory=list, max_length=16)]


class MapRoutes:
    """`/api/v1/map/…`"""

    def __init__(self, units: UnitBook, places: PlaceBook) -> None:
        self._units = units
        self._places = places

    def add_to(self, routes: GuardedRoutes) -> None:
        for layer, endpoint in (("units", self.map_units), ("places", self.map_places)):
            routes.add(
                "GET",
                f"/api/v1/map/{layer}",
                endpoint,
                Access.CONSOLE,
                answers=PointCollection,
                problems=(ProblemType.BAD_CURSOR, ProblemType.INVALID),
            )

    async def map_units(self, query: Annotated[MapQuery, Query()], asker: Asker) -> WireResponse:
        """Units in service whose place is known, by id. Audited when there are any."""
        after = cursors.read_id("map-units", query.cursor)
        found = await run_in_threadpool(self._units.located, after, query.limit, query.box(), asker)
        return _collection("map-units", found, query.limit, after)

    async def map_places(self, query: Annotated[PlaceMapQuery, Query()], asker: Asker) -> WireResponse:
        """Places, by id."""
        after = cursors.read_id("map-places", query.cursor)
        found = await run_in_threadpool(self._places.page, after, query.limit + 1, query.kind, asker, query.box())
        plain = [one | {"position": dict(one["position"])} for one in found]  # type: ignore[call-overload]  # a model
        return _collection("map-places", plain, query.limit, after)


def _collection(feed: str, found: list[dict[str, Any]], limit: int, after: str) -> WireResponse:
    items = found[:limit]
    cursor = cursors.write(feed, str(items[-1]["id"]) if items else after)
    features = [_feature(item) for item in items]
    return WireResponse(
        {"type": "FeatureCollection", "features": features, "next_cursor": cursor, "has_more": len(found) > limit}
    )


def _feature(item: dict[str, Any]) -> dict[str, object]:
    position = item["position"]
    rest = {name: value for name, value in position.items() if name not in COORDINATES}
    point = {"type": "Point", "coordinates": [position["longitude"], position["latitude"]]}
    return {"type": "Feature", "id": item["id"], "geometry": point, "properties": item | {"position": rest}}
