"""Registered cameras: keeping what is declared of them, moving them through their states, giving them to boxes."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.precondition import require_version
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.registry.camera_steps import declared, given, moved, site_of
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.event_rows import Event, EventRows
from skynet.coordinator.storage.fleet_rows import FleetRows
from skynet.coordinator.storage.position_rows import LastPosition, PositionRows
from skynet.coordinator.storage.registered_camera_rows import CameraFilter, RegisteredCameraRows, Registration
from skynet.coordinator.timestamp import now_ms
from skynet.domain.clock import Clock
from skynet.domain.event_type import EventType
from skynet.domain.registered_camera import RegisteredCamera, RegistryState


class CameraBook:
    """Calls block on the database; every call is one transaction. After a change the signal fires, for the boxes."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal

    def page(
        self, after: str, limit: int, wanted: CameraFilter, principal: Principal
    ) -> tuple[list[Registration], dict[str, LastPosition]]:
        """Registrations by id, and where those of them that move were last."""
        wanted = replace(wanted, areas=principal.areas)
        with self._database.reading() as connection:
            found = RegisteredCameraRows(connection).page(after, limit, wanted)
            return found, PositionRows(connection).several([item.camera.id for item in found])

    def get(self, camera_id: str, principal: Principal) -> tuple[Registration, LastPosition | None]:
        """Raises ProblemError: not-found."""
        with self._database.reading() as connection:
            found = find_camera(connection, camera_id, principal)
            return found, PositionRows(connection).several([camera_id]).get(camera_id)

    def position(self, camera_id: str) -> LastPosition | None:
        """Where the camera was when it last said so."""
        with self._database.reading() as connection:
            return PositionRows(connection).several([camera_id]).get(camera_id)

    def put(self, camera: RegisteredCamera, if_match: str | None, principal: Principal) -> tuple[Registration, bool]:
        """Register a camera as a draft, or replace the declaration that If-Match names; true when it is new.

        Raises ProblemError: precondition-required, stale-version, not-found (If-Match and nothing there), invalid (no
        such site, a hidden address), activation-refused (an active camera would lack something), state-conflict.
        """
        with self._database.writing() as connection:
            known = None
            if if_match is not None or RegisteredCameraRows(connection).get(camera.id) is not None:
                known = find_camera(connection, camera.id, principal)
                require_version(if_match, known.version, f"/api/v1/registry/cameras/{camera.id}")
            registration = declared(camera, known, site_of(connection, camera, principal), now_ms(self._clock))
            store_camera(connection, registration, principal, "camera.changed" if known else "camera.registered")
        self._signal.fire()
        return registration, known is None

    def move(
        self, camera_id: str, state: RegistryState, reason: str | None, if_match: str | None, principal: Principal
    ) -> Registration:
        """Raises ProblemError: not-found, precondition-required, stale-version, state-conflict, activation-refused."""
        with self._database.writing() as connection:
            known = self._locked(connection, camera_id, if_match, principal)
            registration = moved(known, state, site_of(connection, known.camera, principal), now_ms(self._clock))
            store_camera(connection, registration, principal, f"camera.{state}", before=known.state, reason=reason)
        self._signal.fire()
        return registration

    def assign(self, camera_id: str, box_id: str | None, if_match: str | None, principal: Principal) -> Registration:
        """Give a camera to a box, or with None take it from its box.

        Raises ProblemError: not-found, precondition-required, stale-version, state-conflict.
        """
        with self._database.writing() as connection:
            known = self._locked(connection, camera_id, if_match, principal)
            if box_id is not None:
                require_own_box(connection, box_id, principal)
            taken = 0 if box_id is None else RegisteredCameraRows(connection).count_of_box(box_id)
            registration = given(known, box_id, taken, now_ms(self._clock))
            action = "camera.unassigned" if box_id is None else "camera.assigned"
            store_camera(connection, registration, principal, action, before=known.box_id)
        self._signal.fire()
        return registration

    def _locked(
        self, connection: Connection, camera_id: str, if_match: str | None, principal: Principal
    ) -> Registration:
        known = find_camera(connection, camera_id, principal)
        require_version(if_match, known.version, f"/api/v1/registry/cameras/{camera_id}")
        return known


def find_camera(connection: Connection, camera_id: str, principal: Principal) -> Registration:
    """A camera in the principal's areas. Raises ProblemError: not-found."""
    rows = RegisteredCameraRows(connection)
    found = rows.get(camera_id)
    if found is None or not principal.sees(rows.areas([camera_id])[camera_id]):
        raise ProblemError(
            ProblemType.NOT_FOUND, f"no camera is registered as '{camera_id}'; see GET /api/v1/registry/cameras"
        )
    return found


def require_own_box(connection: Connection, box_id: str, principal: Principal) -> None:
    """Raises ProblemError: state-conflict when the box also serves cameras outside the principal's areas."""
    if RegisteredCameraRows(connection).outside(box_id, principal.areas) or FleetRows(connection).outside(
        box_id, principal.areas
    ):
        raise ProblemError(
            ProblemType.STATE_CONFLICT,
            f"box '{box_id}' serves cameras outside the areas that you may work in; name another box",
        )


def store_camera(
    connection: Connection, registration: Registration, principal: Principal, action: str, **detail: object
) -> None:
    """Keep a registration, and record who changed it; the ledger sees addresses as people may."""
    RegisteredCameraRows(connection).put(registration)
    note = principal.note(
        action,
        f"camera:{registration.camera.id}",
        version=registration.version,
        state=registration.state,
        box_id=registration.box_id,
        camera=registration.camera.redacted(),
        **detail,
    )
    AuditRows(connection).append(note, registration.changed_ms)
    tell_of_camera(connection, registration)


def tell_of_camera(connection: Connection, registration: Registration) -> None:
    """Append to the event log that the camera, its state, its box or its shares have changed."""
    camera_id = registration.camera.id
    area = RegisteredCameraRows(connection).areas([camera_id])[camera_id]
    EventRows(connection).append([camera_changed(registration, area)], registration.changed_ms)


def camera_changed(registration: Registration, area: str) -> Event:
    """What the event log says of it."""
    data: dict[str, object] = {
        "version": registration.version,
        "state": registration.state,
        "box_id": registration.box_id,
    }
    return Event(EventType.CAMERA_CHANGED, f"camera:{registration.camera.id}", area, data)
