"""`skynet cameras`: against a camera over real sockets, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from skynet.cli.app import build_app
from skynet.domain.errors import BadInputError, WorkFailedError
from tests.onvif_stub import HIKVISION, OnvifStub, Quirk
from tests.onvif_stub import Login as StubLogin

CONFIG = """\
box_id: box-1
coordinator: {url: "http://127.0.0.1:8700", token_env: TOKEN}
data_dir: data
# the cameras of the school
cameras:
  - {id: gate, name: 大门, site: school, source: "rtsp://u:hidden-one@10.0.0.1/live"}
"""
SECRET = "geh3im-Pa55"


@pytest.fixture(autouse=True)
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAM_PASSWORD", SECRET)
    monkeypatch.setenv("TOKEN", "t")
    monkeypatch.setenv("COLUMNS", "200")


def run(*args: str) -> Result:
    result = CliRunner().invoke(build_app(["cameras"]), ["cameras", *args])
    assert SECRET not in f"{result.output}{result.stderr}{result.exception!r}"
    return result


def login() -> StubLogin:
    return StubLogin("admin", SECRET)


WHO = ("--user", "admin", "--password-env", "CAM_PASSWORD")


def test_a_probe_says_what_the_camera_is_and_how_to_enter_it() -> None:
    with OnvifStub(HIKVISION, {Quirk.STREAM_URI_USERINFO}, login=login()) as stub:
        shown = run("probe", stub.url, *WHO, "--no-stream")
        told = run("probe", stub.url, *WHO, "--no-stream", "--json")
    assert shown.exit_code == told.exit_code == 0
    assert "DS-2DE4425IW-DE" in shown.stdout
    assert HIKVISION.serial not in shown.stdout + told.stdout
    document = json.loads(told.stdout)
    assert (document["make"], document["login"], document["tls"]) == (
        "HIKVISION",
        "HTTP digest (md5)",
        "none (plain HTTP)",
    )
    assert (document["record_profile"], document["analysis_profile"]) == ("Profile_1", "Profile_2")
    assert any("held user and password" in line for line in document["findings"])
    assert "@" in document["entry"]
    assert "${CAMERA_" in document["entry"]
    assert "@" not in document["profiles"][0]["stream"]


def test_the_serial_number_is_shown_when_asked_for() -> None:
    with OnvifStub(HIKVISION, login=login()) as stub:
        told = run("probe", stub.url, *WHO, "--no-stream", "--json", "--serial")
    assert json.loads(told.stdout)["serial"] == HIKVISION.serial


def test_a_camera_that_is_not_verified_says_so_and_is_refused_without_the_option() -> None:
    with OnvifStub(HIKVISION, login=login(), tls=True) as stub:
        refused = run("probe", stub.url, *WHO, "--no-stream")
        taken = run("probe", stub.url, *WHO, "--no-stream", "--json", "--insecure-tls")
    assert isinstance(refused.exception, WorkFailedError)
    assert "cannot be verified" in str(refused.exception)
    assert json.loads(taken.stdout)["tls"].startswith("NOT verified")


def test_adding_twice_is_refused_and_list_shows_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "edge.yaml"
    config.write_text(CONFIG)
    with OnvifStub(HIKVISION, login=login()) as stub:
        add = ("add", stub.url, "--config", str(config), "--site", "school", "--id", "yard", *WHO, "--no-stream")
        first = run(*add)
        again = run(*add)
    assert first.exit_code == 0, first.exception
    assert "set CAMERA_YARD_USER and CAMERA_YARD_PASSWORD" in first.stdout
    assert isinstance(again.exception, BadInputError)
    assert "'yard' is the id of" in str(again.exception)
    assert "# the cameras of the school" in config.read_text()
    assert 'onvif: "http://${CAMERA_YARD_USER}:${CAMERA_YARD_PASSWORD}@' in config.read_text()
    monkeypatch.setenv("CAMERA_YARD_USER", "admin")
    monkeypatch.setenv("CAMERA_YARD_PASSWORD", SECRET)
    for shown in (run("list", "--config", str(config)), run("list", "--config", str(config), "--json")):
        assert shown.exit_code == 0
        assert "hidden-one" not in shown.stdout
        assert "yard" in shown.stdout
        assert "/Streaming/Channels/101" in shown.stdout


def test_discovery_lists_and_probes() -> None:
    with OnvifStub(HIKVISION, login=login()) as stub:
        host, port = stub.discovery_address
        found = run("discover", "--at", f"{host}:{port}", "--wait", "0.4", "--probe", *WHO, "--no-stream", "--json")
    device, summary = map(json.loads, found.stdout.splitlines())
    assert (summary["devices"], summary["unreadable"]) == (1, 0)
    assert device["addresses"] == [stub.url]
    assert device["report"]["make"] == "HIKVISION"


def test_a_device_that_was_only_found_never_sees_the_password_readable() -> None:
    with OnvifStub(HIKVISION, {Quirk.SNAPSHOT_BASIC}, login=login()) as stub:
        host, port = stub.discovery_address
        found = run("discover", "--at", f"{host}:{port}", "--wait", "0.4", "--probe", *WHO, "--no-stream", "--json")
        assert not any("basic" in call.levels for call in stub.journal.calls)
    report = json.loads(found.stdout.splitlines()[0])["report"]
    assert report["snapshot_bytes"] is None
    assert any("only HTTP Basic" in line for line in report["findings"])


def test_ptz_moves_and_manages_presets() -> None:
    with OnvifStub(HIKVISION, login=login()) as stub:
        assert run("ptz", stub.url, "move", "--pan", "0.5", "--seconds", "0.1", *WHO).exit_code == 0
        assert stub.journal.calls[-1].action == "Stop"
        token = json.loads(run("ptz", stub.url, "set-preset", "gate", *WHO, "--json").stdout)["token"]
        presets = json.loads(run("ptz", stub.url, "presets", *WHO, "--json").stdout)
        assert {"token": token, "name": "gate"} in presets


def test_events_end_by_themselves_and_give_the_subscription_back() -> None:
    with OnvifStub(HIKVISION, login=login()) as stub:
        assert run("events", stub.url, *WHO, "--seconds", "1.5", "--json").exit_code == 0
        assert stub.most_subscriptions == 1
        assert stub.open_subscriptions == 0


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("probe", "ftp://x"), "no address"),
        (("probe", "h", "--password-env", "CAM_PASSWORD"), "add --user"),
        (("probe", "h", "--user", "u", "--password-env", "NOT_THERE"), "NOT_THERE is not set"),
        (("probe", "h", "--user", "u"), "--password-env"),
        (("ptz", "h", "move"), "at least one"),
        (("ptz", "h", "goto-preset"), "name the preset"),
        (("discover", "--at", "h:x"), "no host"),
        (("discover", "--interface", "eth0"), "no IPv4"),
        (("add", "h", "--config", "no.yaml", "--site", "s"), "no such file"),
    ],
)
def test_bad_input_is_one_line(args: tuple[str, ...], says: str) -> None:
    result = run(*args)
    assert isinstance(result.exception, BadInputError), result.output
    assert says in str(result.exception)
    assert "\n" not in str(result.exception)


def test_a_wrong_password_is_the_works_failure() -> None:
    with OnvifStub(HIKVISION) as stub:
        result = run("probe", stub.url, *WHO, "--no-stream")
    assert isinstance(result.exception, WorkFailedError)
    assert "was refused" in str(result.exception)
