"""Places on the map: keeping, showing and removing them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.dispatch.unit_book import require_reach
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.precondition import require_version
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.bounding_box import BoundingBox
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.event_rows import Event, EventRows
from skynet.coordinator.storage.place_rows import PlaceRecord, PlaceRows
from skynet.coordinator.timestamp import from_ms, now_ms
from skynet.domain.clock import Clock
from skynet.domain.event_type import EventType
from skynet.domain.place import Place, PlaceKind


class PlaceBook:
    """Calls block on the database; every call is one transaction."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal

    def page(
        self,
        after: str,
        limit: int,
        kinds: Sequence[PlaceKind],
        principal: Principal,
        box: BoundingBox | None = None,
    ) -> list[dict[str, object]]:
        with self._database.reading() as connection:
            found = PlaceRows(connection).page(after, limit, principal.areas, kinds, box)
        return [_shown(record) for record in found]

    def get(self, place_id: str, principal: Principal) -> dict[str, object]:
        """Raises ProblemError: not-found."""
        with self._database.reading() as connection:
            return _shown(_find(connection, place_id, principal))

    def put(self, place: Place, if_match: str | None, principal: Principal) -> tuple[dict[str, object], bool]:
        """Keep a new place, or replace the one that If-Match names; true when it is new.

        Raises ProblemError: invalid (an area that the principal does not reach), precondition-required, stale-version,
        not-found, or state-conflict (the id is another's).
        """
        require_reach("area", place.area, principal.areas)
        at_ms = now_ms(self._clock)
        with self._database.writing() as connection:
            rows = PlaceRows(connection)
            known = rows.get(place.id, principal.areas)
            if known is not None:
                require_version(if_match, known.version, f"/api/v1/places/{place.id}")
            elif if_match is not None:
                raise _missing(place.id)
            elif rows.taken(place.id):
                raise ProblemError(ProblemType.STATE_CONFLICT, f"the id '{place.id}' is taken; choose another")
            record = PlaceRecord(place, 1 if known is None else known.version + 1, at_ms)
            rows.put(record)
            _tell(connection, record, principal, "place.registered" if known is None else "place.changed")
        self._signal.fire()
        return _shown(record), known is None

    def remove(self, place_id: str, if_match: str | None, principal: Principal) -> None:
        """Raises ProblemError: not-found, precondition-required, stale-version."""
        with self._database.writing() as connection:
            known = _find(connection, place_id, principal)
            require_version(if_match, known.version, f"/api/v1/places/{place_id}")
            PlaceRows(connection).remove(place_id)
            gone = PlaceRecord(known.place, known.version + 1, now_ms(self._clock))
            _tell(connection, gone, principal, "place.removed")
        self._signal.fire()


def _tell(connection: Connection, record: PlaceRecord, principal: Principal, action: str) -> None:
    place = record.place
    data: dict[str, object] = {"version": record.version, "kind": place.kind, "removed": action == "place.removed"}
    event = Event(EventType.PLACE_CHANGED, f"place:{place.id}", place.area, data)
    EventRows(connection).append([event], record.changed_ms)
    note = principal.note(action, f"place:{place.id}", version=record.version, place=place)
    AuditRows(connection).append(note, record.changed_ms)


def _find(connection: Connection, place_id: str, principal: Principal) -> PlaceRecord:
    found = PlaceRows(connection).get(place_id, principal.areas)
    if found is None:
        raise _missing(place_id)
    return found


def _missing(place_id: str) -> ProblemError:
    return ProblemError(ProblemType.NOT_FOUND, f"no place is registered as '{place_id}'; see GET /api/v1/places")


def _shown(record: PlaceRecord) -> dict[str, object]:
    return {**dict(record.place), "version": record.version, "changed_at": from_ms(record.changed_ms)}
