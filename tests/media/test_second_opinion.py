"""What FFmpeg cannot tell apart, told by the camera's own words: refusals by number, and certificates."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from skynet.domain import CameraState, SystemClock
from skynet.media import SourceError, open_source
from skynet.media.rtsp import RtspHub
from tests.media.rtsp.conftest import hub  # noqa: F401 - the fixture
from tests.media.rtsp.fake_camera import FakeCamera, Peer
from tests.media.rtsp.reading import answering, refusing


def failure(camera: FakeCamera, hub: RtspHub) -> SourceError:  # noqa: F811
    source = open_source(
        camera.url("viewer:s3cret@"), clock=SystemClock(), transport="tcp", timeout_s=3, reader="ffmpeg", hub=hub
    )
    with pytest.raises(SourceError) as caught:
        source.open()
    source.close()
    assert "s3cret" not in caught.value.detail
    return caught.value


@pytest.mark.parametrize(
    ("script", "state", "says"),
    [
        (refusing("SETUP", "453 Not Enough Bandwidth"), CameraState.BUSY, "453"),
        (refusing("DESCRIBE", "503 Service Unavailable"), CameraState.BUSY, "503"),
        (refusing("PLAY", "454 Session Not Found"), CameraState.UNREACHABLE, "454"),
        (refusing("DESCRIBE", "404 Not Found"), CameraState.NOT_FOUND, "404"),
        (refusing("DESCRIBE", "401 Unauthorized"), CameraState.UNAUTHORISED, "401"),
    ],
)
def test_refusals_have_their_names_with_ffmpeg_too(
    hub: RtspHub,  # noqa: F811
    script: Callable[[Peer], None],
    state: CameraState,
    says: str,
) -> None:
    with FakeCamera(script) as camera:
        error = failure(camera, hub)
    assert error.state is state
    assert says in error.detail


def test_a_certificate_that_nobody_vouches_for(hub: RtspHub, tmp_path: Path) -> None:  # noqa: F811
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-subj", "/CN=camera", "-days", "2", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with FakeCamera(answering, context) as camera:
        error = failure(camera, hub)
        assert error.state is CameraState.UNTRUSTED
        assert "verify_tls: false" in error.detail
        assert camera.heard == []
        blind = open_source(
            camera.url(), clock=SystemClock(), transport="tcp", timeout_s=5, reader="ffmpeg", hub=hub, verify_tls=False
        )
        blind.open()
        assert next(iter(blind.packets())).is_keyframe
        blind.close()
