"""The console's page in a browser, and the box whose alerts it shows."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import cv2
import httpx
import numpy as np

from skynet.domain.ids import uuid7
from tests.coordinator.coordinator_process import CoordinatorProcess
from tests.coordinator.sample_clip import Clip
from tests.e2e.chromium import Chromium

BOX = (0.25, 0.5, 0.125, 0.25)
WIDTH, HEIGHT = 640, 360


class ConsolePage:
    """What a dispatcher does and sees, in terms of the page's own elements."""

    def __init__(self, coordinator: CoordinatorProcess, browser: Chromium) -> None:
        self.coordinator = coordinator
        self.browser = browser

    def sign_in(self) -> None:
        self.browser.open(f"{self.coordinator.url}/#token={self.coordinator.token('console')}")
        self.browser.wait_for("document.querySelector('#link')?.textContent === 'Live'")
        self.browser.wait_for("document.querySelector('#end').textContent !== 'Loading alerts…'")

    def console(self, scope: str = "console") -> httpx.Client:
        """Another console of the same coordinator."""
        headers = self.coordinator.headers(scope)
        return httpx.Client(base_url=self.coordinator.url, headers=headers, trust_env=False, timeout=30)

    def rows(self) -> list[str]:
        """The visible rows' texts, the uppermost first."""
        return list(self.browser.run("[...document.querySelectorAll('.row:not([hidden])')].map(row => row.innerText)"))

    def wait_for_rows(self, count: int) -> None:
        self.browser.wait_until(f"{count} rows are shown", lambda: len(self.rows()) == count)

    def complaints(self) -> list[tuple[str, str]]:
        """What the page should never make the browser say. Failed requests are what some tests provoke."""
        return [said for said in self.browser.said if said[0] != "network"]


class Box:
    """Speaks the edge API as a box does."""

    def __init__(self, coordinator: CoordinatorProcess) -> None:
        headers = coordinator.headers("edge")
        self._client = httpx.Client(base_url=coordinator.url, headers=headers, trust_env=False, timeout=30)

    def close(self) -> None:
        self._client.close()

    def report(self, **cameras: dict[str, Any]) -> None:
        """Say how the cameras are doing; each may override fields of a healthy one's report."""
        now = _rfc3339(datetime.now(UTC))
        states = [
            {
                "camera": {"id": camera_id, "name": camera.pop("name", f"Camera {camera_id}"), "site": "test"},
                "state": "live",
                "since": now,
                "decode_fps": 12.5,
                **camera,
            }
            for camera_id, camera in cameras.items()
        ]
        body = {"box_id": "box-1", "version": "test", "sent_at": now, "outbox_pending": 0, "cameras": states}
        self._client.post("/api/v1/edge/health", json=body).raise_for_status()

    def picture(self, shade: int) -> dict[str, Any]:
        """Send a JPEG; the reference that an alert makes to it."""
        ramp = np.linspace(0, shade, WIDTH, dtype=np.uint8)
        done, jpeg = cv2.imencode(".jpg", np.repeat(ramp[None], HEIGHT, axis=0))
        assert done
        content = jpeg.tobytes()
        sha256 = hashlib.sha256(content).hexdigest()
        self._client.put(
            f"/api/v1/edge/snapshots/{sha256}", content=content, headers={"Content-Type": "image/jpeg"}
        ).raise_for_status()
        size = {"bytes": len(content), "width": WIDTH, "height": HEIGHT}
        return {"sha256": sha256, "media_type": "image/jpeg", **size}

    def deliver(self, alert_id: str, clip: Clip) -> None:
        """Send the clip of an alert, as a box does some seconds after the alert."""
        url = f"/api/v1/edge/alerts/{alert_id}/clip"
        headers = {"Content-Type": "video/mp4"}
        answer = self._client.put(url, params=clip.query(), content=clip.content, headers=headers)
        assert answer.status_code == 201, answer.text

    def send(self, *changes: dict[str, Any]) -> list[str]:
        """Send one alert for each of `changes` in one batch; their ids."""
        alerts = [_alert(**change) for change in changes]
        answer = self._client.post("/api/v1/edge/alerts", json={"box_id": "box-1", "alerts": alerts})
        ids = [str(alert["id"]) for alert in alerts]
        assert answer.json()["stored"] == ids, answer.text
        return ids


def _alert(**changes: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "id": str(uuid7(now.timestamp())),
        "box_id": "box-1",
        "camera_id": "gate-3",
        "rule_id": "closed-hours",
        "kind": "zone_entry",
        "severity": "high",
        "occurred_at": _rfc3339(now),
        "raised_at": _rfc3339(now),
        "place": "yard",
        "track": {"track_id": 7, "label": "person", "score": 0.91, "box": BOX, "started_at": _rfc3339(now)},
        **changes,
    }


def _rfc3339(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
