"""How values become JSON: one encoder for answers, stored alerts and audit details."""

from __future__ import annotations

import json
from datetime import datetime, time
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import JSONResponse

from skynet.coordinator.timestamp import rfc3339


def dumps(value: object) -> str:
    """`value` as compact JSON, times in UTC with milliseconds. Raises OverflowError for times outside years 1-9999."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)


def canonical(value: object) -> str:
    """Like `dumps` with sorted keys and without absent (None) model fields: equal content gives equal text.

    Leaving None out keeps an alert equal to itself when a later version of the contract adds an optional field.
    """
    plain = value.model_dump(exclude_none=True) if isinstance(value, BaseModel) else value
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True, default=_plain)


class WireResponse(JSONResponse):
    """A JSON answer written by `dumps`."""

    def render(self, content: object) -> bytes:
        return dumps(content).encode()


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(by_alias=True)
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
