"""Opens the streams that a probe measures."""

from __future__ import annotations

from skynet.domain import SystemClock
from skynet.media import Source, open_source

TIMEOUT_S = 8.0


def open_stream(url: str) -> Source:
    """The same readers as a box uses. `url` may hold credentials."""
    return open_source(url, clock=SystemClock(), timeout_s=TIMEOUT_S, reader="auto")
