"""A camera that sleeps through the quiet and loses nothing by it, over real RTSP."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.city import EVERYTHING_THAT_COMES, City, wait_for
from tests.e2e.rtsp_server import RtspServer
from tests.e2e.street import picture_of, walked, write_street

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

FPS, GOP_S = 25, 2.0
WALK = (10.2, 12.7)
"""Begins a moment after a keyframe: the next one, at 12 s, is the first by which a sleeping camera can know of it."""
WAKING_S = 12.0
MODES = ("auto", "always", "shadow")


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("street") / "street.mp4"
    return write_street(path, fps=FPS, gop=round(FPS * GOP_S), seconds=40, walks=(WALK,))


def happened_at(city: City, item: dict[str, Any]) -> tuple[float, float]:
    """What the alert says (POSIX s), and what its picture shows (seconds of the stream)."""
    share = walked(picture_of(city.snapshot(item)))
    assert share is not None, "the snapshot shows the figure"
    return datetime.fromisoformat(item["alert"]["occurred_at"]).timestamp(), WALK[0] + share * (WALK[1] - WALK[0])


def test_an_event_in_a_long_quiet_wakes_the_camera_from_its_very_beginning_on(city: City, street: Path) -> None:
    with RtspServer({"street": street}) as server:
        cameras = [
            {
                "id": mode,
                "name": mode,
                "site": "test",
                "source": server.url("street"),
                "gate": mode,
                **EVERYTHING_THAT_COMES,
            }
            for mode in MODES
        ]
        city.start_coordinator()
        city.start_edge(cameras, clips={"enabled": False})

        def sleeps() -> bool:
            gate = city.camera("auto").get("gate") or {"wakes": 0}
            return gate["wakes"] > 0 and not gate["awake"]

        wait_for("it sleeps, once it knows its scene", sleeps)
        asleep = city.edge_health()["counts"]["auto"]

        def later() -> dict[str, int] | None:
            now: dict[str, int] = city.edge_health()["counts"]["auto"]
            return now if now["packets"] >= asleep["packets"] + 30 else None

        quiet = wait_for("some more of the quiet", later)
        assert quiet["alerts"] == 0
        assert quiet["frames_decoded"] - asleep["frames_decoded"] <= 3, "keyframes, of which there is one in 2 s"
        wait_for("it raises the alert", lambda: city.camera("auto")["alerts"])
        wait_for("it sleeps again", sleeps)
        health, counts = city.camera("auto"), city.edge_health()["counts"]
        metrics = city.edge_metrics()
        assert city.stop("edge") == 0, city.log("edge")

    assert 'skynet_edge_camera_reader{camera="auto",reader="native"} 1.0' in metrics
    assert health["gate"]["wakes"] >= 1
    assert health["gate"]["trusted"]
    assert health["frames_dropped"] == 0
    assert counts["auto"]["frames_decoded"] < 0.85 * counts["auto"]["packets"]
    assert counts["always"]["frames_decoded"] > 0.95 * counts["always"]["packets"]
    assert 'skynet_edge_gate_wakes_total{camera="auto"}' in metrics
    assert 'skynet_edge_gate_awake{camera="auto"} 0.0' in metrics
    assert 'skynet_edge_gate_seconds_total{camera="auto",state="asleep"}' in metrics

    raised: dict[str, list[dict[str, Any]]] = {mode: [] for mode in MODES}
    for item in city.alerts():
        raised[item["alert"]["camera_id"]].append(item)
    assert {mode: len(items) for mode, items in raised.items()} == dict.fromkeys(MODES, 1)
    begins = {}
    for mode, (item,) in raised.items():
        said, shown = happened_at(city, item)
        assert shown < WAKING_S, f"{mode} saw it only after the waking keyframe"
        begins[mode] = said - shown
    # all three connected at about the same time: what the pictures show agrees with what the alerts say
    assert begins["auto"] == pytest.approx(begins["always"], abs=0.6)
    assert begins["shadow"] == pytest.approx(begins["always"], abs=0.6)
