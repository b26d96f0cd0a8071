"""From the coordinator's register to a box that watches: two programs and a camera with a login, and nothing in common
but the control channel."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.coordinator.sample_registry import READY, camera, site
from tests.e2e.city import EVERYTHING_THAT_COMES, STREAMS, City, wait_for
from tests.e2e.rtsp_server import Credentials, RtspServer

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

LOGIN = Credentials("viewer", "Dahlia-73")
CLIPS = {"road": STREAMS / "road.mp4", "car-park": STREAMS / "car_park.mp4"}


class Registrar:
    """An administrator at the coordinator's register."""

    def __init__(self, city: City) -> None:
        self._city = city

    def send(self, method: str, path: str, body: dict[str, Any]) -> None:
        with self._city.admin() as admin:
            answer = admin.request(method, f"/api/v1/registry/{path}", json=body, headers={"If-Match": "*"})
        assert answer.is_success, answer.text

    def put(self, camera_id: str, server: RtspServer, **changes: Any) -> None:
        """A camera of the box, switched on."""
        stream = {"source": server.url(camera_id), "sub_source": None, "declared": None, "login": "gates"}
        value = camera(camera_id, **stream, **READY, **changes)
        with self._city.admin() as admin:
            answer = admin.put(f"/api/v1/registry/cameras/{camera_id}", json=value)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        self.send("PUT", f"cameras/{camera_id}/box", {"box_id": "box-1"})
        self.send("POST", f"cameras/{camera_id}/state", {"state": "active"})


def test_what_is_registered_is_watched_and_one_camera_touches_no_other(city: City) -> None:
    logins = city.home / "camera_logins.yaml"
    logins.write_text(f"gates: {{user: {LOGIN.user}, password: {LOGIN.password}}}\n", encoding="utf-8")
    logins.chmod(0o600)
    with RtspServer(CLIPS, auth=LOGIN) as server:
        city.start_coordinator()
        registrar = Registrar(city)
        with city.admin() as admin:
            assert admin.put("/api/v1/registry/sites/school-3", json=site()).is_success
        city.start_edge([], camera_logins=str(logins), assigns_cameras=True)
        wait_for("the box is up", city.edge_health)

        registrar.put("road", server, rules=EVERYTHING_THAT_COMES)
        wait_for("the road is live", lambda: city.camera("road").get("state") == "live")
        wait_for("and raises an alert", city.alerts, within_s=60)
        before = city.camera("road")

        registrar.put("car-park", server)
        wait_for("the car park is live", lambda: city.camera("car-park").get("state") == "live")
        registrar.send("POST", "cameras/car-park/state", {"state": "suspended"})
        wait_for("the car park is left alone", lambda: city.edge_health() and not city.camera("car-park"))
        after = city.camera("road")
        assert (after["state"], after["since"], after["reconnects"]) == ("live", before["since"], 0)

        city.kill("coordinator")
        city.kill("edge")
        city.start_edge([], camera_logins=str(logins), assigns_cameras=True)
        wait_for("the road is watched without a coordinator", lambda: city.camera("road").get("state") == "live")
        assert city.stop("edge") == 0, city.log("edge")
    assert LOGIN.password not in city.log("edge")
    assert "Traceback" not in city.log("edge")
