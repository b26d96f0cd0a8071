"""Where an alert happened."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.alerts.alert_search import find_alert
from skynet.coordinator.storage.registered_camera_rows import RegisteredCameraRows
from skynet.coordinator.storage.site_rows import SiteRows
from skynet.domain.alert import Alert
from skynet.domain.geo_position import GeoPosition
from skynet.domain.site import Site


class PlacedBy(StrEnum):
    """What an alert's position is known from, the best first."""

    ALERT = "alert"
    CAMERA = "camera"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class PlacedAlert:
    """An alert and where it happened; `position` None when nobody has registered where its camera stands."""

    row: RowMapping
    alert: Alert
    position: GeoPosition | None
    placed_by: PlacedBy | None


def find_placed(connection: Connection, alert_id: UUID, principal: Principal) -> PlacedAlert:
    """The alert, if it lies where the principal may look. Raises ProblemError: not-found."""
    found = find_alert(connection, alert_id, principal)
    alert = found.alert()
    position, placed_by = _place(connection, alert)
    return PlacedAlert(found.row, alert, position, placed_by)


def _place(connection: Connection, alert: Alert) -> tuple[GeoPosition | None, PlacedBy | None]:
    if alert.position is not None:
        return alert.position, PlacedBy.ALERT
    found = RegisteredCameraRows(connection).get(alert.camera_id)
    if found is None:
        return None, None
    if found.camera.position is not None:
        return found.camera.position, PlacedBy.CAMERA
    site = SiteRows(connection).get(found.camera.site)
    position = None if site is None else Site.model_validate_json(site["body"]).position
    return position, None if position is None else PlacedBy.SITE
