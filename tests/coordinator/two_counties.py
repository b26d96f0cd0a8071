"""A coordinator with two counties in it, each with its own of everything, and tokens of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_alert import alert, png, snapshot_ref
from tests.coordinator.sample_clip import Clip
from tests.coordinator.sample_registry import READY, activate, camera, put_site, social_site
from tests.coordinator.sample_units import fix, on_duty, report

HERE, THERE = "luyang", "shushan"
AREA = {HERE: "合肥/庐阳区", THERE: "合肥/蜀山区"}


def place(place_id: str, area: str) -> dict[str, Any]:
    position = {"latitude": 31.87, "longitude": 117.28}
    return {"id": place_id, "kind": "post", "name": f"岗 {place_id}", "area": area, "position": position}


class TwoCounties(DeskCoordinator):
    """`own[county]` is what stands for `{camera_id}`, `{alert_id}` … of that county; every word of it names the county
    or is known to nobody else, so that an answer can be searched for the other county's."""

    def __init__(self, site: Path, clips: dict[str, Clip]) -> None:
        super().__init__(site)
        self.clips = clips
        self.own: dict[str, dict[str, str]] = {}
        for shade, county in enumerate((HERE, THERE)):
            self.own[county] = self._settle(county, shade, clips[county])

    def _settle(self, county: str, shade: int, clip: Clip) -> dict[str, str]:
        names = {kind: f"{kind}-{county}" for kind in ("camera", "site", "box")}
        region = dict(zip(("city", "county"), AREA[county].split("/"), strict=True))
        value = social_site(names["site"], name=f"典当 {county}", region=region)
        self._must(201, put_site(self, value))
        watched = camera(names["camera"], name=f"门 {county}", site=names["site"], source=f"rtsp://{county}.example/1")
        activate(self, watched | READY, names["box"])
        share = {
            "unit": "恒通典当",
            "starts_at": "2026-01-01T00:00:00Z",
            "ends_at": "2026-12-31T00:00:00Z",
            "purpose": "巡查",
            "granted_by": f"王 {county}",
        }
        shares = f"/api/v1/registry/cameras/{names['camera']}/shares"
        share_id = self._must(201, self.call("POST", shares, "admin", json=share))["id"]
        self._report(names["camera"], names["box"])
        self.clock.posix_s += 10
        self._report(names["camera"], names["box"])
        sha256, picture = png(shade)
        self._must(201, self.call("PUT", f"/api/v1/edge/snapshots/{sha256}", "edge", content=picture))
        raised = alert(camera_id=names["camera"], box_id=names["box"], snapshot=snapshot_ref(sha256, len(picture)))
        self.send(raised, box_id=names["box"])
        second = alert(camera_id=names["camera"], box_id=names["box"])
        self.send(second, box_id=names["box"])
        merged = {"alert_ids": [raised["id"], second["id"]]}
        incident_id = self._must(200, self.call("POST", "/api/v1/incidents", "admin", json=merged))["id"]
        path = f"/api/v1/edge/alerts/{raised['id']}/clip"
        headers = {"Content-Type": "video/mp4"}
        answer = self.call("PUT", path, "edge", params=clip.query(), content=clip.content, headers=headers)
        self._must(201, answer)
        for scope in ("console", "admin", "edge"):
            wanted = {"name": f"{scope}-{county}", "scope": scope, "areas": [AREA[county]], "bound_to": names["box"]}
            if scope != "edge":
                del wanted["bound_to"]
            made = self._must(201, self.call("POST", "/api/v1/tokens", "admin", json=wanted))
            self.tokens[f"{scope}-{county}"] = made["token"]
            token_id = made["id"]
        device = on_duty(self, f"car-{county}", area=AREA[county])
        self._must(200, report(self, device, fix(self, 31.87, 117.28)))
        self._must(
            201, self.call("PUT", f"/api/v1/places/post-{county}", "admin", json=place(f"post-{county}", AREA[county]))
        )
        person = {"login": f"li-{county}", "name": f"李 {county}", "roles": ["dispatcher"], "areas": [AREA[county]]}
        user_id = self._must(201, self.call("POST", "/api/v1/users", "admin", json=person))["id"]
        return {
            "{user_id}": user_id,
            "{unit_id}": device,
            "{place_id}": f"post-{county}",
            "{camera_id}": names["camera"],
            "{site_id}": names["site"],
            "{box_id}": names["box"],
            "{share_id}": share_id,
            "{sha256}": sha256,
            "{alert_id}": raised["id"],
            "{incident_id}": incident_id,
            "{token_id}": token_id,
        }

    def _report(self, camera_id: str, box_id: str) -> None:
        seen = {"id": camera_id, "name": f"门 {camera_id}", "site": camera_id.replace("camera", "site")}
        health = {"camera": seen, "state": "live", "since": "2026-02-01T00:00:00Z"}
        report = {"box_id": box_id, "version": "1", "sent_at": "2026-02-01T00:00:00Z", "outbox_pending": 3}
        self._must(200, self.call("POST", "/api/v1/edge/health", "edge", json=report | {"cameras": [health]}))

    @staticmethod
    def _must(status: int, answer: Any) -> Any:
        assert answer.status_code == status, answer.text
        return answer.json()
