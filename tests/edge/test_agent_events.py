"""The whole box beside a camera that tells of tampering: health says so, and leaving gives the subscription back."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import yaml

from skynet.domain import SystemClock
from skynet.edge import load_edge_config
from skynet.edge.agent import EdgeAgent
from tests.edge.desk_coordinator import DeskCoordinator
from tests.edge.moving_clip import write_moving_clip
from tests.onvif_stub import HIKVISION, OnvifStub, notice


def test_a_box_hears_its_camera_and_leaves_no_subscription(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "edge.token").write_text("good\n", encoding="ascii")
    clip = write_moving_clip(tmp_path / "yard.mp4")
    with OnvifStub(HIKVISION) as stub:
        stub.emit_at_pull(1, notice.tamper(True))
        device = stub.url.replace("http://", "http://${USER_OF_YARD}:${PASSWORD_OF_YARD}@")
        camera = {"id": "yard", "name": "Yard", "site": "s", "source": str(clip), "loop": True, "onvif": device}
        document = {
            "box_id": "box-1",
            "coordinator": {"url": "http://desk", "token_file": "edge.token"},
            "data_dir": "data",
            "detector": "motion",
            "plates": False,
            "health": {"port": 0, "report_every_s": 0.2},
            "cameras": [camera],
        }
        path = tmp_path / "edge.yaml"
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        login = {"USER_OF_YARD": stub.login.user, "PASSWORD_OF_YARD": stub.login.password}
        coordinator, stop = DeskCoordinator(), threading.Event()
        agent = EdgeAgent(load_edge_config(path, login), SystemClock(), {}, transport=coordinator)
        thread = threading.Thread(target=agent.run, args=(stop,))
        thread.start()
        try:
            coordinator.wait(
                lambda: any("reports tampering" in str(report["cameras"]) for report in coordinator.reports),
                timeout_s=30,
            )
            assert stub.open_subscriptions == 1
        finally:
            stop.set()
            thread.join(15)
        assert not thread.is_alive()
        assert stub.open_subscriptions == 0
        assert stub.login.password not in caplog.text
        assert stub.login.password not in str(coordinator.reports)
