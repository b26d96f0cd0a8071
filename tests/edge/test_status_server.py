from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from skynet.domain import Camera, CameraState, PlateKind, PlateRead, SystemClock
from skynet.domain.camera_fault import CameraFault, CameraFaultKind
from skynet.domain.contract import BoxReport
from skynet.domain.errors import BadInputError
from skynet.edge.camera_events import CameraEvents
from skynet.edge.camera_status import CameraStatus
from skynet.edge.coordinator_client import CoordinatorClient
from skynet.edge.health import HealthBoard
from skynet.edge.hot_list_desk import HotListDesk
from skynet.edge.issues import Issues
from skynet.edge.onvif.camera_event import CameraEvent, EventKind
from skynet.edge.outbox import Outbox
from skynet.edge.status_server import StatusServer
from skynet.edge.uplink import Uplink
from skynet.media import StreamInfo
from tests.edge.alerts import alert, picture
from tests.edge.desk_coordinator import DeskCoordinator
from tests.edge.hot_lists import row, write_list


class Box:
    def __init__(self, tmp_path: Path) -> None:
        clock = SystemClock()
        self.issues = Issues()
        self.outbox = Outbox(tmp_path / "o", max_bytes=1 << 40, min_free_bytes=0, free_bytes=lambda: 1 << 40)
        client = CoordinatorClient("http://desk", lambda: "good", clock, DeskCoordinator())
        uplink = Uplink(self.outbox, client, self.issues, clock, random.Random(1))
        self.camera = CameraStatus(Camera(id="gate", name="Gate 校门", site="school"), clock)
        self.hot_list = HotListDesk(write_list(tmp_path / "list.csv", row()), clock, self.issues)
        board = HealthBoard("box-1", clock, [self.camera], self.issues, self.outbox, uplink, hot_list=self.hot_list)
        self.server = StatusServer("127.0.0.1", 0)
        self.server.start(board)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.server.port}{path}", trust_env=False)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    box = Box(tmp_path)
    yield box
    box.server.close()
    box.outbox.close()


def test_health_tells_everything_about_cameras_and_outbox(box: Box) -> None:
    box.camera.stream(StreamInfo("h264", 1280, 720, 25.0, None, None))
    box.camera.become(CameraState.LIVE)
    box.camera.count(frames_decoded=7, frames_analysed=2, alerts=1)
    box.outbox.put(alert(picture()), picture())
    page: dict[str, Any] = box.get("/health").json()
    camera = page["cameras"][0]
    assert (camera["camera"]["name"], camera["state"], camera["width"]) == ("Gate 校门", "live", 1280)
    assert (camera["frames_decoded"], camera["frames_analysed"], camera["alerts"]) == (7, 2, 1)
    assert page["outbox_pending"] == page["outbox"]["pending"] == 1
    BoxReport.model_validate({key: page[key] for key in BoxReport.model_fields})


def test_healthz_fails_while_alerts_may_be_lost(box: Box) -> None:
    box.issues.open("uplink", "the coordinator is away")
    answer = box.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "issues": ["uplink: the coordinator is away"]})
    box.issues.open("outbox", "no room", grave=True)
    assert (box.get("/healthz").status_code, box.get("/healthz").json()["status"]) == (503, "failing")
    box.issues.close("outbox")
    assert box.get("/healthz").status_code == 200


def test_what_a_camera_tells_by_itself_is_in_health_and_metrics(box: Box) -> None:
    assert "skynet_edge_camera_tells{" not in box.get("/metrics").text
    box.camera.events = CameraEvents("gate", SystemClock())
    box.camera.note = "certificate not verified"
    box.camera.become(CameraState.LIVE)
    box.camera.events.begin()
    box.camera.events.heard(CameraEvent(EventKind.TAMPER, "VideoSource/GlobalSceneChange", None, active=True))
    text = box.get("/metrics").text
    assert 'skynet_edge_camera_tells{camera="gate",kind="tamper"} 1.0' in text
    assert 'skynet_edge_camera_tells{camera="gate",kind="motion"} 0.0' in text
    assert 'skynet_edge_camera_events_total{camera="gate",kind="tamper"} 1.0' in text
    assert 'skynet_edge_camera_events_heard{camera="gate"} 1.0' in text
    detail = box.get("/health").json()["cameras"][0]["detail"]
    assert "it reports tampering by itself" in detail
    assert detail.endswith("; certificate not verified")


def test_metrics_count_the_same_as_health(box: Box) -> None:
    box.camera.become(CameraState.UNAUTHORISED, "401")
    box.camera.count(frames_decoded=7, decode_errors=3)
    text = box.get("/metrics").text
    assert 'skynet_edge_camera_frames_decoded_total{camera="gate"} 7.0' in text
    assert 'skynet_edge_camera_decode_errors_total{camera="gate"} 3.0' in text
    assert 'skynet_edge_camera_state{camera="gate",state="unauthorised"} 1.0' in text
    assert 'skynet_edge_camera_state{camera="gate",state="live"} 0.0' in text
    assert "skynet_edge_outbox_pending 0.0" in text
    assert "process_cpu_seconds_total" in text


def test_hits_and_reads_are_counted_and_no_plate_is_shown(box: Box) -> None:
    camera, now = box.hot_list.camera("gate", "school"), SystemClock().wall()
    for text in ("皖A12345", "皖A1234S", "浙B98765"):
        camera.match(
            PlateRead(text=text, kind=PlateKind.BLUE, confidence=0.97, corners=((0, 0), (9, 0), (9, 3), (0, 3))), now
        )
    page, text = box.get("/health"), box.get("/metrics").text
    told = page.json()["hot_list"]
    assert (told["entries"], told["reads"], told["exact"], told["possible"]) == (1, 3, 1, 1)
    assert "skynet_edge_hot_list_reads_total 3.0" in text
    assert 'skynet_edge_hot_list_hits_total{certainty="exact"} 1.0' in text
    assert 'skynet_edge_hot_list_hits_total{certainty="possible"} 1.0' in text
    assert not [plate for plate in ("A12345", "A1234S", "B98765") if plate in text + page.text]


def test_a_broken_outbox_is_said_and_not_a_broken_page(box: Box) -> None:
    box.outbox.close()
    answer = box.get("/health")
    assert answer.status_code == 503
    assert "outbox" in answer.json()["issues"][0]


def test_an_unknown_page_names_those_there_are(box: Box) -> None:
    answer = box.get("/nope?x=1")
    assert (answer.status_code, answer.json()) == (404, {"pages": ["/healthz", "/health", "/metrics"]})
    assert httpx.post(f"http://127.0.0.1:{box.server.port}/health", trust_env=False).status_code == 501


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BadInputError, match=f"127.0.0.1:{port} cannot be listened on .* health.port"):
            StatusServer("127.0.0.1", port)


def test_a_host_that_is_not_ours_is_one_clear_line() -> None:
    with pytest.raises(BadInputError, match="cannot be listened on"):
        StatusServer("192.0.2.1", 0)


def test_a_fault_is_on_every_page_while_the_camera_is_live(box: Box) -> None:
    fault = CameraFault(kind=CameraFaultKind.MOVED, since=datetime(2026, 3, 2, 14, 5, tzinfo=UTC), detail="elsewhere")
    box.camera.faults = lambda: (fault,)
    box.camera.picture.looks = 9
    box.camera.become(CameraState.LIVE)
    assert box.get("/health").json()["cameras"][0]["faults"] == [fault.model_dump(mode="json")]
    text = box.get("/metrics").text
    assert 'skynet_edge_camera_fault{camera="gate",kind="moved"} 1.0' in text
    assert 'skynet_edge_camera_fault{camera="gate",kind="frozen"} 0.0' in text
    assert 'skynet_edge_camera_picture_looks_total{camera="gate"} 9.0' in text
    box.camera.become(CameraState.UNREACHABLE)
    assert 'skynet_edge_camera_fault{camera="gate",kind="moved"} 0.0' in box.get("/metrics").text
