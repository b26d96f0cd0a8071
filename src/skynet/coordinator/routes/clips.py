"""Clips of alerts: from boxes, for consoles."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated, Any, Self
from uuid import UUID

import anyio
from fastapi import Header, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.principal import Principal
from skynet.coordinator.access.scope import Access
from skynet.coordinator.clips.clip_desk import ClipDesk
from skynet.coordinator.clips.clip_intake import ClipIntake
from skynet.coordinator.content_files import PartFile
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.routes import byte_range
from skynet.coordinator.routes.file_stretch import FileStretch
from skynet.coordinator.routes.guarded_routes import GuardedRoutes
from skynet.coordinator.routes.request_body import parts_of, require_type
from skynet.coordinator.routes.snapshots import CACHE
from skynet.coordinator.wire import WireResponse
from skynet.domain.alert import ClipRef
from skynet.domain.contract import MAX_CLIP_BYTES

MEDIA_TYPE = "video/mp4"
MAX_SIDE_PX = 65535
WRITE_BYTES = 1 << 20
"""So much is gathered before a thread writes it: the most of a clip that is in memory."""
CONTENT: dict[str, Any] = {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}


class ClipQuery(BaseModel):
    """What the box says of the clip: its hash, its pictures, the capture times of the first, a keyframe, and the
    last."""

    model_config = ConfigDict(extra="forbid")

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the content, lower-case hex")]
    codec: Annotated[str, Field(pattern=r"^[a-z0-9]{1,16}$")]
    width: Annotated[int, Field(gt=0, le=MAX_SIDE_PX)]
    height: Annotated[int, Field(gt=0, le=MAX_SIDE_PX)]
    starts_at: AwareDatetime
    ends_at: AwareDatetime

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_at < self.starts_at:
            raise ValueError("ends_at is before starts_at")
        try:
            self.starts_at.astimezone(UTC)
            self.ends_at.astimezone(UTC)
        except OverflowError:
            raise ValueError("a time lies outside the years 1 to 9999 in UTC") from None
        return self


class ClipReceipt(BaseModel):
    sha256: str
    stored: bool
    """False when the alert had the clip already."""


class ClipRoutes:
    """`/api/v1/edge/alerts/{alert_id}/clip` and `/api/v1/alerts/{alert_id}/clip`"""

    def __init__(self, intake: ClipIntake, desk: ClipDesk) -> None:
        self._intake = intake
        self._desk = desk

    def add_to(self, routes: GuardedRoutes) -> None:
        routes.add(
            "PUT",
            "/api/v1/edge/alerts/{alert_id}/clip",
            self.put_clip,
            Access.EDGE,
            answers=ClipReceipt,
            problems=(
                ProblemType.NOT_FOUND,
                ProblemType.CLIP_CONFLICT,
                ProblemType.TOO_LARGE,
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                ProblemType.INVALID,
                ProblemType.HASH_MISMATCH,
            ),
            responses={201: {"model": ClipReceipt, "description": "The clip was stored"}},
            body={"required": True, "content": CONTENT},
        )
        for method, endpoint in (("GET", self.get_clip), ("HEAD", self.head_clip)):
            routes.add(
                method,
                "/api/v1/alerts/{alert_id}/clip",
                endpoint,
                Access.CONSOLE,
                problems=(ProblemType.NOT_FOUND, ProblemType.GONE, ProblemType.RANGE, ProblemType.INVALID),
                responses={
                    200: {"content": CONTENT, "description": "The clip"},
                    206: {"content": CONTENT, "description": "The bytes of it that were asked for"},
                    304: {"description": "The clip that the client has is the same"},
                },
            )

    async def put_clip(
        self, request: Request, alert_id: UUID, query: Annotated[ClipQuery, Query()], asker: Asker
    ) -> WireResponse:
        """Send an alert's clip, after the alert. Idempotent; durable when answered."""
        require_type(request, MEDIA_TYPE)
        part = await run_in_threadpool(self._intake.begin, alert_id, query.sha256, asker)
        try:
            await self._receive(request, part)
            stored = await run_in_threadpool(self._take, alert_id, query, part, asker)
        finally:
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(part.discard)
        return WireResponse(ClipReceipt(sha256=query.sha256, stored=stored), status_code=201 if stored else 200)

    async def get_clip(
        self,
        request: Request,
        alert_id: UUID,
        asker: Asker,
        requested: Annotated[str | None, Header(alias="Range")] = None,
        if_range: Annotated[str | None, Header()] = None,
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        """View an alert's clip, or a range of it (one; several are answered with the whole). A playback is audited
        once, also when the client has the clip already."""
        clip = await run_in_threadpool(self._desk.find, alert_id, asker)
        headers = {"ETag": f'"{clip.sha256}"', "Accept-Ranges": "bytes", "Cache-Control": CACHE}
        viewing = request.method == "GET"
        if if_none_match is not None and byte_range.names(if_none_match, headers["ETag"]):
            if viewing:
                await run_in_threadpool(self._desk.record, clip, 0, asker)
            return Response(status_code=304, headers=headers)
        stretch = None
        if viewing and byte_range.still(if_range, headers["ETag"]):
            stretch = _asked(requested, clip.bytes)
        file = await run_in_threadpool(self._desk.open, clip)
        if not viewing:
            await run_in_threadpool(file.close)
            return Response(headers=headers | {"Content-Length": str(clip.bytes)}, media_type=MEDIA_TYPE)
        try:
            await run_in_threadpool(self._desk.record, clip, 0 if stretch is None else stretch.start, asker)
        except BaseException:
            file.close()
            raise
        if stretch is None:
            return FileStretch(file, range(clip.bytes), MEDIA_TYPE, 200, headers)
        headers["Content-Range"] = f"bytes {stretch.start}-{stretch.stop - 1}/{clip.bytes}"
        return FileStretch(file, stretch, MEDIA_TYPE, 206, headers)

    async def head_clip(
        self,
        request: Request,
        alert_id: UUID,
        asker: Asker,
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Response:
        """Whether an alert's clip is there, and its size. No view: not audited."""
        return await self.get_clip(request, alert_id, asker, None, None, if_none_match)

    async def _receive(self, request: Request, part: PartFile) -> None:
        gathered = bytearray()
        async for piece in parts_of(request, MAX_CLIP_BYTES):
            gathered += piece
            if len(gathered) >= WRITE_BYTES:
                await run_in_threadpool(self._intake.write, part, bytes(gathered))
                gathered.clear()
        await run_in_threadpool(self._intake.write, part, bytes(gathered))

    def _take(self, alert_id: UUID, query: ClipQuery, part: PartFile, asker: Principal) -> bool:
        if part.size == 0:
            raise ProblemError(ProblemType.UNSUPPORTED_MEDIA_TYPE, "the body is empty; send the MP4 file")
        return self._intake.take(alert_id, ClipRef(bytes=part.size, **query.model_dump()), part, asker)


def _asked(header: str | None, size: int) -> range | None:
    try:
        return byte_range.asked(header, size)
    except byte_range.UnsatisfiableRangeError:
        raise ProblemError(
            ProblemType.RANGE,
            f"the clip has {size} bytes, the Range header asks for none of them",
            headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"},
        ) from None
