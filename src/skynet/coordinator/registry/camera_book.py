"""Registered cameras: keeping what is declared of them, moving them through their states, giving them to boxes."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.feeds.commit_signal import CommitSignal
from skynet.coordinator.precondition import require_version
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.registry.camera_rules import (
    require_activatable,
    require_box_room,
    require_move,
    require_whole_addresses,
    site_of,
)
from skynet.coordinator.storage.audit_rows import AuditRows
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.position_rows import LastPosition, PositionRows
from skynet.coordinator.storage.registered_camera_rows import CameraFilter, RegisteredCameraRows, Registration
from skynet.coordinator.timestamp import now_ms
from skynet.domain.clock import Clock
from skynet.domain.registered_camera import RegisteredCamera, RegistryState


class CameraBook:
    """Calls block on the database; every call is one transaction. After a change the signal fires, for the boxes."""

    def __init__(self, database: Database, clock: Clock, signal: CommitSignal) -> None:
        self._database = database
        self._clock = clock
        self._signal = signal

    def page(self, after: str, limit: int, wanted: CameraFilter) -> tuple[list[Registration], dict[str, LastPosition]]:
        """Registrations by id, and where those of them that move were last."""
        with self._database.reading() as connection:
            found = RegisteredCameraRows(connection).page(after, limit, wanted)
            return found, PositionRows(connection).several([item.camera.id for item in found])

    def get(self, camera_id: str) -> tuple[Registration, LastPosition | None]:
        """Raises ProblemError: not-found."""
        with self._database.reading() as connection:
            found = find_camera(connection, camera_id)
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
            rows = RegisteredCameraRows(connection)
            known = rows.get(camera.id) if if_match is None else find_camera(connection, camera.id)
            if known is not None:
                require_version(if_match, known.version, f"/api/v1/registry/cameras/{camera.id}")
            registration = declared(connection, camera, known, now_ms(self._clock))
            store_camera(connection, registration, principal, "camera.changed" if known else "camera.registered")
        self._signal.fire()
        return registration, known is None

    def move(
        self, camera_id: str, state: RegistryState, reason: str | None, if_match: str | None, principal: Principal
    ) -> Registration:
        """Raises ProblemError: not-found, precondition-required, stale-version, state-conflict, activation-refused."""
        with self._database.writing() as connection:
            known = self._locked(connection, camera_id, if_match)
            registration = moved(connection, known, state, now_ms(self._clock))
            store_camera(connection, registration, principal, f"camera.{state}", before=known.state, reason=reason)
        self._signal.fire()
        return registration

    def assign(self, camera_id: str, box_id: str | None, if_match: str | None, principal: Principal) -> Registration:
        """Give a camera to a box, or with None take it from its box.

        Raises ProblemError: not-found, precondition-required, stale-version, state-conflict.
        """
        with self._database.writing() as connection:
            known = self._locked(connection, camera_id, if_match)
            registration = given(connection, known, box_id, now_ms(self._clock))
            action = "camera.unassigned" if box_id is None else "camera.assigned"
            store_camera(connection, registration, principal, action, before=known.box_id)
        self._signal.fire()
        return registration

    def _locked(self, connection: Connection, camera_id: str, if_match: str | None) -> Registration:
        known = find_camera(connection, camera_id)
        require_version(if_match, known.version, f"/api/v1/registry/cameras/{camera_id}")
        return known


def find_camera(connection: Connection, camera_id: str) -> Registration:
    """Raises ProblemError: not-found."""
    found = RegisteredCameraRows(connection).get(camera_id)
    if found is None:
        raise ProblemError(
            ProblemType.NOT_FOUND, f"no camera is registered as '{camera_id}'; see GET /api/v1/registry/cameras"
        )
    return found


def declared(connection: Connection, camera: RegisteredCamera, known: Registration | None, at_ms: int) -> Registration:
    """The registration with a new declaration. Raises ProblemError: invalid, activation-refused, state-conflict."""
    if known is not None:
        camera = camera.with_hidden_of(known.camera)
    require_whole_addresses(camera)
    site = site_of(connection, camera)
    if known is None:
        return Registration(camera, RegistryState.DRAFT, 1, None, at_ms)
    if known.state is RegistryState.RETIRED:
        raise ProblemError(ProblemType.STATE_CONFLICT, "the camera is retired; register its successor with another id")
    if known.state is RegistryState.ACTIVE:
        require_activatable(camera, site)
    return replace(known, camera=camera, version=known.version + 1, changed_ms=at_ms)


def moved(connection: Connection, known: Registration, state: RegistryState, at_ms: int) -> Registration:
    """The registration in another state. Raises ProblemError: state-conflict, activation-refused."""
    require_move(known.state, state)
    if state is RegistryState.ACTIVE:
        require_activatable(known.camera, site_of(connection, known.camera))
    return replace(known, state=state, version=known.version + 1, changed_ms=at_ms)


def given(connection: Connection, known: Registration, box_id: str | None, at_ms: int) -> Registration:
    """The registration with another box. Raises ProblemError: state-conflict."""
    if known.state is RegistryState.RETIRED and box_id is not None:
        raise ProblemError(ProblemType.STATE_CONFLICT, "the camera is retired; no box may have it")
    if box_id is not None and box_id != known.box_id:
        require_box_room(connection, box_id)
    return replace(known, box_id=box_id, version=known.version + 1, changed_ms=at_ms)


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
