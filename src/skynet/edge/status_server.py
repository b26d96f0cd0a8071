"""The box's own pages on a local port: `/healthz` for supervisors, `/health` for people, `/metrics` for Prometheus.

Read only, without a token, so it belongs on the loopback address. It runs on threads of its own and never holds up the
rest; a client that is slow is cut off.
"""

from __future__ import annotations

import json
import logging
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from skynet.domain.errors import BadInputError
from skynet.edge.health import HealthBoard
from skynet.edge.metrics import metrics_registry
from skynet.edge.outbox import OutboxError

log = logging.getLogger(__name__)
CLIENT_TIMEOUT_S = 5.0


class StatusServer:
    """Listens from its making on, answers from `start` on."""

    def __init__(self, host: str, port: int) -> None:
        """Raises BadInputError when the address cannot be had."""
        try:
            self._server = _Server((host, port), _Handler)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise BadInputError(
                f"health: {host}:{port} cannot be listened on ({reason}); choose another health.port or health.host"
            ) from None
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="status", daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def start(self, board: HealthBoard) -> None:
        self._server.pages = _Pages(board)
        self._thread.start()

    def close(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(2)
        self._server.server_close()


class _Pages:
    """What there is to see. Each page gives status, media type and content."""

    def __init__(self, board: HealthBoard) -> None:
        self._board = board
        self._registry: CollectorRegistry = metrics_registry(board)

    def get(self, path: str) -> tuple[HTTPStatus, str, bytes]:
        try:
            match path.partition("?")[0]:
                case "/healthz":
                    status = HTTPStatus.OK if self._board.well else HTTPStatus.SERVICE_UNAVAILABLE
                    page = {"status": "ok" if self._board.well else "failing", "issues": self._board.issues.lines()}
                    return _json(status, page)
                case "/health":
                    return _json(HTTPStatus.OK, self._board.page())
                case "/metrics":
                    return HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest(self._registry)
        except OutboxError as error:
            return _json(HTTPStatus.SERVICE_UNAVAILABLE, {"status": "failing", "issues": [f"outbox: {error}"]})
        return _json(HTTPStatus.NOT_FOUND, {"pages": ["/healthz", "/health", "/metrics"]})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    pages: _Pages

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no fault of the box."""
        log.debug("a client of the status pages went away: %s", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = CLIENT_TIMEOUT_S
    server_version = "skynet-edge"
    sys_version = ""

    def do_GET(self) -> None:
        status, media_type, content = self.server.pages.get(self.path)
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        log.debug("status page: " + format, *args)


def _json(status: HTTPStatus, page: object) -> tuple[HTTPStatus, str, bytes]:
    return status, "application/json", (json.dumps(page, ensure_ascii=False) + "\n").encode()
