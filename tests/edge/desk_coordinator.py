"""A coordinator in a few lines, as a transport: keeps what it takes and fails the way it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from uuid import UUID

import httpx

from skynet.domain import Alert
from tests.edge.alerts import sha256

Answer = Callable[[httpx.Request], httpx.Response | None]


class DeskCoordinator(httpx.BaseTransport):
    """`trouble` is asked first, for each request: an answer of its own, an exception, or None for business as usual."""

    def __init__(self) -> None:
        self.token = "good"
        self.alerts: dict[UUID, Alert] = {}
        self.order: list[UUID] = []
        self.pictures: dict[str, bytes] = {}
        self.clips: dict[UUID, tuple[bytes, dict[str, str]]] = {}
        self.reports: list[dict[str, object]] = []
        self.requests: list[tuple[str, str]] = []
        self.batches: list[int] = []
        self.refusals: dict[UUID, str] = {}
        self.refused_cameras: list[dict[str, str]] = []
        self.trouble: Answer = lambda request: None
        self.changed = threading.Condition()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        with self.changed:
            self.requests.append((request.method, request.url.path))
            self.changed.notify_all()
            answer = self.trouble(request)
            if answer is None and request.headers.get("Authorization") != f"Bearer {self.token}":
                answer = httpx.Response(401, json={"detail": "the token is not known"})
            answer = answer or self._take(request)
            answer.request = request
            return answer

    def wait(self, until: Callable[[], bool], timeout_s: float = 10.0) -> None:
        with self.changed:
            assert self.changed.wait_for(until, timeout_s), "it did not come to that in time"

    def _take(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.startswith("/api/v1/edge/snapshots/"):
            sha = path.rpartition("/")[2]
            assert sha256(request.content) == sha
            self.pictures[sha] = request.content
            return httpx.Response(201, json={"sha256": sha, "stored": True})
        if path.endswith("/clip"):
            return self._take_clip(UUID(path.split("/")[-2]), request)
        if path == "/api/v1/edge/health":
            self.reports.append(json.loads(request.content))
            return httpx.Response(200, json={"accepted": [], "refused": self.refused_cameras})
        assert path == "/api/v1/edge/alerts"
        return self._take_alerts(json.loads(request.content))

    def _take_clip(self, alert_id: UUID, request: httpx.Request) -> httpx.Response:
        about = dict(request.url.params)
        assert request.headers["Content-Type"] == "video/mp4"
        assert int(request.headers["Content-Length"]) == len(request.content)
        assert "Transfer-Encoding" not in request.headers
        assert sha256(request.content) == about["sha256"]
        if alert_id not in self.alerts:
            return httpx.Response(404, json={"detail": "no such alert"})
        known = self.clips.get(alert_id)
        if known and known[0] != request.content:
            return httpx.Response(409, json={"detail": "another clip is there"})
        self.clips[alert_id] = request.content, about
        return httpx.Response(200 if known else 201, json={"sha256": about["sha256"], "stored": not known})

    def _take_alerts(self, batch: dict[str, object]) -> httpx.Response:
        items = batch["alerts"]
        assert isinstance(items, list)
        self.batches.append(len(items))
        stored, known, refused = [], [], []
        for index, item in enumerate(items):
            alert = Alert.model_validate(item)
            assert alert.box_id == batch["box_id"]
            kind = self.refusals.get(alert.id)
            if kind is None and alert.id in self.alerts and self.alerts[alert.id] != alert:
                kind = "conflict"
            if kind is None and alert.snapshot and alert.snapshot.sha256 not in self.pictures:
                kind = "snapshot_missing"
            if kind:
                refused.append({"index": index, "id": str(alert.id), "type": kind, "detail": "as the test wishes"})
            elif alert.id in self.alerts:
                known.append(str(alert.id))
            else:
                self.alerts[alert.id] = alert
                self.order.append(alert.id)
                stored.append(str(alert.id))
        return httpx.Response(200, json={"stored": stored, "known": known, "refused": refused})
