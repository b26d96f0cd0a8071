"""The console's page, served as built. The set of files is fixed when the program starts: each has its own route, so
no address can reach another file, and the page itself holds no data and works only with a token."""

from __future__ import annotations

import hashlib
import mimetypes
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

INDEX = "index.html"


class ConsoleFile:
    """One file, kept in memory."""

    def __init__(self, content: bytes, media_type: str) -> None:
        self._content = content
        self._media_type = media_type
        self._etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'

    async def serve(self, request: Request) -> Response:
        headers = {"ETag": self._etag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == self._etag:
            return Response(status_code=304, headers=headers)
        return Response(self._content, media_type=self._media_type, headers=headers)


def packaged() -> Path:
    """Where the package keeps the built page; it may not be there."""
    return Path(str(files("skynet"))) / "console" / "static"


def add_to(app: FastAPI, folder: Path) -> None:
    """Serve the files below `folder` at `/`, its index.html at `/` itself. Nothing happens without the folder."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not any(part.startswith(".") for part in name.split("/")):
            file = ConsoleFile(path.read_bytes(), mimetypes.guess_type(name)[0] or "application/octet-stream")
            app.add_route(f"/{name}", file.serve, methods=["GET"], include_in_schema=False)
            if name == INDEX:
                app.add_route("/", file.serve, methods=["GET"], include_in_schema=False)
