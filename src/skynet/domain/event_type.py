"""What the coordinator's event log can say: one word for each kind of change. Closed and stable: a published word never
changes its meaning."""

from __future__ import annotations

from enum import StrEnum


class EventType(StrEnum):
    """`subject.what-happened`; the subject of an event is `word:id`, e.g. `alert:01a2…`, `camera:gate-3`."""

    ALERT_CREATED = "alert.created"
    ALERT_CHANGED = "alert.changed"
    ALERT_ESCALATED = "alert.escalated"
    INCIDENT_CHANGED = "incident.changed"
    SITE_CHANGED = "site.changed"
    CAMERA_CHANGED = "camera.changed"
    UNIT_CHANGED = "unit.changed"
    ASSIGNMENT_CHANGED = "assignment.changed"
    PLACE_CHANGED = "place.changed"
