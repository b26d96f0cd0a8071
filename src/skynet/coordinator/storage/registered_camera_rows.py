"""The repository of registered cameras."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, insert, not_, select, update

from skynet.coordinator.storage.area_clause import camera_within
from skynet.coordinator.storage.tables import registered_cameras as table
from skynet.coordinator.storage.tables import sites
from skynet.coordinator.wire import dumps
from skynet.domain.area import EVERYWHERE
from skynet.domain.registered_camera import RegisteredCamera, RegistryState


@dataclass(frozen=True, slots=True)
class CameraFilter:
    """None lets every value through. `areas`: what the reader may see, not what they ask for."""

    site_id: str | None = None
    state: RegistryState | None = None
    box_id: str | None = None
    areas: tuple[str, ...] = (EVERYWHERE,)


@dataclass(frozen=True, slots=True)
class Registration:
    """A camera with what the registry knows of it. `version` grows with every change of any of it."""

    camera: RegisteredCamera
    state: RegistryState
    version: int
    box_id: str | None
    changed_ms: int

    @classmethod
    def of(cls, row: RowMapping) -> Registration:
        camera = RegisteredCamera.model_validate_json(row["body"])
        return cls(camera, RegistryState(row["state"]), row["version"], row["box_id"], row["changed_ms"])


class RegisteredCameraRows:
    """Registrations in the transaction of `connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, camera_id: str) -> Registration | None:
        row = self._connection.execute(select(table).where(table.c.id == camera_id)).mappings().one_or_none()
        return None if row is None else Registration.of(row)

    def several(self, camera_ids: Sequence[str]) -> dict[str, Registration]:
        """Those of `camera_ids` that there are."""
        rows = self._connection.execute(select(table).where(table.c.id.in_(camera_ids))).mappings()
        return {row["id"]: Registration.of(row) for row in rows}

    def page(self, after: str, limit: int, wanted: CameraFilter) -> list[Registration]:
        """At most `limit` registrations with ids behind `after`, by id."""
        query = select(table).where(table.c.id > after, camera_within(table.c.id, wanted.areas))
        query = query.order_by(table.c.id).limit(limit)
        for column, value in ((table.c.site_id, wanted.site_id), (table.c.box_id, wanted.box_id)):
            if value is not None:
                query = query.where(column == value)
        if wanted.state is not None:
            query = query.where(table.c.state == wanted.state)
        return [Registration.of(row) for row in self._connection.execute(query).mappings()]

    def areas(self, camera_ids: Iterable[str]) -> dict[str, str]:
        """Where the sites of those of `camera_ids` lie that are registered."""
        query = select(table.c.id, sites.c.area).join(sites).where(table.c.id.in_(sorted(set(camera_ids))))
        return {row.id: row.area for row in self._connection.execute(query)}

    def active_at(self, site_id: str) -> int:
        """How many active cameras the site has."""
        query = select(func.count()).where(table.c.site_id == site_id, table.c.state == RegistryState.ACTIVE)
        return self._connection.execute(query).scalar_one()

    def count_of_box(self, box_id: str) -> int:
        """How many cameras are assigned to the box, active or not."""
        return self._connection.execute(select(func.count()).where(table.c.box_id == box_id)).scalar_one()

    def outside(self, box_id: str, areas: Sequence[str]) -> int:
        """How many of the cameras assigned to the box lie outside `areas`."""
        query = select(func.count()).where(table.c.box_id == box_id, not_(camera_within(table.c.id, areas)))
        return self._connection.execute(query).scalar_one()

    def put(self, registration: Registration) -> None:
        """Store a registration: insert version 1, replace with any later one."""
        camera = registration.camera
        values = {
            "site_id": camera.site,
            "state": registration.state,
            "version": registration.version,
            "box_id": registration.box_id,
            "body": dumps(camera),
            "changed_ms": registration.changed_ms,
        }
        if registration.version == 1:
            self._connection.execute(insert(table).values(id=camera.id, **values))
        else:
            self._connection.execute(update(table).where(table.c.id == camera.id).values(values))
