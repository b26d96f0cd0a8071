from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from skynet.coordinator.dispatch.roads.map_file import Vertex, Way
from skynet.coordinator.dispatch.roads.road_import import import_roads
from tests.coordinator.desk_coordinator import DeskCoordinator
from tests.coordinator.sample_alert import alert
from tests.coordinator.sample_registry import camera, put_camera, put_site, site
from tests.coordinator.sample_units import HOME, fix, north_of, on_duty, put_unit, report, set_status, unit


def suggest(coordinator: DeskCoordinator, more: str = "", place: tuple[float, float] = HOME) -> Any:
    return coordinator.call("GET", f"/api/v1/suggestions/units?lat={place[0]}&lon={place[1]}{more}", "console").json()


def stand(coordinator: DeskCoordinator, unit_id: str, metres: float, **changes: Any) -> None:
    device = on_duty(coordinator, unit_id, **changes)
    report(coordinator, device, fix(coordinator, *north_of(HOME, metres)))


def test_the_quickest_suitable_unit_comes_first(coordinator: DeskCoordinator) -> None:
    stand(coordinator, "car-far", 3000)
    stand(coordinator, "car-near", 1000)
    stand(coordinator, "foot-near", 500, kind="foot")
    stand(coordinator, "car-busy", 10)
    set_status(coordinator, "car-busy", "busy")
    found = suggest(coordinator)
    assert [(u["id"], u["method"], u["speed_kmh"]) for u in found["items"]] == [
        ("car-near", "great_circle", 30),
        ("car-far", "great_circle", 30),
        ("foot-near", "great_circle", 4),
    ]
    near = found["items"][0]
    assert (near["distance_m"], near["duration_s"]) == (pytest.approx(1000, abs=1), pytest.approx(120, abs=0.5))
    (entry,) = [e for e in coordinator.audit() if e["action"] == "units.located"]
    assert entry["detail"]["units"] == ["car-near", "car-far", "foot-near"]


def test_who_is_not_suitable_is_told_with_the_reason(coordinator: DeskCoordinator) -> None:
    stand(coordinator, "stale", 10)
    coordinator.clock.posix_s += 61
    stand(coordinator, "good", 2000, capabilities=["dog", "armed"])
    stand(coordinator, "no-dog", 20)
    stand(coordinator, "far", 9000, capabilities=["dog"])
    stand(coordinator, "boat", 30, kind="boat", capabilities=["dog"])
    put_unit(coordinator, unit("nowhere", capabilities=["dog"]))
    more = "&capability=dog&kind=car&max_distance_m=5000"
    assert [u["id"] for u in suggest(coordinator, more)["items"]] == ["good"]
    found = suggest(coordinator, more + "&all=true")
    assert {u["id"]: u["unsuitable"] for u in found["items"]} == {
        "good": [],
        "no-dog": ["lacks_capability"],
        "stale": ["position_stale", "lacks_capability"],
        "boat": ["wrong_kind"],
        "far": ["too_far"],
        "nowhere": ["not_available", "no_position"],
    }
    assert found["items"][0]["id"] == "good"
    assert found["items"][-1]["id"] == "nowhere"
    assert (found["suitable"], found["looked_at"]) == (1, 6)


def test_an_alert_happens_where_its_camera_stands(coordinator: DeskCoordinator) -> None:
    stand(coordinator, "car-7", 100)
    lost, own, placed = alert(camera_id="unknown"), alert(position={"latitude": 31.0, "longitude": 117.0}), alert()
    coordinator.send(lost, own, placed)

    def ask(sent: dict[str, Any]) -> Any:
        return coordinator.call("GET", f"/api/v1/alerts/{sent['id']}/units", "console")

    assert ask(lost).status_code == 409
    assert (ask(own).json()["placed_by"], ask(own).json()["latitude"]) == ("alert", 31.0)
    put_site(coordinator, site())
    put_camera(coordinator, camera())
    assert (ask(placed).json()["placed_by"], ask(placed).json()["items"][0]["id"]) == ("site", "car-7")
    put_camera(coordinator, camera(position={"latitude": 31.8, "longitude": 117.2}), '"1"')
    assert (ask(placed).json()["placed_by"], ask(placed).json()["latitude"]) == ("camera", 31.8)
    assert (
        coordinator.call("GET", f"/api/v1/alerts/{'0' * 8}-0000-7000-8000-{'0' * 12}/units", "console").status_code
        == 404
    )


def test_along_roads_the_one_way_counts(site: Path) -> None:
    """Two cars at 300 m, one on either side of the place, on a street that is driven northwards only."""
    points = [north_of(HOME, metres) for metres in range(-500, 501, 50)]
    street = Way({"highway": "residential", "oneway": "yes"}, tuple(Vertex(p, *p) for p in points))
    with DeskCoordinator(site, roads=import_roads([street]).roads) as desk:
        stand(desk, "car-south", -300)
        stand(desk, "car-north", 250)
        stand(desk, "walker", 200, kind="foot")
        stand(desk, "off-road", 5000)
        found = {u["id"]: u for u in suggest(desk)["items"]}
        metrics = desk.call("GET", "/metrics", "console").text
    assert next(iter(found)) == "car-north"  # against the street it is told by great circle, and says so
    assert (found["car-north"]["method"], found["car-north"]["speed_kmh"]) == ("great_circle", 30)
    south, walker = found["car-south"], found["walker"]
    assert (south["method"], south["speed_kmh"]) == ("road", None)
    assert south["distance_m"] == pytest.approx(300, abs=2)
    assert south["duration_s"] == pytest.approx(300 / (25 / 3.6), abs=1)
    assert (walker["method"], walker["distance_m"]) == ("road", pytest.approx(200, abs=2))
    assert walker["duration_s"] == pytest.approx(200 / (5 / 3.6), abs=2)
    assert found["off-road"]["method"] == "great_circle"
    assert "skynet_coordinator_suggestions_off_road_total 2.0" in metrics
