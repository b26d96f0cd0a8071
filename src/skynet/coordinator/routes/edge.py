"""What boxes send: alerts, pictures, signs of life."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Request
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool

from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.alerts.intake import AlertIntake
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.registry.fleet import BoxReportResult, Fleet
from skynet.coordinator.routes.guarded_routes import GuardedRoutes, json_body
from skynet.coordinator.routes.request_body import read_bytes, read_model
from skynet.coordinator.snapshots.album import Album
from skynet.coordinator.wire import WireResponse
from skynet.domain.contract import (
    MAX_ALERTS_PER_BATCH,
    MAX_BATCH_BYTES,
    MAX_SNAPSHOT_BYTES,
    AlertBatchResult,
    BoxReport,
)
from skynet.domain.ids import Slug

Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the content, lower-case hex")]
BODY = (ProblemType.TOO_LARGE, ProblemType.UNSUPPORTED_MEDIA_TYPE, ProblemType.INVALID)
PICTURES: dict[str, Any] = {
    f"image/{kind}": {"schema": {"type": "string", "format": "binary"}} for kind in ("jpeg", "png", "webp")
}


class AlertBatch(BaseModel):
    """A batch of alerts of one box. Each alert is judged by itself, so they are read as any JSON here."""

    model_config = ConfigDict(extra="forbid")

    box_id: Slug
    alerts: list[Any]


class SnapshotReceipt(BaseModel):
    sha256: str
    stored: bool
    """False when the picture was there already."""


class EdgeRoutes:
    """`/api/v1/edge/…`"""

    def __init__(self, intake: AlertIntake, album: Album, fleet: Fleet) -> None:
        self._intake = intake
        self._album = album
        self._fleet = fleet

    def add_to(self, routes: GuardedRoutes) -> None:
        routes.add(
            "POST",
            "/api/v1/edge/alerts",
            self.post_alerts,
            Access.EDGE,
            answers=AlertBatchResult,
            problems=BODY,
            body=json_body(AlertBatch),
        )
        routes.add(
            "PUT",
            "/api/v1/edge/snapshots/{sha256}",
            self.put_snapshot,
            Access.EDGE,
            answers=SnapshotReceipt,
            problems=(*BODY, ProblemType.HASH_MISMATCH),
            responses={201: {"model": SnapshotReceipt, "description": "The picture was stored"}},
            body={"required": True, "content": PICTURES},
        )
        routes.add(
            "POST",
            "/api/v1/edge/health",
            self.post_health,
            Access.EDGE,
            answers=BoxReportResult,
            problems=BODY,
            body=json_body(BoxReport),
        )

    async def post_alerts(self, request: Request, asker: Asker) -> WireResponse:
        """Send alerts. Idempotent by alert id: what is answered as stored or known is durable."""
        batch = await read_model(request, AlertBatch, MAX_BATCH_BYTES)
        if len(batch.alerts) > MAX_ALERTS_PER_BATCH:
            raise ProblemError(
                ProblemType.TOO_LARGE,
                f"the batch holds {len(batch.alerts)} alerts, the limit is {MAX_ALERTS_PER_BATCH}; send smaller ones",
            )
        return WireResponse(await run_in_threadpool(self._intake.take, batch.box_id, batch.alerts, asker))

    async def put_snapshot(self, request: Request, sha256: Sha256, asker: Asker) -> WireResponse:
        """Send a picture, before the alert that names it. Idempotent; durable when answered."""
        content = await read_bytes(request, MAX_SNAPSHOT_BYTES)
        stored = await run_in_threadpool(self._album.put, sha256, content, asker)
        return WireResponse(SnapshotReceipt(sha256=sha256, stored=stored), status_code=201 if stored else 200)

    async def post_health(self, request: Request, asker: Asker) -> WireResponse:
        """A box's sign of life with all its cameras. A camera of another box is refused, the others are taken."""
        report = await read_model(request, BoxReport, MAX_BATCH_BYTES)
        return WireResponse(await run_in_threadpool(self._fleet.report, report, asker))
