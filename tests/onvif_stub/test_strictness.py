"""That the stub is no pushover: what a strict camera refuses, it refuses."""

from __future__ import annotations

import base64
import hashlib
import http.client
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.onvif_stub import HIKVISION, PROFILE_T, TP_LINK, OnvifStub

DEVICE, MEDIA, PTZ = (
    "http://www.onvif.org/ver10/device/wsdl",
    "http://www.onvif.org/ver10/media/wsdl",
    "http://www.onvif.org/ver20/ptz/wsdl",
)
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
SOAP_TYPE = "application/soap+xml; charset=utf-8"


@pytest.fixture(scope="module")
def token_camera() -> Iterator[OnvifStub]:
    with OnvifStub(TP_LINK) as camera:
        yield camera


@pytest.fixture(scope="module")
def digest_camera() -> Iterator[OnvifStub]:
    with OnvifStub(PROFILE_T) as camera:
        yield camera


def _token(camera: OnvifStub, password: str | None = None, age_s: float = 0.0, nonce: bytes | None = None) -> str:
    nonce = nonce or uuid4().bytes
    created = (datetime.now(UTC) - timedelta(seconds=age_s)).strftime("%Y-%m-%dT%H:%M:%SZ")
    secret = (password or camera.login.password).encode()
    digest = base64.b64encode(hashlib.sha1(nonce + created.encode() + secret, usedforsecurity=False).digest()).decode()
    return (
        f'<w:Security xmlns:w="{WSSE}-wssecurity-secext-1.0.xsd" xmlns:u="{WSSE}-wssecurity-utility-1.0.xsd">'
        f"<w:UsernameToken><w:Username>{camera.login.user}</w:Username>"
        f'<w:Password Type="{WSSE}-username-token-profile-1.0#PasswordDigest">{digest}</w:Password>'
        f"<w:Nonce>{base64.b64encode(nonce).decode()}</w:Nonce><u:Created>{created}</u:Created>"
        "</w:UsernameToken></w:Security>"
    )


def _envelope(body: str, header: str = "", soap: str = "http://www.w3.org/2003/05/soap-envelope") -> bytes:
    return (f'<e:Envelope xmlns:e="{soap}"><e:Header>{header}</e:Header><e:Body>{body}</e:Body></e:Envelope>').encode()


def _post(
    camera: OnvifStub, body: bytes, path: str | None = None, headers: dict[str, str] | None = None
) -> tuple[int, bytes, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection(camera.host, camera.port, timeout=5.0)
    try:
        whole = {"Content-Type": SOAP_TYPE, **(headers or {})}
        connection.request("POST", path or camera.persona.paths["device"], body, whole)
        response = connection.getresponse()
        return response.status, response.read(), response.headers
    finally:
        connection.close()


ASK = f'<GetDeviceInformation xmlns="{DEVICE}"/>'


def test_a_good_token_is_let_in_once(token_camera: OnvifStub) -> None:
    request = _envelope(ASK, _token(token_camera))
    status, body, _ = _post(token_camera, request)
    assert status == 200
    assert TP_LINK.model.encode() in body
    status, body, _ = _post(token_camera, request)
    assert status == 400
    assert b"the nonce was used before" in body


@pytest.mark.parametrize("age_s", [301.0, -301.0])
def test_a_token_out_of_the_window_is_refused(token_camera: OnvifStub, age_s: float) -> None:
    status, body, _ = _post(token_camera, _envelope(ASK, _token(token_camera, age_s=age_s)))
    assert status == 400
    assert b"out of the window" in body


def test_a_token_of_another_password_is_refused(token_camera: OnvifStub) -> None:
    status, body, _ = _post(token_camera, _envelope(ASK, _token(token_camera, password="guess")))
    assert status == 400
    assert b"NotAuthorized" in body
    assert token_camera.login.password.encode() not in body


def _answer(camera: OnvifStub, challenge: str, count: int = 1, password: str | None = None, uri: str = "") -> str:
    fields = dict(pair.split("=", 1) for pair in challenge.removeprefix("Digest ").split(", "))
    realm, nonce = fields["realm"].strip('"'), fields["nonce"].strip('"')
    uri = uri or camera.persona.paths["device"]

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    ha1, ha2 = md5(f"{camera.login.user}:{realm}:{password or camera.login.password}"), md5(f"POST:{uri}")
    response = md5(f"{ha1}:{nonce}:{count:08x}:0a4f113b:auth:{ha2}")
    return (
        f'Digest username="{camera.login.user}", realm="{realm}", nonce="{nonce}", uri="{uri}", algorithm=MD5, '
        f'response="{response}", qop=auth, nc={count:08x}, cnonce="0a4f113b"'
    )


def _challenge(camera: OnvifStub) -> str:
    status, _, headers = _post(camera, _envelope(ASK))
    assert status == 401
    return str(headers["WWW-Authenticate"])


def test_a_good_digest_is_let_in_and_its_count_only_once(digest_camera: OnvifStub) -> None:
    challenge = _challenge(digest_camera)
    for count, wanted in ((1, 200), (2, 200), (2, 401), (1, 401), (9, 200)):
        authorization = {"Authorization": _answer(digest_camera, challenge, count)}
        assert _post(digest_camera, _envelope(ASK), headers=authorization)[0] == wanted


def test_a_digest_of_another_password_address_or_nonce_is_refused(digest_camera: OnvifStub) -> None:
    challenge = _challenge(digest_camera)
    nonce = challenge.partition('nonce="')[2].partition('"')[0]
    for authorization in (
        _answer(digest_camera, challenge, password="guess"),
        _answer(digest_camera, challenge, uri="/onvif/media"),
        _answer(digest_camera, challenge.replace(nonce, "0" * 32)),
    ):
        assert _post(digest_camera, _envelope(ASK), headers={"Authorization": authorization})[0] == 401


def test_a_token_is_nothing_to_a_camera_that_wants_digest(digest_camera: OnvifStub) -> None:
    assert _post(digest_camera, _envelope(ASK, _token(digest_camera)))[0] == 401


def test_both_logins_in_one_request_are_put_down(digest_camera: OnvifStub) -> None:
    before = len(digest_camera.journal.with_both_levels())
    headers = {"Authorization": _answer(digest_camera, _challenge(digest_camera))}
    _post(digest_camera, _envelope(ASK, _token(digest_camera)), headers=headers)
    assert len(digest_camera.journal.with_both_levels()) == before + 1


def test_a_ver10_call_at_the_address_of_media2_finds_no_such_action() -> None:
    with OnvifStub(HIKVISION) as camera:
        request = _envelope(f'<GetProfiles xmlns="{MEDIA}"/>', _token(camera))
        assert b"ActionNotSupported" in _post(camera, request, camera.persona.paths["media2"])[1]
        assert b"Profile_1" in _post(camera, request, camera.persona.paths["media"])[1]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"hello", {}),
        (b"<html/>", {}),
        (_envelope(""), {}),
        (_envelope(ASK + ASK), {}),
        (_envelope(ASK, soap="http://schemas.xmlsoap.org/soap/envelope/"), {}),
        (_envelope(ASK), {"Content-Type": "text/xml"}),
    ],
    ids=["no xml", "no envelope", "empty body", "two actions", "soap 1.1", "text/xml"],
)
def test_what_is_no_soap_1_2_is_a_fault(token_camera: OnvifStub, body: bytes, headers: dict[str, str]) -> None:
    status, answer, _ = _post(token_camera, body, headers=headers)
    assert status in (400, 415)
    assert b"ter:WellFormed" in answer


@pytest.mark.parametrize(
    "body",
    [
        f'<ContinuousMove xmlns="{PTZ}"><ProfileToken>profile_1</ProfileToken></ContinuousMove>',
        f'<ContinuousMove xmlns="{PTZ}"><ProfileToken>profile_1</ProfileToken><Velocity>'
        '<PanTilt xmlns="http://www.onvif.org/ver10/schema" x="1.5" y="0"/></Velocity></ContinuousMove>',
        f'<Stop xmlns="{PTZ}"><ProfileToken>nobody</ProfileToken></Stop>',
        f'<GotoPreset xmlns="{PTZ}"><ProfileToken>profile_1</ProfileToken><PresetToken>99</PresetToken></GotoPreset>',
    ],
    ids=["no axis", "too fast", "no such profile", "no such preset"],
)
def test_a_move_that_makes_no_sense_is_a_fault_and_moves_nothing(token_camera: OnvifStub, body: str) -> None:
    request = _envelope(body, _token(token_camera))
    status, answer, _ = _post(token_camera, request, token_camera.persona.paths["ptz"])
    assert status == 400
    assert b"ter:InvalidArgVal" in answer
    assert token_camera.moves == []
