"""The stub's web server: takes requests apart, puts each down in the journal, has it answered, sends the answer.

A thread a connection; what goes wrong in the stub itself (and not in the other side) is kept in `errors`.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.onvif_stub.journal import Call
from tests.onvif_stub.wire import Answer, send

Answerer = Callable[[Call, bytes, "str | None", str], Answer | None]
"""(call, body, Authorization, Content-Type) → the answer, or None to end the connection without one."""


class WebServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, host: str, camera: Any, answerer: Answerer, tls: ssl.SSLContext | None) -> None:
        super().__init__((host, 0), _Handler)
        self.camera, self.answerer, self._tls = camera, answerer, tls
        self.errors: list[BaseException] = []
        self._connections: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._serve, name=f"onvif-stub-{self.server_port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(5.0)
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def _serve(self) -> None:
        while True:
            try:
                request, address = self.get_request()
            except OSError:
                return
            self.process_request(request, address)

    def finish_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        try:
            if self._tls is None:
                super().finish_request(request, client_address)
                return
            with self._tls.wrap_socket(request, server_side=True) as secured:
                super().finish_request(secured, client_address)
        finally:
            self._connections.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exception() if hasattr(sys, "exception") else sys.exc_info()[1]
        if error is not None and not isinstance(error, OSError):
            self.errors.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: WebServer

    def do_POST(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = Call(
            at_s=time.monotonic(),
            port=self.server.server_port,
            method=self.command,
            target=self.path,
            host=self.headers.get("Host") or "",
        )
        authorization = self.headers.get("Authorization")
        if authorization:
            call.levels.add(authorization.partition(" ")[0].lower())
        answer = self.server.answerer(call, body, authorization, self.headers.get("Content-Type") or "")
        self.close_connection = self.close_connection or (self.headers.get("Connection") or "").lower() == "close"
        if answer is None:
            self.close_connection = True
            return
        stays = send(self.server.camera, self.wfile, answer, self.close_connection)
        self.close_connection = self.close_connection or not stays

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Said by the journal."""


def path_of(target: str) -> str:
    """The path of a request's target without its query."""
    return urlsplit(target).path
