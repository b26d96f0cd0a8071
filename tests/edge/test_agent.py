"""The whole box on a real clip, with a coordinator in a few lines at the other end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import yaml

from skynet.domain import SystemClock
from skynet.domain.errors import BadInputError
from skynet.edge import EdgeConfig, load_edge_config
from skynet.edge.agent import EdgeAgent
from skynet.edge.data_dir import DataDir
from tests.edge.alerts import sha256
from tests.edge.desk_coordinator import DeskCoordinator
from tests.edge.moving_clip import write_moving_clip

EVERYTHING = {
    "zones": {"all": [[0, 0], [1, 0], [1, 1], [0, 1]]},
    "rules": [{"id": "comes", "kind": "zone_entry", "zone": "all", "min_inside_s": 0}],
}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_moving_clip(tmp_path_factory.mktemp("clip") / "yard.mp4")


def configure(tmp_path: Path, clip: Path, **changes: object) -> EdgeConfig:
    (tmp_path / "edge.token").write_text("good\n", encoding="ascii")
    (tmp_path / "broken.mp4").write_bytes(b"this is no video" * 100)
    document = {
        "box_id": "box-1",
        "coordinator": {"url": "http://desk", "token_file": "edge.token"},
        "data_dir": "data",
        "detector": "motion",
        "plates": False,
        "health": {"port": 0, "report_every_s": 0.2},
        "cameras": [
            {"id": "yard", "name": "Yard", "site": "s", "source": str(clip), **EVERYTHING},
            {"id": "broken", "name": "Broken", "site": "s", "source": "broken.mp4"},
            {"id": "away", "name": "Away", "site": "s", "source": "rtsp://user:hidden@127.0.0.1:9/1"},
        ],
    } | changes
    path = tmp_path / "edge.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return load_edge_config(path, {})


class Running:
    """An agent on a thread."""

    def __init__(self, config: EdgeConfig) -> None:
        self.coordinator = DeskCoordinator()
        self.stop_event = threading.Event()
        agent = EdgeAgent(config, SystemClock(), {}, transport=self.coordinator)
        self.thread = threading.Thread(target=agent.run, args=(self.stop_event,))
        self.thread.start()

    def stop(self) -> None:
        self.stop_event.set()
        self.thread.join(15)
        assert not self.thread.is_alive()


@pytest.fixture
def running(tmp_path: Path, clip: Path) -> Iterator[Running]:
    running = Running(configure(tmp_path, clip))
    yield running
    running.stop()


def test_alerts_of_a_good_camera_arrive_whatever_the_others_do(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    coordinator = running.coordinator
    coordinator.wait(lambda: len(coordinator.alerts) > 0, timeout_s=60)
    alert = next(iter(coordinator.alerts.values()))
    assert (alert.box_id, alert.camera_id, alert.rule_id) == ("box-1", "yard", "comes")
    assert alert.snapshot is not None
    picture = coordinator.pictures[alert.snapshot.sha256]
    assert sha256(picture) == alert.snapshot.sha256
    running.stop()

    last = coordinator.reports[-1]
    assert last["outbox_pending"] == 0
    cameras = last["cameras"]
    assert isinstance(cameras, list)
    states = {camera["camera"]["id"]: camera["state"] for camera in cameras}
    assert states["away"] == "refused"
    assert states["broken"] not in ("live", "connecting")
    alerts = {camera["camera"]["id"]: camera["alerts"] for camera in cameras}
    assert alerts == {"yard": len(coordinator.alerts), "broken": 0, "away": 0}
    assert "hidden" not in caplog.text


def test_a_second_box_on_the_same_folder_is_refused_and_the_first_goes_on(tmp_path: Path, clip: Path) -> None:
    config = configure(tmp_path, clip)
    with DataDir(config.data_dir).locked(), pytest.raises(BadInputError, match="belongs to a running skynet edge"):
        EdgeAgent(config, SystemClock(), {}, transport=DeskCoordinator()).run(threading.Event())


def test_unknown_detectors_are_refused_before_any_camera_is_opened(tmp_path: Path, clip: Path) -> None:
    config = configure(tmp_path, clip, detector="yolo-nonsense")
    with pytest.raises(BadInputError, match="yolo-nonsense"):
        EdgeAgent(config, SystemClock(), {}, transport=DeskCoordinator()).run(threading.Event())


def test_a_damaged_outbox_is_an_issue_and_not_the_end(tmp_path: Path, clip: Path) -> None:
    config = configure(tmp_path, clip)
    config.data_dir.mkdir()
    (config.data_dir / "outbox.sqlite3").write_bytes(np.random.default_rng(1).bytes(9000))
    running = Running(config)
    try:
        running.coordinator.wait(lambda: len(running.coordinator.reports) > 0)
    finally:
        running.stop()
    assert len(list(config.data_dir.glob("outbox.sqlite3.damaged-*"))) >= 1
