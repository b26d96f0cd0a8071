"""SOAP calls to one device: which login it takes, its clock, its faults. For one event loop.

One login in one request, never both. Which one works is learnt from the device's refusals and kept.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from enum import StrEnum
from urllib.parse import urlsplit

from skynet.domain.clock import Clock
from skynet.edge.onvif.address import shown_address
from skynet.edge.onvif.camera_error import CameraError, FaultError, RefusedLoginError, StrangeAnswerError
from skynet.edge.onvif.credentials import Credentials
from skynet.edge.onvif.device_time import DeviceTime, compare, posix_of
from skynet.edge.onvif.envelope import Operation, read_answer, write_envelope
from skynet.edge.onvif.findings import Findings
from skynet.edge.onvif.namespace import Namespace
from skynet.edge.onvif.username_token import NONCE_BYTES, username_token
from skynet.edge.onvif.web import Web, WebAnswer
from skynet.edge.onvif.xml_node import XmlNode
from skynet.media.rtsp.login import Login

CALL_S = 8.0
MAX_MOVES = 3
UNREADY_S = (0.3, 1.0, 2.0)
"""Pauses before a device that is not ready is asked again."""
CLOCK_MOVED_S = 2.0
_CLOCK = Operation(Namespace.DEVICE, "GetSystemDateAndTime")


class LoginLevel(StrEnum):
    """How a device is told who we are."""

    NONE = "none"
    DIGEST = "HTTP digest"
    TOKEN = "WS-UsernameToken"  # noqa: S105 - the name of the way, no secret


class SoapClient:
    """`device_url` is asked for the time. `nonce` makes fresh random bytes."""

    def __init__(
        self,
        web: Web,
        clock: Clock,
        device_url: str,
        credentials: Credentials | None = None,
        findings: Findings | None = None,
        nonce: Callable[[], bytes] = lambda: secrets.token_bytes(NONCE_BYTES),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.web = web
        self.findings = findings or Findings()
        self.level = LoginLevel.NONE
        self.time: DeviceTime | None = None
        self.digest_name = ""
        """The hash of the device's digest challenge, such as sha256; empty before there was one."""
        self.credentials = credentials
        self.may_show_password = True
        """Whether Basic may be used over plain HTTP, where a device takes nothing else for a snapshot."""
        self._clock = clock
        self._device_url = device_url
        self._login = Login(credentials.user, credentials.password) if credentials else None
        self._challenge_is_new = False
        self._basic_only = False
        self._zone_left_out = False
        """Its clock shows local time, and its tokens are dated by UTC all the same."""
        self._nonce = nonce
        self._sleep = sleep

    async def measure_clock(self) -> None:
        """Compare the device's clock with ours: without a login, and with one where the device insists.

        A device that does not tell its time is noted and taken to be right. Raises CameraError when it does not answer.
        """
        try:
            try:
                await self._read_clock(LoginLevel.NONE)
            except RefusedLoginError:
                self.findings.note("it tells its time only after a login")
                await self._with_login(self._device_url, _CLOCK, CALL_S, self._take_time)
        except (FaultError, RefusedLoginError, StrangeAnswerError):
            self.findings.note("it does not tell its time; its clock is taken to be right")

    async def call(self, url: str, operation: Operation, within_s: float = CALL_S) -> XmlNode:
        """The response element. Raises CameraError of the fitting kind, its text beginning with the address."""
        try:
            return await self._with_login(url, operation, within_s)
        except CameraError as error:
            shown = shown_address(url)
            error.args = (f"{shown}: {str(error).removeprefix(f'{shown}: ')}",)
            raise

    async def _with_login(
        self, url: str, operation: Operation, within_s: float, take: Callable[[XmlNode, float], None] | None = None
    ) -> XmlNode:
        tried: list[LoginLevel] = []
        level = self.level
        while True:
            began = self._clock.wall()
            tried.append(level)
            try:
                answer = await self._send_as(level, url, operation, within_s)
            except (RefusedLoginError, FaultError) as error:
                if isinstance(error, FaultError) and not self._may_be_a_refusal(error, level, operation):
                    raise
                following = await self._next_level(tried, may_ask_time=operation is not _CLOCK)
                if following is None:
                    raise self._refusal(error, operation) from None
                level = following
                continue
            self.level = level
            if take:
                take(answer, began)
            return answer

    def _may_be_a_refusal(self, error: FaultError, level: LoginLevel, operation: Operation) -> bool:
        """Some devices refuse a caller without a word about it, in a fault that names no reason."""
        unworded = error.subcode.lower() in ("", "sender", "receiver", "client", "server")
        return unworded and level is LoginLevel.NONE and self.credentials is not None and operation is not _CLOCK

    async def _next_level(self, tried: list[LoginLevel], may_ask_time: bool) -> LoginLevel | None:
        """What to try after a refusal. The token again only when the device's clock has moved since."""
        if self.credentials is None:
            return None
        if tried[-1] is LoginLevel.TOKEN and tried.count(LoginLevel.TOKEN) == 1 and may_ask_time:
            before = self.time
            if await self._clock_moved(before):
                self.findings.note("its clock had moved since it was read; it was read again")
                return LoginLevel.TOKEN
        if tried[-1] is LoginLevel.TOKEN and not self._zone_left_out and self.time and self.time.local_for_utc:
            self._zone_left_out = True
            return LoginLevel.TOKEN
        if LoginLevel.DIGEST not in tried and self.digest_name:
            return LoginLevel.DIGEST
        if LoginLevel.TOKEN not in tried:
            if tried[-1] is LoginLevel.DIGEST:
                self.findings.note("it asked for HTTP digest and then refused it")
            return LoginLevel.TOKEN
        return None

    async def _clock_moved(self, before: DeviceTime | None) -> bool:
        try:
            await self._read_clock(LoginLevel.NONE)
        except CameraError:
            return False
        after = self.time
        return after is not None and (before is None or abs(after.offset_s - before.offset_s) > CLOCK_MOVED_S)

    def _refusal(self, error: CameraError, operation: Operation) -> CameraError:
        if isinstance(error, FaultError):
            return error
        if self._basic_only:
            return RefusedLoginError(
                f"{operation.name} was refused; the device takes only HTTP Basic, which would show the password to who "
                "listens; turn on digest or WS-UsernameToken on the camera's own page"
            )
        if self.credentials is None:
            return RefusedLoginError(f"{operation.name} needs a login; name a user and password with --user")
        return RefusedLoginError(
            f"user '{self.credentials.user[:40]}' or the password was refused at {operation.name}; check both on the "
            "camera's own page, and that this user may use ONVIF"
        )

    async def _read_clock(self, level: LoginLevel) -> None:
        began = self._clock.wall()
        self._take_time(await self._send_as(level, self._device_url, _CLOCK, CALL_S), began)

    def _take_time(self, answer: XmlNode, began: float) -> None:
        device_s = posix_of(answer)
        if device_s is None:
            self.findings.note("its time cannot be read; its clock is taken to be right")
            return
        # the device tells whole seconds: half of one is added, and it looked half way between request and answer
        self.time = compare(device_s + 0.5, (began + self._clock.wall()) / 2)

    async def _send_as(self, level: LoginLevel, url: str, operation: Operation, within_s: float) -> XmlNode:
        """One call with one login. Raises RefusedLoginError when the device does not take it."""
        answer = await self._posted(level, url, operation, within_s)
        if answer.status == 401 and level is LoginLevel.DIGEST and not self._challenge_is_new:
            self._challenged(answer)  # the challenge that was kept is too old for the device
            answer = await self._posted(level, url, operation, within_s)
        if answer.status == 401:
            self._challenged(answer)
            raise RefusedLoginError(f"{operation.name} was refused (HTTP 401)")
        self._challenge_is_new = self._challenge_is_new and level is not LoginLevel.DIGEST
        try:
            response, mended = read_answer(answer.content, operation.name)
        except StrangeAnswerError as error:
            if answer.status == 403:
                raise RefusedLoginError(f"{operation.name} was refused (HTTP 403)") from None
            if answer.status != 200:
                raise StrangeAnswerError(f"answered {operation.name} with HTTP {answer.status}; {error}") from None
            raise
        except (FaultError, RefusedLoginError):
            if answer.status == 200:
                self.findings.note("it sends SOAP faults with HTTP 200")
            raise
        if mended:
            self.findings.note(f"its XML is broken in {operation.name}; it was mended")
        return response

    async def _posted(self, level: LoginLevel, url: str, operation: Operation, within_s: float) -> WebAnswer:
        """Again after a 503, which says that nothing was done: devices answer it while they start, or turn.

        Each time with a login made anew: a nonce that was seen before is refused.
        """
        for pause_s in UNREADY_S:
            answer = await self._posted_once(level, url, operation, within_s)
            if answer.status != 503:
                return answer
            self.findings.note("it was not ready at first (HTTP 503), and was asked again")
            await self._sleep(pause_s)
        return await self._posted_once(level, url, operation, within_s)

    async def _posted_once(self, level: LoginLevel, url: str, operation: Operation, within_s: float) -> WebAnswer:
        credentials, security = self.credentials, ""
        if level is LoginLevel.TOKEN and credentials:
            time = self.time
            offset = 0.0 if time is None else time.without_zone_s if self._zone_left_out else time.offset_s
            security = username_token(credentials, self._clock.wall() + offset, self._nonce())
        content = write_envelope(operation, security)
        headers = {"Content-Type": f'application/soap+xml; charset=utf-8; action="{operation.action_uri}"'}
        for _ in range(MAX_MOVES + 1):
            parts = urlsplit(url)
            if level is LoginLevel.DIGEST and self._login:
                target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
                if authorization := self._login.header("POST", target):
                    headers["Authorization"] = authorization
            answer = await self.web.send("POST", url, content=content, headers=headers, within_s=within_s)
            if not answer.moved_to:
                return answer
            self.findings.note("it sends callers on to another address of its own")
            url = answer.moved_to
        raise StrangeAnswerError(f"sends {operation.name} from address to address without an end")

    def _challenged(self, answer: WebAnswer) -> None:
        if self._login is None:
            return
        challenge = self._login.challenged(answer.challenges)
        if challenge and challenge.hash_name:
            self.digest_name, self._challenge_is_new = challenge.hash_name, True
        elif challenge:
            self._basic_only = True
            self.findings.note("it offers only HTTP Basic for SOAP, which would show the password; it is not used")
