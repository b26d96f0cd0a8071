"""Cameras that the coordinator assigns: asked for, kept, watched one by one."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from skynet.domain import SystemClock
from skynet.domain.camera_assignment import AssignedCameras
from skynet.edge.assignment_file import AssignmentFile, AssignmentFileError
from skynet.edge.camera_assignments import CameraAssignments
from skynet.edge.config import CameraConfig
from skynet.edge.coordinator_client import CoordinatorClient
from skynet.edge.issues import Issues
from tests.media.rtsp.reading import until

YARD: dict[str, Any] = {
    "id": "yard", "name": "Yard", "site": "school-1", "source": "rtsp://10.0.0.5/main", "sub_source": "rtsp://10.0.0.5/sub",
    "login": "gate", "analysis_fps": 4, "transport": "udp", "privacy_masks": [[[0, 0], [0.2, 0], [0.2, 0.3]]],
    "rules": {
        "zones": {"all": [[0, 0], [1, 0], [1, 1]]},
        "lines": {"door": {"from": [0.1, 0.5], "to": [0.9, 0.5]}},
        "rules": [{"id": "comes", "kind": "zone_entry", "zone": "all"}],
    },
}  # fmt: skip
DOOR: dict[str, Any] = {"id": "door", "name": "Door", "site": "school-1", "source": "rtsp://10.0.0.6/main"}

SPEAKS: dict[str, Any] = {**DOOR, "source": "rtsp://u:s3cret@cam/1"}


class Desk(httpx.BaseTransport):
    """The coordinator: answers when what it has is not what is known, else waits a moment."""

    def __init__(self) -> None:
        self.version = 1
        self.cameras: list[dict[str, Any]] = []
        self.asked: list[httpx.Request] = []
        self.trouble: httpx.Response | httpx.TransportError | None = None
        self.changed = threading.Event()

    def assign(self, *cameras: dict[str, Any]) -> None:
        self.cameras = list(cameras)
        self.version += 1
        self.changed.set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if isinstance(self.trouble, httpx.TransportError):
            raise self.trouble
        if self.trouble:
            return self.trouble
        if request.url.params.get("known") == str(self.version):
            self.changed.wait(0.2)
            self.changed.clear()
        if request.url.params.get("known") == str(self.version):
            return httpx.Response(204)
        return httpx.Response(200, json={"version": self.version, "cameras": self.cameras})


class Office:
    """The desk on the box, with somebody who notes what shall be watched."""

    def __init__(self, folder: Path, coordinator: Desk) -> None:
        self.issues = Issues()
        self.watched: dict[str, CameraConfig] = {}
        self.applied = 0
        self.file = AssignmentFile(folder / "assigned.json")
        self.logins = folder / "logins.yaml"
        client = CoordinatorClient("http://desk", lambda: "good", SystemClock(), coordinator)
        self.desk = CameraAssignments(
            "box-1", client, self._apply, self.file, self.logins, {"own"}, self.issues, SystemClock(), random.Random(1)
        )

    def _apply(self, cameras: Sequence[CameraConfig]) -> list[str]:
        self.watched = {camera.id: camera for camera in cameras}
        self.applied += 1
        return []


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skynet.edge.camera_assignments.LEAST_ROUND_S", 0.0)
    monkeypatch.setattr("skynet.edge.camera_assignments.FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr("skynet.edge.camera_assignments.LAST_PAUSE_S", 0.02)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Callable[[Desk], Office]]:
    made: list[Office] = []
    write_logins(tmp_path, "s3cret@1")

    def make(coordinator: Desk) -> Office:
        made.append(Office(tmp_path, coordinator))
        made[-1].desk.start()
        return made[-1]

    yield make
    for one in made:
        one.desk.stop()
        one.desk._thread.join(5)
        assert not one.desk._thread.is_alive()


def write_logins(folder: Path, password: str) -> None:
    path = folder / "logins.yaml"
    path.write_text(f'gate: {{user: viewer, password: "{password}"}}\n', encoding="utf-8")
    path.chmod(0o600)


def test_what_is_assigned_is_watched_with_its_login(office: Callable[[Desk], Office]) -> None:
    coordinator = Desk()
    coordinator.assign(YARD, DOOR)
    one = office(coordinator)
    until(lambda: len(one.watched) == 2)
    yard, door = one.watched["yard"], one.watched["door"]
    assert yard.source.get_secret_value() == "rtsp://viewer:s3cret%401@10.0.0.5/main"
    assert yard.sub_source is not None
    assert yard.sub_source.get_secret_value() == "rtsp://viewer:s3cret%401@10.0.0.5/sub"
    assert (yard.analysis_fps, yard.transport, len(yard.rules), set(yard.lines)) == (4, "udp", 1, {"door"})
    assert len(yard.masks[0].points) == 3
    assert door.source.get_secret_value() == "rtsp://10.0.0.6/main"
    request = coordinator.asked[0]
    assert (request.method, request.url.path) == ("GET", "/api/v1/boxes/box-1/cameras")
    assert dict(request.url.params) == {"wait": "25"}
    assert request.extensions["timeout"]["read"] > 25
    assert one.issues.lines() == []
    until(lambda: one.file.load() is not None)
    assert "s3cret" not in one.file._path.read_text(encoding="utf-8")


def test_a_change_is_followed_and_quiet_costs_nothing(office: Callable[[Desk], Office]) -> None:
    coordinator = Desk()
    one = office(coordinator)
    coordinator.assign(DOOR)
    until(lambda: "door" in one.watched)
    applied = one.applied
    polls = len(coordinator.asked)
    until(lambda: len(coordinator.asked) > polls + 1)
    assert one.applied == applied
    coordinator.assign()
    until(lambda: not one.watched)
    until(lambda: coordinator.asked[-1].url.params["known"] == str(coordinator.version))


def test_a_box_starts_without_its_coordinator(office: Callable[[Desk], Office], tmp_path: Path) -> None:
    AssignmentFile(tmp_path / "assigned.json").save(AssignedCameras.model_validate({"version": 7, "cameras": [YARD]}))
    away = Desk()
    away.trouble = httpx.ConnectError("no route")
    one = office(away)
    assert set(one.watched) == {"yard"}
    until(lambda: any(line.startswith("assignments: ") and "stay as they were" in line for line in one.issues.lines()))
    away.version = 7
    away.trouble = None
    until(lambda: one.issues.lines() == [])
    assert (one.desk.version, one.applied) == (7, 1)
    assert away.asked[-1].url.params["known"] == "7"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (httpx.Response(401, json={"detail": "the token is not known"}), "scope 'edge'"),
        (httpx.Response(404, json={"detail": "no such box"}), "404"),
        (httpx.Response(200, text="<html>hello</html>"), "cannot read"),
        (
            httpx.Response(200, json={"version": 1, "cameras": [SPEAKS]}),
            "cannot read",
        ),
        (httpx.Response(200, json={"version": 1, "cameras": [DOOR, DOOR]}), "assigned twice"),
    ],
)
def test_an_answer_that_is_no_good_changes_nothing(
    office: Callable[[Desk], Office], answer: httpx.Response, says: str
) -> None:
    coordinator = Desk()
    coordinator.assign(DOOR)
    one = office(coordinator)
    until(lambda: "door" in one.watched)
    coordinator.trouble = answer
    until(lambda: any(says in line for line in one.issues.lines()))
    assert set(one.watched) == {"door"}
    assert "s3cret" not in str(one.issues.lines())
    coordinator.trouble = None
    until(lambda: one.issues.lines() == [])


def test_a_camera_that_cannot_be_watched_is_told_and_the_others_are(office: Callable[[Desk], Office]) -> None:
    coordinator = Desk()
    coordinator.assign({**YARD, "login": "other"}, DOOR, {**DOOR, "id": "own"})
    one = office(coordinator)
    until(lambda: "door" in one.watched)
    until(lambda: len(one.issues.lines()) == 1)
    said = one.issues.lines()[0]
    assert "camera yard: this box has no login 'other'" in said
    assert "camera own: is in this box's own configuration" in said
    assert set(one.watched) == {"door"}
    coordinator.assign(YARD, DOOR)
    until(lambda: one.issues.lines() == [] and len(one.watched) == 2)


def test_a_new_password_is_taken_up_and_a_broken_file_leaves_the_old_ones(
    office: Callable[[Desk], Office], tmp_path: Path
) -> None:
    coordinator = Desk()
    coordinator.assign(YARD)
    one = office(coordinator)
    until(lambda: "yard" in one.watched)
    (tmp_path / "logins.yaml").write_text("gate: broken", encoding="utf-8")
    until(lambda: any(line.startswith("camera-logins: ") for line in one.issues.lines()))
    coordinator.assign(YARD, DOOR)
    until(lambda: len(one.watched) == 2)
    assert "s3cret" in one.watched["yard"].source.get_secret_value()
    write_logins(tmp_path, "n3w")
    until(lambda: "n3w" in one.watched["yard"].source.get_secret_value())
    assert one.issues.lines() == []


def test_a_damaged_file_is_an_issue_until_the_coordinator_has_answered(
    office: Callable[[Desk], Office], tmp_path: Path
) -> None:
    (tmp_path / "assigned.json").write_bytes(b"{broken")
    coordinator = Desk()
    coordinator.trouble = httpx.ConnectError("no route")
    one = office(coordinator)
    assert any("damaged" in line for line in one.issues.lines())
    coordinator.assign(DOOR)
    coordinator.trouble = None
    until(lambda: "door" in one.watched and one.issues.lines() == [])
    assert json.loads((tmp_path / "assigned.json").read_bytes())["version"] == coordinator.version


def test_what_was_saved_is_what_is_loaded(tmp_path: Path) -> None:
    file = AssignmentFile(tmp_path / "a.json")
    assert file.load() is None
    assigned = AssignedCameras.model_validate({"version": 3, "cameras": [YARD, DOOR]})
    file.save(assigned)
    assert file.load() == assigned
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    with pytest.raises(AssignmentFileError, match="cannot be written"):
        AssignmentFile(tmp_path / "nowhere" / "a.json").save(assigned)
