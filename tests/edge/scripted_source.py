"""A source that plays what a test wrote: one script a connection."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

from skynet.media import Packet, StreamInfo

SILENCE = "silence"
"""Nothing comes until the source is closed."""
Step = Packet | Exception | str
INFO = StreamInfo("h264", 160, 120, 25.0, None, None)


class ScriptedSource:
    """Each `open` begins the next script, or plays the last one again; an exception as first step fails the open."""

    name = "scripted"
    reanchors = 0
    skipped = 0

    def __init__(self, *scripts: Sequence[Step]) -> None:
        self._scripts = scripts
        self.opened = 0
        self._closed = threading.Event()

    def open(self) -> StreamInfo:
        self._closed.clear()
        self._script = self._scripts[min(self.opened, len(self._scripts) - 1)]
        self.opened += 1
        if self._script and isinstance(self._script[0], Exception):
            raise self._script[0]
        return INFO

    def packets(self) -> Iterator[Packet]:
        for step in self._script:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, str):
                self._closed.wait(20)
            if self._closed.is_set():
                return
            if isinstance(step, Packet):
                yield step

    def deliver(self, take: Callable[[Packet], None]) -> None:
        for packet in self.packets():
            take(packet)

    def close(self) -> None:
        self._closed.set()
