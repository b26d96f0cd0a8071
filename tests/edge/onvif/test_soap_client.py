"""Which login a device gets, what becomes of its clock, and what is never followed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count

import httpx
import pytest

from skynet.edge.onvif.camera_error import CameraError, FaultError, RefusedLoginError, SilentError, StrangeAnswerError
from skynet.edge.onvif.credentials import Credentials
from skynet.edge.onvif.envelope import Operation
from skynet.edge.onvif.namespace import Namespace
from skynet.edge.onvif.pace import Pace
from skynet.edge.onvif.soap_client import LoginLevel, SoapClient
from skynet.edge.onvif.web import Web
from skynet.edge.onvif.xml_node import MAX_BYTES
from tests.edge.onvif.answers import answer, fault, time_answer

URL = "http://cam.example/onvif/device_service"
ASK = Operation(Namespace.DEVICE, "GetScopes")
GOOD = answer("GetScopesResponse")
Answer = Callable[[httpx.Request], httpx.Response]


class StoppedClock:
    """Stands at 2026-01-01T00:00:00Z; waiting moves it."""

    def __init__(self) -> None:
        self.passed_s = 0.0

    def wall(self) -> float:
        return 1767225600.0 + self.passed_s

    def monotonic(self) -> float:
        return self.passed_s

    async def sleep(self, seconds: float) -> None:
        self.passed_s += seconds
        await asyncio.sleep(0)


def client_of(reply: Answer, user: bool = True) -> SoapClient:
    def unread(request: httpx.Request) -> httpx.Response:
        response = reply(request)
        return httpx.Response(response.status_code, headers=response.headers, stream=response.stream)

    clock = StoppedClock()
    web = Web(Pace(clock, clock.sleep), transport=httpx.MockTransport(unread))
    credentials = Credentials("admin", "S3cret") if user else None
    return SoapClient(web, clock, URL, credentials, nonce=lambda: b"0" * 16, sleep=clock.sleep)


def ask(client: SoapClient, within_s: float = 8.0) -> None:
    asyncio.run(_asked(client, within_s))


async def _asked(client: SoapClient, within_s: float) -> None:
    try:
        await client.measure_clock()
        await client.call(URL, ASK, within_s)
    finally:
        await client.web.close()


def test_a_digest_device_gets_digest_alone_and_is_remembered() -> None:
    seen: list[tuple[bool, bool]] = []

    def reply(request: httpx.Request) -> httpx.Response:
        if b"GetSystemDateAndTime" in request.content:
            return httpx.Response(200, content=time_answer(2026, 1, 1, 0, 0, 0))
        seen.append(("Authorization" in request.headers, b"UsernameToken" in request.content))
        if seen[-1][0]:
            assert "algorithm=SHA-256" in request.headers["Authorization"]
            return httpx.Response(200, content=GOOD)
        challenges = [("WWW-Authenticate", 'Basic realm="r"')]
        challenges.append(("WWW-Authenticate", 'Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"'))
        return httpx.Response(401, headers=challenges)

    async def twice(client: SoapClient) -> None:
        await client.measure_clock()
        await client.call(URL, ASK)
        await client.call(URL, ASK)

    client = client_of(reply)
    asyncio.run(twice(client))
    assert seen == [(False, False), (True, False), (True, False)]
    assert (client.level, client.digest_name) == (LoginLevel.DIGEST, "sha256")


def test_a_token_is_dated_by_the_devices_clock_and_after_a_refusal_by_its_new_one() -> None:
    hours = iter([3, 5])
    dated: list[str] = []

    def reply(request: httpx.Request) -> httpx.Response:
        if b"GetSystemDateAndTime" in request.content:
            return httpx.Response(200, content=time_answer(2026, 1, 2, next(hours), 20, 0))
        if b"UsernameToken" not in request.content:
            return httpx.Response(400, content=fault("log in", "ter:NotAuthorized"))
        assert "Authorization" not in request.headers
        dated.append(request.content.partition(b"T0")[2][:1].decode())
        good = dated[-1] == "5"
        return httpx.Response(
            200 if good else 400, content=GOOD if good else fault("stale", "wsse:FailedAuthentication")
        )

    client = client_of(reply)
    ask(client)
    assert dated == ["3", "5"]
    assert client.level is LoginLevel.TOKEN
    assert any("clock had moved" in line for line in client.findings.lines)


def test_a_wrong_password_is_tried_a_few_times_only_and_never_told() -> None:
    tries = count()

    def reply(request: httpx.Request) -> httpx.Response:
        if b"GetSystemDateAndTime" in request.content:
            return httpx.Response(200, content=time_answer(2026, 1, 1, 0, 0, 0))
        next(tries)
        return httpx.Response(401, headers={"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'})

    client = client_of(reply)
    with pytest.raises(RefusedLoginError, match="user 'admin' or the password was refused") as raised:
        ask(client)
    assert next(tries) <= 4
    assert "S3cret" not in f"{raised.value!r} {client.credentials!r} {client.findings.lines}"


def test_without_a_user_one_is_asked_for() -> None:
    client = client_of(lambda request: httpx.Response(401), user=False)
    with pytest.raises(RefusedLoginError, match="--user"):
        ask(client)


def test_basic_is_never_used_for_soap() -> None:
    def reply(request: httpx.Request) -> httpx.Response:
        assert "Authorization" not in request.headers
        return httpx.Response(401, headers={"WWW-Authenticate": 'Basic realm="r"'})

    with pytest.raises(RefusedLoginError, match="only HTTP Basic"):
        ask(client_of(reply))


@pytest.mark.parametrize("location", ["http://evil.example/x", "//evil.example/", "ftp://cam.example/", "http://[bad"])
def test_a_redirect_to_elsewhere_is_not_followed(location: str) -> None:
    hosts: set[str] = set()

    def reply(request: httpx.Request) -> httpx.Response:
        hosts.add(request.url.host)
        return httpx.Response(307, headers={"Location": location})

    with pytest.raises(StrangeAnswerError):
        ask(client_of(reply))
    assert hosts == {"cam.example"}


def test_a_redirect_on_the_device_itself_is_followed_and_one_in_circles_ends() -> None:
    def moved(request: httpx.Request) -> httpx.Response:
        if request.url.path != "/new":
            return httpx.Response(308, headers={"Location": "/new"})
        name = b"GetScopes" if b"GetScopes" in request.content else b"GetSystemDateAndTime"
        return httpx.Response(200, content=answer(f"{name.decode()}Response"))

    ask(client_of(moved))
    with pytest.raises(StrangeAnswerError, match="without an end"):
        ask(client_of(lambda request: httpx.Response(307, headers={"Location": URL})))


def test_a_fault_with_200_is_a_fault() -> None:
    client = client_of(lambda request: httpx.Response(200, content=fault("no such", "ter:ActionNotSupported")))
    with pytest.raises(FaultError, match=r"http://cam\.example/onvif/device_service: GetScopes failed"):
        ask(client)
    assert "it sends SOAP faults with HTTP 200" in client.findings.lines


class _Endless(httpx.AsyncByteStream):
    def __init__(self, piece: bytes, pause_s: float) -> None:
        self.sent = 0
        self._piece, self._pause_s = piece, pause_s

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.sent += len(self._piece)
            await asyncio.sleep(self._pause_s)
            yield self._piece


def test_an_endless_answer_ends_at_its_size_and_a_trickling_one_at_its_time() -> None:
    streams: list[_Endless] = []

    def reply(piece: bytes, pause_s: float) -> Answer:
        def give(request: httpx.Request) -> httpx.Response:
            streams.append(_Endless(piece, pause_s))
            return httpx.Response(200, stream=streams[-1])

        return give

    with pytest.raises(CameraError, match="larger than 4 MiB"):
        ask(client_of(reply(b"x" * 65536, 0)))
    assert all(stream.sent <= MAX_BYTES + 2 * 65536 for stream in streams)

    async def trickle() -> None:
        client = client_of(reply(b"<", 0.01))
        await client.call(URL, ASK, 0.15)

    with pytest.raises(SilentError, match="no whole answer"):
        asyncio.run(trickle())


def test_a_packed_answer_is_refused_unopened() -> None:
    client = client_of(lambda request: httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=b""))
    with pytest.raises(StrangeAnswerError):
        ask(client)


def test_no_more_than_eight_calls_go_out_in_any_second() -> None:
    clock = StoppedClock()
    pace = Pace(clock, clock.sleep)
    at: list[float] = []

    async def call() -> None:
        await pace.wait()
        at.append(clock.monotonic())

    async def many() -> None:
        await asyncio.gather(*(call() for _ in range(40)))

    asyncio.run(many())
    assert len(at) == 40
    assert all(later - earlier > 1.0 for earlier, later in _nine_apart(at))


def _nine_apart(at: list[float]) -> Iterator[tuple[float, float]]:
    return zip(at, at[8:], strict=False)
