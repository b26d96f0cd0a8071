from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from skynet.domain import Alert, AlertKind, RuleSet
from skynet.domain.camera_fault import CameraFault, CameraFaultKind

NOW = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
TRACK = {"track_id": 1, "label": "person", "score": 0.9, "box": (0, 0, 0.1, 0.2), "started_at": NOW}
FAULT = CameraFault(kind=CameraFaultKind.COVERED, since=NOW, detail="60% of the scene's structure is gone")
COMMON = {
    "id": "01a20a5a-0c2d-76f7-8746-32963d7e64b8",
    "box_id": "box-1",
    "camera_id": "gate-3",
    "rule_id": "camera-health",
    "severity": "high",
    "occurred_at": NOW,
    "raised_at": NOW,
    "place": "school",
}


def test_an_alert_about_a_camera_has_a_fault_and_no_object() -> None:
    alert = Alert(**COMMON, kind=AlertKind.CAMERA_FAULT, fault=FAULT)
    assert alert.track is None
    assert Alert.model_validate_json(alert.model_dump_json()) == alert


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "camera_fault"}, "a camera_fault has a fault"),
        ({"kind": "camera_fault", "fault": FAULT, "track": TRACK}, "but for a camera_fault, which has none"),
        ({"kind": "loitering"}, "an alert has a track"),
        ({"kind": "loitering", "track": TRACK, "fault": FAULT}, "nothing else has one"),
    ],
)
def test_every_other_alert_has_an_object_and_no_fault(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Alert(**COMMON, **changes)


def test_no_rule_raises_camera_faults() -> None:
    with pytest.raises(ValidationError, match="does not match any of the expected tags"):
        RuleSet.model_validate({"rules": [{"id": "a", "kind": "camera_fault"}]})
