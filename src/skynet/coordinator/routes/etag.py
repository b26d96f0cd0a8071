"""ETag and If-Match as the routes of versioned things declare them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Header, Path

from skynet.domain.ids import SLUG_PATTERN

IfMatch = Annotated[str | None, Header(description="ETag of the resource as it was read")]
PathSlug = Annotated[str, Path(pattern=SLUG_PATTERN)]
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Version of the resource, for If-Match"}}


def with_etag(model: type, *statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI responses of `model` that carry an ETag."""
    return {status: {"model": model, "headers": ETAG, "description": "As it is now"} for status in statuses}
