"""Credentials, redirects and encryption."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Callable
from hashlib import md5
from itertools import islice
from pathlib import Path

import pytest

from skynet.domain import CameraState, SystemClock
from skynet.media import SourceError
from skynet.media.rtsp import NativeRtspSource, RtspHub
from tests.media.rtsp.fake_camera import FakeCamera, Peer
from tests.media.rtsp.reading import (
    S3CRET,
    decent,
    decent_rest,
    failure,
    refusing,
    source,
)


def guarded(nonces: Callable[[int], str], right: str = "s3cret", extra: str = "") -> Callable[[Peer], None]:
    """Digest, a nonce for each request as `nonces` says; only the newest is taken."""

    def digest(*parts: str) -> str:
        return md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()

    def script(peer: Peer) -> None:
        sending = threading.Thread(target=lambda: decent_rest(peer))
        for number, request in enumerate(peer.requests()):
            nonce = nonces(number)
            secret, asked = digest("ad@min", "cam", right), digest(request.method, request.url)
            if f'response="{digest(secret, nonce, asked)}"' not in request.headers.get("authorization", ""):
                challenge = f'Digest realm="cam", nonce="{nonce}"{extra}'
                peer.answer(request, "401 Unauthorized", WWW_Authenticate=challenge)
            elif peer.decent(request) == "PLAY":
                sending.start()
        if sending.ident:
            sending.join()

    return script


def test_credentials_are_proved_once_and_remembered(hub: RtspHub) -> None:
    with FakeCamera(guarded(lambda number: "n")) as camera:
        reading = source(camera, hub, credentials=S3CRET)
        reading.open()
        assert next(reading.packets()).is_keyframe
        reading.close()
        assert camera.methods()[:5] == ["OPTIONS", "OPTIONS", "DESCRIBE", "SETUP", "PLAY"]
        assert "s3cret" not in str(camera.heard)


def test_a_nonce_that_changes_between_requests_is_followed(hub: RtspHub) -> None:
    with FakeCamera(guarded(lambda number: f"n{number // 2}")) as camera:
        reading = source(camera, hub, credentials=S3CRET)
        reading.open()
        assert next(reading.packets()).is_keyframe
        reading.close()


@pytest.mark.parametrize(
    ("script", "most_requests"),
    [
        (guarded(lambda number: f"n{number}"), 3),  # a new nonce with every answer, and nothing is ever right
        (guarded(lambda number: f"n{number}", extra=", stale=true"), 5),
        (guarded(lambda number: "n", right="other"), 3),
    ],
)
def test_refused_credentials_end_the_matter(hub: RtspHub, script: Callable[[Peer], None], most_requests: int) -> None:
    with FakeCamera(script) as camera:
        error = failure(camera, hub)
        assert error.state is CameraState.UNAUTHORISED
        assert "401" in error.detail
        assert len(camera.heard) <= most_requests


def test_a_camera_that_asks_for_credentials_that_we_have_not(hub: RtspHub) -> None:
    with FakeCamera(guarded(lambda number: "n")) as camera:
        error = failure(camera, hub, credentials="")
        assert error.state is CameraState.UNAUTHORISED
        assert "add them" in error.detail


def test_a_camera_that_hangs_up_after_each_401(hub: RtspHub) -> None:
    def rude(peer: Peer) -> None:
        for request in peer.requests():
            if "authorization" not in request.headers:
                peer.answer(request, "401 Unauthorized", WWW_Authenticate='Basic realm="x"')
                peer.sock.shutdown(1)
                return
            if peer.decent(request) == "PLAY":
                peer.send(peer.gop())

    with FakeCamera(rude) as camera:
        reading = source(camera, hub, credentials=S3CRET)
        reading.open()
        assert next(reading.packets()).is_keyframe
        reading.close()
        assert camera.connections == 2


def test_redirects_are_followed(hub: RtspHub) -> None:
    with FakeCamera(decent) as there, FakeCamera(refusing("DESCRIBE", "302 Found", Location=there.url())) as here:
        reading = source(here, hub)
        reading.open()
        assert next(reading.packets()).is_keyframe
        reading.close()


def test_redirects_in_a_circle_end(hub: RtspHub) -> None:
    def circle(peer: Peer) -> None:
        for request in peer.requests():
            peer.answer(request, "301 Moved", Location=request.url)

    with FakeCamera(circle) as camera:
        assert "in circles" in failure(camera, hub).detail
        assert camera.connections <= 7


def test_over_tls(hub: RtspHub, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *(
                "-subj",
                "/CN=camera",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-days",
                "2",
                "-keyout",
                str(key),
                "-out",
                str(certificate),
            ),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with FakeCamera(decent, context) as camera:
        reading = source(camera, hub, verify_tls=False)
        reading.open()
        assert len(list(islice(reading.packets(), 30))) == 30
        reading.close()
    with FakeCamera(decent, context) as camera:
        untrusted = failure(camera, hub)
        assert untrusted.state is CameraState.UNTRUSTED
        assert "verify_tls: false" in untrusted.detail
        assert camera.heard == []  # and so no credentials went out
    trusting = RtspHub(SystemClock(), tls=ssl.create_default_context(cafile=str(certificate)))
    with FakeCamera(decent, context) as camera:
        reading = source(camera, trusting)
        reading.open()
        assert next(reading.packets()).is_keyframe
        reading.close()
    trusting.close(5)
    with FakeCamera(decent) as camera:
        plain = NativeRtspSource(camera.url().replace("rtsp:", "rtsps:"), clock=hub.clock, hub=hub, timeout_s=1)
        with pytest.raises(SourceError) as caught:
            plain.open()
        assert caught.value.state in (CameraState.FAILED, CameraState.TIMED_OUT)
