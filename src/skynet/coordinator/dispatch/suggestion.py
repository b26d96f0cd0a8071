"""Which units to send: the nearest suitable ones first, and of the others why not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.dispatch.placed_alert import find_placed
from skynet.coordinator.dispatch.road_map import Reach, RoadMap, Start
from skynet.coordinator.dispatch.unit_book import record_view
from skynet.coordinator.dispatch.unit_view import UnitView
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.unit_assignment_rows import UnitAssignmentRows
from skynet.coordinator.storage.unit_position_rows import Fix, UnitPositionRows
from skynet.coordinator.storage.unit_rows import UnitFilter, UnitRecord, UnitRows
from skynet.coordinator.timestamp import now_ms
from skynet.domain.clock import Clock
from skynet.domain.great_circle import great_circle_m
from skynet.domain.patrol_unit import Capability, PatrolKind, UnitStatus

MAX_UNITS = 5_000
"""Units of one asker's areas that are looked at; an answer says when there are more."""


class Unsuitable(StrEnum):
    """Why a unit is not suggested."""

    NOT_AVAILABLE = "not_available"
    NO_POSITION = "no_position"
    POSITION_STALE = "position_stale"
    WRONG_KIND = "wrong_kind"
    LACKS_CAPABILITY = "lacks_capability"
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True)
class Wanted:
    """`everyone` also lists who is not suitable, and why. No kinds let every kind through; `max_distance_m` is along
    the great circle."""

    limit: int = 10
    everyone: bool = False
    capabilities: frozenset[Capability] = frozenset()
    kinds: frozenset[PatrolKind] = frozenset()
    max_distance_m: float = 50_000.0


@dataclass(frozen=True, slots=True)
class _Candidate:
    record: UnitRecord
    fix: Fix | None
    why: tuple[Unsuitable, ...]
    reach: Reach | None = None


class SuggestionDesk:
    """Calls block on the database. Whose positions an answer tells is recorded before it leaves."""

    def __init__(self, database: Database, clock: Clock, roads: RoadMap, stale_after_s: float) -> None:
        self._database = database
        self._clock = clock
        self._roads = roads
        self._view = UnitView(stale_after_s)

    def for_alert(self, alert_id: UUID, wanted: Wanted, principal: Principal) -> dict[str, object]:
        """Units for an alert. Raises ProblemError: not-found, state-conflict (nobody knows where it happened)."""
        with self._database.reading() as connection:
            placed = find_placed(connection, alert_id, principal)
        if placed.position is None:
            raise ProblemError(
                ProblemType.STATE_CONFLICT,
                f"nobody has registered where camera '{placed.alert.camera_id}' stands; ask with lat and lon, "
                "or give the camera or its site a position",
            )
        place = (placed.position.latitude, placed.position.longitude)
        return {"placed_by": placed.placed_by} | self._near(place, wanted, principal, {"alert": str(alert_id)})

    def near(self, place: tuple[float, float], wanted: Wanted, principal: Principal) -> dict[str, object]:
        """Units for a place: latitude and longitude in degrees."""
        return {"placed_by": None} | self._near(place, wanted, principal, {})

    def _near(
        self, place: tuple[float, float], wanted: Wanted, principal: Principal, detail: dict[str, object]
    ) -> dict[str, object]:
        at_ms = now_ms(self._clock)
        with self._database.reading() as connection:
            records = UnitRows(connection).page("", MAX_UNITS + 1, principal.areas, UnitFilter())
            fixes = UnitPositionRows(connection).latest(record.unit.id for record in records[:MAX_UNITS])
        judged = [
            self._judge(record, fixes.get(record.unit.id), place, wanted, at_ms) for record in records[:MAX_UNITS]
        ]
        ranked = self._ranked(place, [one for one in judged if not one.why or wanted.everyone])
        with self._database.writing() as connection:
            items = self._shown(connection, ranked[: wanted.limit], at_ms)
            record_view(connection, items, principal, at_ms, **detail)
        return {
            "latitude": place[0],
            "longitude": place[1],
            "items": items,
            "suitable": sum(not one.why for one in judged),
            "looked_at": len(judged),
            "more_units_than_looked_at": len(records) > MAX_UNITS,
        }

    def _judge(
        self, record: UnitRecord, fix: Fix | None, place: tuple[float, float], wanted: Wanted, at_ms: int
    ) -> _Candidate:
        why = []
        if record.status is not UnitStatus.AVAILABLE:
            why.append(Unsuitable.NOT_AVAILABLE)
        if fix is None:
            why.append(Unsuitable.NO_POSITION)
        elif self._view.is_stale(fix, at_ms):
            why.append(Unsuitable.POSITION_STALE)
        if wanted.kinds and record.unit.kind not in wanted.kinds:
            why.append(Unsuitable.WRONG_KIND)
        if wanted.capabilities - record.unit.capabilities:
            why.append(Unsuitable.LACKS_CAPABILITY)
        if fix is not None and great_circle_m(fix.latitude, fix.longitude, *place) > wanted.max_distance_m:
            why.append(Unsuitable.TOO_FAR)
        return _Candidate(record, fix, tuple(why))

    def _ranked(self, place: tuple[float, float], candidates: Sequence[_Candidate]) -> list[_Candidate]:
        """The suitable ones first, the quickest of them first; whose place nobody knows stands last."""
        starts = [
            (one, Start(one.record.unit.kind, one.fix.latitude, one.fix.longitude)) for one in candidates if one.fix
        ]
        reaches = self._roads.reaches(*place, [start for _, start in starts])
        measured = [replace(one, reach=reach) for (one, _), reach in zip(starts, reaches, strict=True)]
        return sorted(measured, key=_rank) + [one for one in candidates if one.fix is None]

    def _shown(self, connection: Connection, chosen: Sequence[_Candidate], at_ms: int) -> list[dict[str, object]]:
        sent = UnitAssignmentRows(connection).open_of(one.record.unit.id for one in chosen)
        return [
            self._view.one(one.record, one.fix, sent.get(one.record.unit.id), at_ms)
            | {
                "distance_m": None if one.reach is None else round(one.reach.distance_m, 1),
                "duration_s": None if one.reach is None else round(one.reach.duration_s, 1),
                "method": None if one.reach is None else one.reach.method,
                "speed_kmh": None if one.reach is None else one.reach.speed_kmh,
                "unsuitable": one.why,
            }
            for one in chosen
        ]


def _rank(one: _Candidate) -> tuple[bool, float, str]:
    return bool(one.why), math.inf if one.reach is None else one.reach.duration_s, one.record.unit.id
