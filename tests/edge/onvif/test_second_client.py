"""That the stub is an honest camera: a client that shares nothing with ours gets along with it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.onvif_stub import DAHUA, HIKVISION, OLD_PROFILE_S, TP_LINK, Login, OnvifStub, Quirk, notice, snapshot_jpeg

_PROGRAM = Path(__file__).parent / "second_client.py"
_WRONG = Login(password="not this one")


def _start(addresses: list[str], login: Login) -> subprocess.Popen[str]:
    environment = os.environ | {"CAMERA_USER": login.user, "CAMERA_PASSWORD": login.password}
    return subprocess.Popen([sys.executable, _PROGRAM, *addresses], env=environment, stdout=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def visited() -> Iterator[dict[str, tuple[OnvifStub, dict[str, Any]]]]:
    """Each camera, and what the second client told of it."""
    with ExitStack() as stack:
        cameras = {
            "hikvision": stack.enter_context(OnvifStub(HIKVISION)),
            "tp-link, an hour off": stack.enter_context(OnvifStub(TP_LINK, clock_offset_s=-3600.0)),
            "old, small window": stack.enter_context(OnvifStub(OLD_PROFILE_S, {Quirk.WINDOW_5_S})),
            "manager elsewhere": stack.enter_context(OnvifStub(DAHUA, {Quirk.EVENTS_OTHER_PORT, Quirk.MEDIA2_FIRST})),
        }
        with _start([f"{camera.host}:{camera.port}" for camera in cameras.values()], Login()) as program:
            for camera in cameras.values():
                camera.journal.wait("SetSynchronizationPoint", timeout_s=30.0)
                camera.emit(notice.motion(True))
                camera.emit(notice.plate("皖A12345"))
            output, _ = program.communicate(timeout=60.0)
        assert program.returncode == 0
        told = [json.loads(line) for line in output.splitlines()]
        yield {name: (camera, one) for (name, camera), one in zip(cameras.items(), told, strict=True)}


_NAMES = ["hikvision", "tp-link, an hour off", "old, small window", "manager elsewhere"]
Visited = dict[str, tuple[OnvifStub, dict[str, Any]]]


@pytest.mark.parametrize("name", _NAMES)
def test_it_learns_who_the_camera_is(visited: Visited, name: str) -> None:
    camera, told = visited[name]
    persona = camera.persona
    assert (told["make"], told["model"], told["firmware"]) == (persona.manufacturer, persona.model, persona.firmware)
    assert f"onvif://www.onvif.org/hardware/{persona.model}" in told["scopes"]
    assert "http://www.onvif.org/ver10/media/wsdl" in told["services"]


@pytest.mark.parametrize("name", _NAMES)
def test_it_gets_profiles_streams_and_a_picture(visited: Visited, name: str) -> None:
    camera, told = visited[name]
    profiles = camera.persona.profiles
    assert [
        (one["token"], one["name"], one["width"], one["height"], one["fps"], one["gop"]) for one in told["profiles"]
    ] == [(one.token, one.name, one.width, one.height, one.fps, one.gop) for one in profiles]
    assert told["streams"] == [f"rtsp://127.0.0.1:554{one.path}" for one in profiles]
    assert told["snapshot_sha256"] == hashlib.sha256(snapshot_jpeg()).hexdigest()


@pytest.mark.parametrize("name", _NAMES)
def test_it_turns_the_camera(visited: Visited, name: str) -> None:
    camera, told = visited[name]
    assert (told["pan_range"], told["moving"], told["zoom"]) == (1.0, "MOVING", 0.25)
    assert [move.kind for move in camera.moves] == ["continuous", "stop", "absolute", "preset"]
    assert camera.moves[0].pan_tilt == (0.5, 0.0)
    assert camera.moves[0].zoom is None
    assert camera.moves[2].pan_tilt is None
    assert told["presets"][told["preset"]] == "north gate"
    assert told["preset"] not in camera.presets


@pytest.mark.parametrize("name", _NAMES)
def test_it_hears_events_and_leaves_no_subscription(visited: Visited, name: str) -> None:
    camera, told = visited[name]
    assert told["topics"] == ["tns1:RuleEngine/CellMotionDetector/Motion", "tns1:RuleEngine/Recognition/LicensePlate"]
    assert told["values"][0] == {"IsMotion": "true"}
    assert len(camera.journal.named("Unsubscribe", "answered")) == 1
    assert camera.open_subscriptions == 0


def test_the_manager_on_a_port_of_its_own_is_what_was_asked(visited: Visited) -> None:
    camera, _ = visited["manager elsewhere"]
    assert camera.last_port != camera.port
    assert {call.port for call in camera.journal.named("PullMessages")} == {camera.last_port}


def test_a_wrong_password_is_refused() -> None:
    with OnvifStub(TP_LINK) as camera, _start([f"{camera.host}:{camera.port}"], _WRONG) as program:
        output, _ = program.communicate(timeout=60.0)
        assert "not authorized" in json.loads(output)["fault"]
        assert camera.journal.named("GetDeviceInformation", "answered") == []
        assert camera.journal.refused_logins > 0
