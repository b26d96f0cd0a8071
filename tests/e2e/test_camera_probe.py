"""A camera as an operator meets it: ONVIF and RTSP behind one login, looked at, added, and read as a box would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skynet.cli.app import build_app
from skynet.domain import SystemClock
from skynet.edge import load_edge_config
from skynet.media import open_source
from tests.e2e.rtsp_server import Credentials, RtspServer
from tests.onvif_stub import DAHUA, Login, OnvifStub, Quirk

pytestmark = pytest.mark.e2e
ROAD = Path(__file__).parents[2] / "sample_streams" / "road.mp4"
CONFIG = 'box_id: b\ncoordinator: {url: "http://127.0.0.1:8700", token_env: TOKEN}\ndata_dir: data\ncameras: []\n'


def test_a_camera_is_probed_added_and_then_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAM_PASSWORD", "p@ss:w/rd")
    monkeypatch.setenv("TOKEN", "t")
    config = tmp_path / "edge.yaml"
    config.write_text(CONFIG)
    who = ("--user", "admin", "--password-env", "CAM_PASSWORD", "--seconds", "8")
    with (
        RtspServer({"main": ROAD}, auth=Credentials("admin", "p@ss:w/rd", digest=True)) as server,
        OnvifStub(
            DAHUA,
            {Quirk.STREAM_URI_FACTORY_ADDRESS, Quirk.STREAM_URI_USERINFO},
            login=Login("admin", "p@ss:w/rd"),
            streams=[server.url("main"), server.url("gone")],
        ) as stub,
    ):
        runner = CliRunner()
        probed = runner.invoke(build_app(["cameras"]), ["cameras", "probe", stub.url, *who, "--json"])
        report = json.loads(probed.stdout)
        main, sub = report["profiles"]
        assert main["measured"]["gop"] == 50
        assert main["measured"]["fps"] == pytest.approx(25, rel=0.1)
        assert sub["measured"] is None
        assert any("cannot be read" in line for line in report["findings"])
        args = ["cameras", "add", stub.url, "--config", str(config), "--site", "s", "--id", "road", *who, "--no-stream"]
        assert runner.invoke(build_app(["cameras"]), args).exit_code == 0
        env = {"TOKEN": "t", "CAMERA_ROAD_USER": "admin", "CAMERA_ROAD_PASSWORD": "p@ss:w/rd"}
        (camera,) = load_edge_config(config, env).cameras
        source = open_source(camera.source.get_secret_value(), clock=SystemClock(), reader="auto")
        try:
            assert source.open().codec == "h264"
        finally:
            source.close()
    assert "p@ss" not in probed.output + config.read_text()
