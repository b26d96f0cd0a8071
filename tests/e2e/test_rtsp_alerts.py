"""Alerts from a real RTSP server, over TCP and UDP, through a server that dies and comes back."""

from __future__ import annotations

import pytest

from tests.e2e.city import EVERYTHING_THAT_COMES, STREAMS, City, wait_for
from tests.e2e.rtsp_server import RtspServer

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

CAMERAS = {"road": "tcp", "car-park": "udp"}
CLIPS = {"road": STREAMS / "road.mp4", "car-park": STREAMS / "car_park.mp4"}


def alerts_of(city: City, camera_id: str) -> list[str]:
    return [item["alert"]["id"] for item in city.alerts() if item["alert"]["camera_id"] == camera_id]


def test_alerts_go_on_after_the_server_came_back_none_lost_or_doubled(city: City) -> None:
    with RtspServer(CLIPS) as server:
        city.start_coordinator()
        city.start_edge(
            [
                {
                    "id": name,
                    "name": name,
                    "site": "test",
                    "source": server.url(name),
                    "transport": transport,
                    "timeout_s": 3,
                    **EVERYTHING_THAT_COMES,
                }
                for name, transport in CAMERAS.items()
            ]
        )
        for name in CAMERAS:
            wait_for(f"{name} is live", lambda name=name: city.camera(name).get("state") == "live")
            wait_for(f"{name} raised an alert", lambda name=name: alerts_of(city, name), within_s=60)

        server.kill()
        for name in CAMERAS:
            wait_for(f"{name} is seen to be gone", lambda name=name: city.camera(name).get("state") != "live")
        before = {name: len(alerts_of(city, name)) for name in CAMERAS}

        server.restart()
        for name in CAMERAS:
            wait_for(f"{name} is live again", lambda name=name: city.camera(name).get("state") == "live", within_s=60)
            wait_for(
                f"{name} raises alerts again", lambda name=name: len(alerts_of(city, name)) > before[name], within_s=60
            )
            assert city.camera(name)["reconnects"] >= 1

        assert city.stop("edge") == 0, city.log("edge")

    found = city.alerts()
    ids = [item["alert"]["id"] for item in found]
    assert len(ids) == len(set(ids)), "an alert was doubled"
    with city.console() as console:
        cameras = console.get("/api/v1/cameras").raise_for_status().json()["items"]
        boxes = console.get("/api/v1/boxes").raise_for_status().json()["items"]
    assert sum(camera["health"]["alerts"] for camera in cameras) == len(ids), "an alert was lost"
    assert [box["outbox_pending"] for box in boxes] == [0]
    assert "Traceback" not in city.log("edge")
