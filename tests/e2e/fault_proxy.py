"""A line to a camera that can be cut, held, narrowed and soiled: TCP proxies on one thread."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import threading
from types import TracebackType
from typing import Self

_CHUNK = 16 << 10
_STEP_S = 0.1
_NO_LINGER = b"\1\0\0\0\0\0\0\0"


class FaultLines:
    """The thread; `line` makes lines, which end with it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-lines", daemon=True)
        self._lines: list[FaultProxy] = []
        self.greeting = self.most_greeting = 0
        """Connections of all lines that were accepted and have not carried a picture yet: now, and at most."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for line in self._lines:
            line.off()
            line.give_up_port()
        self.run(self._settle())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def line(self, target_port: int) -> FaultProxy:
        line = FaultProxy(self, target_port)
        self._lines.append(line)
        line.on()
        return line

    def run(self, work: object) -> None:
        """Have a coroutine run to its end on the thread."""
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)  # type: ignore[arg-type]

    def greets(self, more: int) -> None:
        self.greeting += more
        self.most_greeting = max(self.most_greeting, self.greeting)

    async def _settle(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class FaultProxy:
    """One line: loopback `port` → `target_port`. All but `port` may be changed while it carries a stream."""

    def __init__(self, lines: FaultLines, target_port: int) -> None:
        self._lines = lines
        self.target_port = target_port
        self.accepted = 0
        self.bytes_per_s: float | None = None
        """None: as fast as it goes."""
        self._garbage = 0
        self._flows = True
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._reserve = socket.socket()  # bound and deaf, so that nobody gets the port while the line is off
        self._reserve.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._reserve.bind(("127.0.0.1", 0))
        self.port: int = self._reserve.getsockname()[1]

    def on(self) -> None:
        """Take connections."""

        async def listen() -> None:
            if self._server is None:
                self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, reuse_address=True)

        self._lines.run(listen())

    def off(self) -> None:
        """As a power cut: connections are reset, new ones refused."""

        async def leave() -> None:
            if self._server:
                self._server.close()
                self._server = None

        self._lines.run(leave())
        self.reset()

    def give_up_port(self) -> None:
        self._reserve.close()

    def stall(self) -> None:
        """Hold back what comes from the camera, connections stay open."""
        self._flows = False

    def flow(self) -> None:
        """No fault any more."""
        self._flows, self.bytes_per_s = True, None

    def garbage(self, size: int) -> None:
        """Put so many bytes of nonsense into what comes from the camera, once."""
        self._garbage = size

    def drop(self) -> None:
        """Close all connections in order."""
        self._each(lambda writer: writer.close())

    def reset(self) -> None:
        """Break all connections off."""

        def abort(writer: asyncio.StreamWriter) -> None:
            sock = writer.get_extra_info("socket")
            if sock is not None and sock.fileno() >= 0:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            writer.transport.abort()

        self._each(abort)

    def _each(self, do: object) -> None:
        async def work() -> None:
            for writer in list(self._writers):
                do(writer)  # type: ignore[operator]

        self._lines.run(work())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        self._writers.add(writer)
        self._lines.greets(1)
        greets = [True]

        def greeted() -> None:
            if greets:
                greets.clear()
                self._lines.greets(-1)

        far = None
        try:
            far_reader, far = await asyncio.open_connection("127.0.0.1", self.target_port)
            there = asyncio.ensure_future(self._pass_on(reader, far))
            try:
                await self._carry(far_reader, writer, greeted)
            finally:
                there.cancel()
        except OSError:
            pass
        finally:
            greeted()
            self._writers.discard(writer)
            for end in (writer, far):
                if end:
                    with contextlib.suppress(OSError):
                        end.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(_CHUNK):
                writer.write(data)
                await writer.drain()
            writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, greeted: object) -> None:
        while data := await reader.read(_CHUNK):
            while not self._flows:
                await asyncio.sleep(0.02)
            if data[:1] == b"$" or b"\r\n\r\n$" in data:
                greeted()  # type: ignore[operator]
            if size := self._garbage:
                self._garbage = 0
                data = random.randbytes(size) + data
            while self.bytes_per_s and data:
                step = max(1, round(self.bytes_per_s * _STEP_S))
                writer.write(data[:step])
                data = data[step:]
                await asyncio.sleep(_STEP_S)
            writer.write(data)
            await writer.drain()
