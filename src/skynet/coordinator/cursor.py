"""Opaque cursors: where a reader of a list stands. Clients never look inside: the text may change."""

from __future__ import annotations

import base64
import binascii
import json

from skynet.coordinator.problem import ProblemError, ProblemType


def write(feed: str, position: int | str) -> str:
    """The cursor behind `position` in the list `feed`."""
    return base64.urlsafe_b64encode(json.dumps([feed, position]).encode()).decode().rstrip("=")


def read_seq(feed: str, cursor: str | None, head: int) -> int:
    """The sequence number in a cursor of a numbered feed, 0 without a cursor. Raises ProblemError: bad-cursor."""
    if cursor is None:
        return 0
    position = _read(feed, cursor)
    if not isinstance(position, int) or isinstance(position, bool) or position < 0:
        raise _bad(feed)
    if position > head:
        raise ProblemError(
            ProblemType.BAD_CURSOR,
            f"the cursor stands at {position} and the newest entry is {head}: it comes from another coordinator or "
            "from before a restore; start again without a cursor",
        )
    return position


def read_id(feed: str, cursor: str | None) -> str:
    """The id in a cursor of a list ordered by id, '' without a cursor. Raises ProblemError: bad-cursor."""
    if cursor is None:
        return ""
    position = _read(feed, cursor)
    if not isinstance(position, str) or "\0" in position:
        raise _bad(feed)
    return position


def _read(feed: str, cursor: str) -> object:
    try:
        value = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise _bad(feed) from None
    if not isinstance(value, list) or len(value) != 2 or value[0] != feed:
        raise _bad(feed)
    return value[1]


def _bad(feed: str) -> ProblemError:
    return ProblemError(
        ProblemType.BAD_CURSOR,
        f"give back the next_cursor of an earlier answer of the {feed} list unchanged, or leave cursor out",
    )
