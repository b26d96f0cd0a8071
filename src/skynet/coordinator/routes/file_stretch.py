"""An answer that streams a stretch of a file, never wholly in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

PIECE_BYTES = 256 << 10


class FileStretch(StreamingResponse):
    """Bytes `stretch` of `file`, read by threads of the pool; the file is closed when the answer is over."""

    def __init__(
        self, file: BinaryIO, stretch: range, media_type: str, status_code: int, headers: Mapping[str, str]
    ) -> None:
        lengths = {"Content-Length": str(len(stretch))}
        super().__init__(_pieces(file, stretch), status_code, {**headers, **lengths}, media_type)
        self._file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await run_in_threadpool(self._file.close)


def _pieces(file: BinaryIO, stretch: range) -> Iterator[bytes]:
    file.seek(stretch.start)
    left = len(stretch)
    while left and (piece := file.read(min(PIECE_BYTES, left))):
        left -= len(piece)
        yield piece
