"""ASGI middleware: nobody holds a connection, and what is behind it, by not sending the body that was announced.

A body of which nothing has come for the patience is answered with 408 and its connection closed. An answer that is
ready before the body has ended (no token, too large) lets the rest come first and throws it away, so that an honest
client gets to read the answer and not a reset; when the rest is long or slow, the connection closes after the answer.
"""

from __future__ import annotations

import asyncio
import contextlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from skynet.coordinator.problem import ProblemError, ProblemType

MAX_DRAIN_BYTES = 64 << 20


class BodyPatience:
    """`patience_s`: how long a body may pause, and how long the rest of a refused one is waited for."""

    def __init__(self, app: ASGIApp, patience_s: float) -> None:
        self._app = app
        self._patience_s = patience_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        body = _Body(receive, self._patience_s)

        async def send_after_body(message: Message) -> None:
            if message["type"] == "http.response.start":
                await body.drain()
                if not body.ended:
                    MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self._app(scope, body.receive, send_after_body)


class _Body:
    def __init__(self, receive: Receive, patience_s: float) -> None:
        self._receive = receive
        self._patience_s = patience_s
        self._given_up = False
        self.ended = False

    async def receive(self) -> Message:
        """The next message. Raises ProblemError: body-timeout."""
        if self.ended:
            return await self._receive()  # waits for the client to hang up, as long polls do
        try:
            async with asyncio.timeout(self._patience_s):
                return await self._next()
        except TimeoutError:
            self._given_up = True
            raise ProblemError(
                ProblemType.TIMEOUT, f"nothing came of the body for {self._patience_s:g} s; send the request again"
            ) from None

    async def drain(self) -> None:
        """Throw the rest away, unless it is long or slow."""
        if self._given_up:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience_s):
                size = 0
                while not self.ended and size <= MAX_DRAIN_BYTES:
                    size += len((await self._next()).get("body", b""))

    async def _next(self) -> Message:
        message = await self._receive()
        self.ended = message["type"] == "http.disconnect" or not message.get("more_body", False)
        return message


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
