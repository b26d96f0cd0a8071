"""Pictures for consoles."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from skynet.coordinator.access.gate import Asker
from skynet.coordinator.access.scope import Access
from skynet.coordinator.problem import ProblemType
from skynet.coordinator.routes import byte_range
from skynet.coordinator.routes.edge import PICTURES, Sha256
from skynet.coordinator.routes.guarded_routes import GuardedRoutes
from skynet.coordinator.snapshots.album import Album

CACHE = "private, no-cache"
"""A browser may keep the picture but asks each time, so that every view is recorded and a revoked token sees none."""


class SnapshotRoutes:
    """`/api/v1/snapshots/{sha256}`"""

    def __init__(self, album: Album) -> None:
        self._album = album

    def add_to(self, routes: GuardedRoutes) -> None:
        routes.add(
            "GET",
            "/api/v1/snapshots/{sha256}",
            self.get_snapshot,
            Access.CONSOLE,
            problems=(ProblemType.NOT_FOUND, ProblemType.GONE, ProblemType.INVALID),
            responses={
                200: {"content": PICTURES, "description": "The picture"},
                304: {"description": "The picture that the client has is the same"},
            },
        )

    async def get_snapshot(
        self, sha256: Sha256, asker: Asker, if_none_match: Annotated[str | None, Header()] = None
    ) -> Response:
        """View a picture. Audited, also when the client has it already."""
        picture = await run_in_threadpool(self._album.view, sha256, asker)
        headers = {"ETag": f'"{sha256}"', "Cache-Control": CACHE}
        if if_none_match is not None and byte_range.names(if_none_match, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(picture.content, media_type=picture.media_type, headers=headers)
