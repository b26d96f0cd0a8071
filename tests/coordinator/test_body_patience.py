"""Bodies that do not come, against a real socket: what is judged is what a client on the other end gets."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from tests.coordinator.desk_coordinator import DeskCoordinator

PATIENCE_S = 0.3


class Served:
    """The application behind uvicorn, in a thread."""

    def __init__(self, desk: DeskCoordinator) -> None:
        self.desk = desk
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._server = uvicorn.Server(uvicorn.Config(desk.app, log_config=None, lifespan="off"))
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve(sockets=[self._listener])))
        self._thread.start()

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self._listener.close()

    def exchange(self, head: str, *body: bytes) -> tuple[int, str, bytes]:
        """Send it, never say that it is over, and read until the server closes: status, head, body of the answer."""
        with socket.create_connection(self._listener.getsockname(), timeout=30) as connection:
            connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
            for part in body:
                connection.sendall(part)
            answer = b""
            while more := connection.recv(1 << 16):
                answer += more
        top, _, rest = answer.partition(b"\r\n\r\n")
        return int(top.split()[1]), top.decode().lower(), rest


@pytest.fixture
def served(site: Path) -> Iterator[Served]:
    with DeskCoordinator(site, body_patience_s=PATIENCE_S) as desk:
        served = Served(desk)
        yield served
        served.close()


ROUTES = {
    "POST /api/v1/edge/alerts": "edge",
    "POST /api/v1/edge/health": "edge",
    "PUT /api/v1/edge/snapshots/" + "0" * 64: "edge",
    "POST /api/v1/alerts/01a20a5a-0c2d-76f7-8746-32963d7e64b8/acknowledge": "console",
    "POST /api/v1/tokens": "admin",
}


@pytest.mark.parametrize("length", ["Content-Length: 900", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize("route", ROUTES)
def test_a_body_that_stops_coming_is_given_up(served: Served, route: str, length: str) -> None:
    token = served.desk.tokens[ROUTES[route]]
    head = f"{route} HTTP/1.1\nHost: x\nAuthorization: Bearer {token}\nContent-Type: application/json\n{length}"
    status, top, rest = served.exchange(head, b'9\r\n{"a": 1, ')
    assert (status, json.loads(rest)["type"]) == (408, "urn:skynet:problem:body-timeout")
    assert "connection: close" in top


def test_an_answer_before_the_end_of_the_body_does_not_keep_the_connection(served: Served) -> None:
    head = "POST /api/v1/edge/alerts HTTP/1.1\nHost: x\nAuthorization: Bearer wrong\nContent-Length: 900"
    status, top, _ = served.exchange(head, b"{")
    assert status == 401
    assert "connection: close" in top


def test_a_slow_body_that_keeps_coming_is_taken(coordinator: DeskCoordinator, site: Path) -> None:
    with DeskCoordinator(site, body_patience_s=5) as desk:

        async def slowly() -> object:
            for part in (b'{"box_id": "box-1", ', b'"alerts"', b": []}"):
                await asyncio.sleep(0.01)
                yield part

        headers = {"Content-Type": "application/json"}
        answer = desk.call("POST", "/api/v1/edge/alerts", "edge", content=slowly(), headers=headers)
        assert answer.status_code == 200


def test_a_wait_without_a_body_is_not_cut_short(served: Served) -> None:
    token = served.desk.tokens["console"]
    head = f"GET /api/v1/alerts?wait=1 HTTP/1.1\nHost: x\nConnection: close\nAuthorization: Bearer {token}"
    assert served.exchange(head)[0] == 200
