"""The answer of a list that goes by id: at most `limit` of what was found, and where to go on."""

from __future__ import annotations

from collections.abc import Sequence

from skynet.coordinator import cursor as cursors
from skynet.coordinator.wire import WireResponse


def list_page(feed: str, found: Sequence[dict[str, object]], limit: int, after: str) -> WireResponse:
    """`found` holds up to `limit` + 1 items behind `after`: one more than is answered says that there are more."""
    items = found[:limit]
    position = str(items[-1]["id"]) if items else after
    return WireResponse({"items": items, "next_cursor": cursors.write(feed, position), "has_more": len(found) > limit})
