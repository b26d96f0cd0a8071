"""A client that costs next to nothing, so that what is measured is the server: HTTP/1.1 by hand on one connection."""

from __future__ import annotations

import asyncio
from typing import Self

from skynet.domain.errors import WorkFailedError


class WireClient:
    """One connection kept open; one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str) -> None:
        self._reader = reader
        self._writer = writer
        self._token = token

    @classmethod
    async def connect(cls, port: int, token: str) -> Self:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
        return cls(reader, writer, token)

    async def ask(self, method: str, path: str, body: bytes = b"", kind: str = "application/json") -> bytes:
        """The body of a success. Raises WorkFailedError for any other answer."""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {self._token}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        status = await self._reader.readuntil(b"\r\n\r\n")
        lines = status.split(b"\r\n")
        length = next((int(line[15:]) for line in lines if line.lower().startswith(b"content-length:")), 0)
        content = await self._reader.readexactly(length)
        if not lines[0].split()[1].startswith(b"2"):
            raise WorkFailedError(f"{method} {path}: {lines[0].decode()}: {content[:200].decode(errors='replace')}")
        return content

    def close(self) -> None:
        self._writer.close()
