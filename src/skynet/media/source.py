"""What every source of packets can do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from skynet.media.packet import Packet


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """What a source says about its video. `duration_s` and `frames` are None for live streams and where unknown."""

    codec: str
    width: int
    height: int
    fps: float | None
    duration_s: float | None
    frames: int | None


class Source(Protocol):
    """A stream of coded pictures. Everything that can go wrong is a `SourceError`.

    `open`, `packets` and `deliver` are called from one thread, `close` from any: it ends a blocked call within about a
    second. A closed source can be opened again; packet indices go on.
    """

    @property
    def name(self) -> str:
        """Where the stream comes from, without credentials."""
        ...

    @property
    def reanchors(self) -> int:
        """How often the stream's time stamps broke and were tied to the clock anew."""
        ...

    @property
    def skipped(self) -> int:
        """Packets left out: damaged, empty, or before the first keyframe."""
        ...

    def open(self) -> StreamInfo:
        """Connect and learn what the stream is."""
        ...

    def packets(self) -> Iterator[Packet]:
        """Packets in decoding order, the first one a keyframe; ends at the end of a file or after `close`."""
        ...

    def deliver(self, take: Callable[[Packet], None]) -> None:
        """Give each packet to `take` until the stream ends or `close`; raises as `packets` does.

        `take` must not block: a live source may call it on the thread that reads all cameras. It is not called any more
        once this has returned, and what it raises ends this stream alone.
        """
        ...

    def close(self) -> None: ...
