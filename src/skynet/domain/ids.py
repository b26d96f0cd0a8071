"""Identifiers: UUIDv7 for events, slugs for things people name."""

from __future__ import annotations

import secrets
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

SLUG_PATTERN = r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$"

Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN)]
"""1 to 64 lower-case letters, digits and inner hyphens: camera, box, site, zone, line and rule ids."""


def uuid7(posix_s: float) -> UUID:
    """A time-ordered UUID (RFC 9562 §5.7): 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = int(posix_s * 1000) & ((1 << 48) - 1)
    random = secrets.randbits(74)
    value = milliseconds << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | (random & ((1 << 62) - 1))
    return UUID(int=value)
