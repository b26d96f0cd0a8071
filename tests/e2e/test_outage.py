"""Power cuts on either side of the wire: what the box had raised arrives, once, with its picture."""

from __future__ import annotations

import hashlib

import pytest

from tests.e2e.city import EVERYTHING_THAT_COMES, STREAMS, City, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(200)]

CAMERAS = [
    {
        "id": "road",
        "name": "Road",
        "site": "test",
        "source": str(STREAMS / "road.mp4"),
        "loop": True,
        **EVERYTHING_THAT_COMES,
    }
]


def test_alerts_raised_while_the_coordinator_was_dead_arrive_afterwards(city: City) -> None:
    city.start_coordinator()
    city.start_edge(CAMERAS)
    wait_for("first alert arrives", city.alerts, within_s=60)

    city.kill("coordinator")
    wait_for("alerts wait in the outbox", lambda: city.edge_health().get("outbox_pending", 0) >= 2, within_s=60)
    waiting = city.camera("road")["alerts"]

    city.start_coordinator()
    wait_for("everything has arrived", lambda: len(city.alerts()) >= waiting, within_s=60)
    assert city.stop("edge") == 0, city.log("edge")
    ids = [item["alert"]["id"] for item in city.alerts()]
    assert len(ids) == len(set(ids))


def test_alerts_of_a_box_that_lost_power_arrive_when_it_is_back(city: City) -> None:
    city.start_edge(CAMERAS)  # no coordinator yet: everything stays in the outbox
    wait_for("alerts wait in the outbox", lambda: city.edge_health().get("outbox_pending", 0) >= 2, within_s=60)
    waiting = city.edge_health()["outbox_pending"]
    city.kill("edge")

    city.start_coordinator()
    city.start_edge(CAMERAS)
    wait_for("what was waiting has arrived", lambda: len(city.alerts()) >= waiting)
    found = city.alerts()
    assert city.stop("edge") == 0, city.log("edge")
    with city.console() as console:
        for item in found[:waiting]:
            sha256 = item["alert"]["snapshot"]["sha256"]
            picture = console.get(f"/api/v1/snapshots/{sha256}").raise_for_status().content
            assert hashlib.sha256(picture).hexdigest() == sha256
