"""ASGI middleware: counts and times requests by route template, never by address, which may name people's things."""

from __future__ import annotations

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from skynet.coordinator.metrics import Metrics

UNMATCHED = "unmatched"


class RequestMeter:
    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        start = time.perf_counter()
        try:
            await self._app(scope, receive, send_and_note)
        finally:
            route = getattr(scope.get("route"), "path", UNMATCHED)
            self._metrics.requests.labels(_method(scope["method"]), route, str(status)).inc()
            self._metrics.latency.labels(route).observe(time.perf_counter() - start)


def _method(method: str) -> str:
    """Methods are the client's text: unknown ones share a label, so that nobody can fill the memory with labels."""
    return method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"
