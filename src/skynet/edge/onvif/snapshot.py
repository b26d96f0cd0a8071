"""The newest picture of a camera by HTTP: digest, then basic, then none; judged by its first bytes, not its status."""

from __future__ import annotations

from urllib.parse import urlsplit

from skynet.edge.onvif.address import Reached, shown_address
from skynet.edge.onvif.camera_error import RefusedLoginError, StrangeAnswerError
from skynet.edge.onvif.soap_client import SoapClient
from skynet.edge.onvif.web import WebAnswer
from skynet.media.rtsp.challenge import parse_challenges
from skynet.media.rtsp.login import Login

WITHIN_S = 10.0
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"BM", b"GIF8")
_MAX_MOVES = 3


async def fetch_snapshot(client: SoapClient, uri: str, reached: Reached) -> bytes:
    """The picture at `uri` (as the device named it), JPEG as a rule. Raises CameraError."""
    try:
        url = reached.rewrite(uri)
    except ValueError:
        raise StrangeAnswerError("the address of its snapshot is none that can be read") from None
    answer = await _get(client, url)
    if answer.status == 401 and client.credentials:
        answer = await _logged_in(client, url, answer)
    if any(answer.content.startswith(magic) for magic in _MAGIC):
        return answer.content
    shown = shown_address(url)
    if answer.status in (401, 403):
        raise RefusedLoginError(f"{shown}: the login was refused for the snapshot (HTTP {answer.status})")
    what = "nothing" if not answer.content else "something that is no picture"
    raise StrangeAnswerError(f"{shown}: answered {what} in place of a snapshot (HTTP {answer.status})")


async def _logged_in(client: SoapClient, url: str, refused: WebAnswer) -> WebAnswer:
    credentials, answer = client.credentials, refused
    challenges = parse_challenges(refused.challenges)
    for digest in (True, False):
        if credentials is None or not any(bool(challenge.hash_name) is digest for challenge in challenges):
            continue
        login = Login(credentials.user, credentials.password)
        login.challenged(refused.challenges if digest else ["Basic realm=snapshot"])
        if not digest and url.startswith("http:"):
            if not client.may_show_password:
                client.findings.note(
                    "its snapshot takes only HTTP Basic; no password is sent so to a device that was found"
                )
                continue
            client.findings.note("its snapshot takes only HTTP Basic, which shows the password to who listens")
        answer = await _get(client, url, login)
        if answer.status != 401:
            break
    return answer


async def _get(client: SoapClient, url: str, login: Login | None = None) -> WebAnswer:
    for _ in range(_MAX_MOVES + 1):
        parts = urlsplit(url)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        authorization = login.header("GET", target) if login else None
        headers = {"Authorization": authorization} if authorization else {}
        answer = await client.web.send("GET", url, headers=headers, within_s=WITHIN_S)
        if not answer.moved_to:
            return answer
        url = answer.moved_to
    raise StrangeAnswerError(f"{shown_address(url)}: sends its snapshot from address to address without an end")
