"""Range requests (RFC 9110 §14): which bytes of a content are asked for."""

from __future__ import annotations

import re

# Longer numbers name no byte of any file, and turning them into integers would be work for nothing.
_ONE_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.IGNORECASE)


class UnsatisfiableRangeError(ValueError):
    """No byte of the content is in the range."""


def asked(header: str | None, size: int) -> range | None:
    """The bytes that a Range header asks for of a content of `size` bytes, cut to what there is.

    None for the whole content: without a header, and for what RFC 9110 lets a server ignore (other units, several
    ranges, what cannot be read). Raises UnsatisfiableRangeError.
    """
    match = _ONE_RANGE.fullmatch(header.strip()) if header is not None else None
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        found = range(max(0, size - int(match[2])), size)
    else:
        first, last = int(match[1]), int(match[2] or size)
        if match[2] and last < first:
            return None
        found = range(first, min(last + 1, size))
    if not found:
        raise UnsatisfiableRangeError
    return found


def names(if_none_match: str, etag: str) -> bool:
    """Whether If-None-Match names the content: weak comparison (RFC 9110 §13.1.2)."""
    return if_none_match.strip() == "*" or etag in [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]


def still(if_range: str | None, etag: str) -> bool:
    """Whether a range of the content may be given under this If-Range: strong comparison, a date never fits
    (RFC 9110 §13.1.5)."""
    return if_range is None or if_range.strip() == etag
