"""Cameras come and go on a box that runs, and no other camera notices: the whole agent, real connections."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from skynet.domain import SystemClock
from skynet.edge import load_edge_config
from skynet.edge.agent import EdgeAgent
from tests.edge.desk_coordinator import DeskCoordinator
from tests.media.rtsp.fake_camera import FakeCamera, Peer
from tests.media.rtsp.reading import answering, refusing, until

SECRET = "s3cret-pass"


class AssigningCoordinator(DeskCoordinator):
    """Also says which cameras the box watches."""

    def __init__(self) -> None:
        super().__init__()
        self.version = 0
        self.cameras: list[dict[str, Any]] = []

    def assign(self, *cameras: dict[str, Any]) -> None:
        with self.changed:
            self.cameras, self.version = list(cameras), self.version + 1

    def _take(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/api/v1/boxes/box-1/cameras":
            return super()._take(request)
        if request.url.params.get("known") == str(self.version):
            return httpx.Response(204)
        return httpx.Response(200, json={"version": self.version, "cameras": self.cameras})

    def states(self) -> dict[str, dict[str, Any]]:
        """The last report's cameras by id."""
        with self.changed:
            cameras: Any = self.reports[-1]["cameras"] if self.reports else []
            return {camera["camera"]["id"]: camera for camera in cameras}


class RunningBox:
    """An agent on a thread whose cameras all come from its coordinator."""

    def __init__(self, folder: Path) -> None:
        (folder / "edge.token").write_text("good\n", encoding="ascii")
        logins = folder / "logins.yaml"
        logins.write_text(f"gate: {{user: viewer, password: {SECRET}}}\n", encoding="ascii")
        logins.chmod(0o600)
        document = {
            "box_id": "box-1",
            "coordinator": {"url": "http://desk", "token_file": "edge.token", "assigns_cameras": True},
            "data_dir": "data",
            "detector": "motion",
            "plates": False,
            "camera_logins": "logins.yaml",
            "health": {"port": 0, "report_every_s": 0.2},
        }
        path = folder / "edge.yaml"
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        self.coordinator = AssigningCoordinator()
        self.stop = threading.Event()
        self.agent = EdgeAgent(load_edge_config(path, {}), SystemClock(), {}, transport=self.coordinator)
        self.thread = threading.Thread(target=self.agent.run, args=(self.stop,))
        self.thread.start()

    def shows(self, **states: str) -> None:
        """Wait until the box reports these cameras in these states, and no others."""
        until(lambda: {key: one["state"] for key, one in self.coordinator.states().items()} == states, 20)

    def close(self) -> None:
        self.stop.set()
        self.thread.join(15)
        assert not self.thread.is_alive()


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningBox]:
    monkeypatch.setattr("skynet.edge.camera_assignments.LEAST_ROUND_S", 0.05)
    box = RunningBox(tmp_path)
    yield box
    box.close()


def camera(name: str, peer: FakeCamera, **more: object) -> dict[str, Any]:
    return {"id": name, "name": name.title(), "site": "s", "source": peer.url(), **more}


def test_adding_changing_and_removing_one_touches_no_other(box: RunningBox) -> None:
    with FakeCamera(answering) as first, FakeCamera(answering) as second, FakeCamera(answering) as third:
        box.coordinator.assign(camera("a", first))
        box.shows(a="live")
        box.coordinator.assign(camera("a", first), camera("b", second))
        box.shows(a="live", b="live")
        box.coordinator.assign(camera("a", first), camera("b", third))
        until(lambda: third.connections == 1, 20)
        box.shows(a="live", b="live")
        box.coordinator.assign(camera("a", first), camera("b", third, analysis_fps=2))
        until(lambda: third.connections == 2, 20)
        assert "TEARDOWN" in second.methods()
        box.coordinator.assign(camera("a", first))
        box.shows(a="live")
        untouched = box.coordinator.states()["a"]
        assert (first.connections, second.connections, third.connections) == (1, 1, 2)
        assert untouched["reconnects"] == 0
        assert "TEARDOWN" not in first.methods()


def test_all_cameras_may_go_and_come_back(box: RunningBox) -> None:
    with FakeCamera(answering) as only:
        box.coordinator.assign(camera("a", only))
        box.shows(a="live")
        box.coordinator.assign()
        box.shows()
        box.coordinator.assign(camera("a", only))
        box.shows(a="live")
        assert only.connections == 2


def wants_a_password(peer: Peer) -> None:
    for request in peer.requests():
        challenge = 'Basic realm="cam"' if len(peer.heard) % 2 else 'Digest realm="cam", nonce="n", algorithm=SHA-256'
        peer.answer(request, "401 Unauthorized", WWW_Authenticate=challenge)


def breaks(peer: Peer) -> None:
    peer.play()
    peer.send(peer.gop())
    peer.reset()


def echoes(peer: Peer) -> None:
    """Throws back what it was asked, with the address in it."""
    for request in peer.requests():
        peer.send(f"{request.method} {request.url} {request.headers}\r\n\r\n".encode() * 3)
        peer.reset()


def test_no_failure_shows_a_credential(
    box: RunningBox, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    scripts = {
        "password": wants_a_password,
        "path": refusing("DESCRIBE", "404 Not Found"),
        "busy": refusing("SETUP", "453 Not Enough Bandwidth"),
        "breaks": breaks,
        "echoes": echoes,
        "moved": refusing("DESCRIBE", "302 Moved", Location=f"rtsp://viewer:{SECRET}@127.0.0.1:9/x"),
    }
    with ExitStack() as stack:
        peers = {name: stack.enter_context(FakeCamera(script)) for name, script in scripts.items()}
        assigned = [camera(name, peer, login="gate") for name, peer in peers.items()]
        assigned.append({**camera("refused", peers["path"], login="gate"), "source": "rtsp://127.0.0.1:9/x?p=1"})
        assigned.append({**camera("host", peers["path"], login="gate"), "source": "rtsp://no-such-camera.invalid/x"})
        box.coordinator.assign(*assigned)
        expected = {"password": "unauthorised", "path": "not_found", "busy": "busy", "refused": "refused"}

        def told() -> bool:
            states = box.coordinator.states()
            return all(states.get(name, {}).get("state") == state for name, state in expected.items()) and all(
                states[name]["state"] not in ("connecting", "live") for name in ("echoes", "moved", "host")
            )

        until(told, 20)
        port = int(next(m for m in caplog.messages if "status on" in m).rpartition("/health")[0].rpartition(":")[2])
        pages = [httpx.get(f"http://127.0.0.1:{port}/{page}", trust_env=False) for page in ("health", "metrics")]
        said = [*caplog.messages, *(record.exc_text or "" for record in caplog.records), *(page.text for page in pages)]
        said += [str(report) for report in box.coordinator.reports]
    assert all(page.status_code == 200 for page in pages)
    assert 'skynet_edge_camera_state{camera="busy",state="busy"} 1.0' in pages[1].text
    assert not [one for one in said if SECRET in one]
