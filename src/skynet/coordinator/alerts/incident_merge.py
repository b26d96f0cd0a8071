"""Puts alerts that tell of the same thing into one incident, as they come in.

The same thing is: one track in one camera; or one plate, within ten minutes, at neighbouring cameras (of one site, or
registered at most two kilometres apart). A camera's faults are never merged: each says what is wrong now.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, RowMapping

from skynet.coordinator.alerts.alert_cycle import inherit
from skynet.coordinator.storage.alert_rows import MAX_KIN, AlertRows, NewAlert
from skynet.coordinator.storage.event_rows import Event, EventRows
from skynet.coordinator.storage.incident_rows import IncidentRows
from skynet.coordinator.storage.registered_camera_rows import RegisteredCameraRows, Registration
from skynet.domain.alert_cycle import ACTIVE
from skynet.domain.area import common_area
from skynet.domain.event_type import EventType
from skynet.domain.great_circle import great_circle_m
from skynet.domain.ids import uuid7

WINDOW_MS = 600_000
NEIGHBOURS_M = 2000.0
ACTOR = "coordinator:incidents"


def merge(connection: Connection, accepted: Sequence[NewAlert], numbers: range, at_ms: int) -> bool:
    """Look for the incident of each alert just stored under `numbers`, in their order; false when there were more open
    alerts of the same objects than are looked at, so that one may have been missed."""
    tracks = sorted({alert.track_key for alert in accepted if alert.track_key is not None})
    plates = sorted({alert.plate for alert in accepted if alert.plate is not None})
    since_ms = min(alert.occurred_ms for alert in accepted) - WINDOW_MS
    kin = AlertRows(connection).kin(tracks, plates, since_ms, numbers.stop)
    if all(row["seq"] >= numbers.start for row in kin) and len({row["id"] for row in kin}) <= 1:
        return True
    cameras = RegisteredCameraRows(connection).several(sorted({row["camera_id"] for row in kin}))
    joined: dict[str, str] = {}
    for alert, seq in zip(accepted, numbers, strict=True):
        older = next((row for row in kin if row["seq"] < seq and _same_thing(alert, row, cameras)), None)
        if older is not None:
            _join(connection, alert, older, joined, at_ms)
    return len(kin) < MAX_KIN


def _join(connection: Connection, alert: NewAlert, older: RowMapping, joined: dict[str, str], at_ms: int) -> None:
    rows = IncidentRows(connection)
    incident_id = joined.get(older["id"]) or older["incident_id"]
    if incident_id is None:
        incident_id = str(uuid7(at_ms / 1000))
        rows.open(incident_id, at_ms)
        rows.join(older["id"], incident_id)
        joined[older["id"]] = incident_id
    rows.join(str(alert.id), incident_id)
    joined[str(alert.id)] = incident_id
    if older["state"] in ACTIVE:
        inherit(connection, UUID(str(alert.id)), older["acknowledged_by"], ACTOR, at_ms)
    tell_of_incident(connection, incident_id, at_ms)


def tell_of_incident(connection: Connection, incident_id: str, at_ms: int) -> None:
    """Append to the event log that the incident has other alerts now; it lies where all of them do."""
    members = IncidentRows(connection).members(incident_id)
    area = common_area([member["area"] for member in members])
    data: dict[str, object] = {"alerts": [member["id"] for member in members]}
    EventRows(connection).append([Event(EventType.INCIDENT_CHANGED, f"incident:{incident_id}", area, data)], at_ms)


def _same_thing(alert: NewAlert, older: RowMapping, cameras: dict[str, Registration]) -> bool:
    if alert.track_key is not None and alert.track_key == older["track_key"]:
        return True
    if alert.plate is None or alert.plate != older["plate"]:
        return False
    if abs(alert.occurred_ms - older["occurred_ms"]) > WINDOW_MS:
        return False
    return _neighbours(alert.camera_id, older["camera_id"], cameras)


def _neighbours(one: str, other: str, cameras: dict[str, Registration]) -> bool:
    if one == other:
        return True
    first, second = cameras.get(one), cameras.get(other)
    if first is None or second is None:
        return False
    if first.camera.site == second.camera.site:
        return True
    here, there = first.camera.position, second.camera.position
    if here is None or there is None:
        return False
    return great_circle_m(here.latitude, here.longitude, there.latitude, there.longitude) <= NEIGHBOURS_M
