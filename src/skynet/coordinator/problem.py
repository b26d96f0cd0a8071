"""Everything that can go wrong over HTTP, as RFC 9457 problem details with stable types."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse

from skynet.coordinator.wire import WireResponse

MEDIA_TYPE = "application/problem+json"


class ProblemType(Enum):
    """Name (the end of the `type` URN; never changed once published), HTTP status and title."""

    MALFORMED = ("malformed-request", 400, "The request cannot be read")
    BAD_CURSOR = ("bad-cursor", 400, "The cursor is not one of this coordinator's")
    UNAUTHORISED = ("unauthorised", 401, "A valid token is needed")
    FORBIDDEN = ("forbidden", 403, "The token's scope does not reach this")
    NOT_FOUND = ("not-found", 404, "There is no such thing")
    METHOD_NOT_ALLOWED = ("method-not-allowed", 405, "The resource does not take this method")
    TIMEOUT = ("body-timeout", 408, "The body did not come")
    ALREADY_ACKNOWLEDGED = ("already-acknowledged", 409, "The alert is acknowledged already")
    CLIP_CONFLICT = ("clip-conflict", 409, "The alert has another clip")
    ACTIVATION_REFUSED = ("activation-refused", 409, "Something that a camera must have is missing")
    STATE_CONFLICT = ("state-conflict", 409, "The state of the resource does not allow this")
    LAST_ADMIN = ("last-admin", 409, "The last admin token cannot be revoked")
    GONE = ("gone", 410, "The content is no longer there")
    STALE_VERSION = ("stale-version", 412, "The resource has changed since it was read")
    TOO_LARGE = ("too-large", 413, "The request is over a limit")
    UNSUPPORTED_MEDIA_TYPE = ("unsupported-media-type", 415, "The content is of a type that is not taken here")
    RANGE = ("range-not-satisfiable", 416, "The content has no such bytes")
    INVALID = ("invalid", 422, "A value is not allowed")
    HASH_MISMATCH = ("hash-mismatch", 422, "The content is not what its hash says")
    PRECONDITION_REQUIRED = ("precondition-required", 428, "If-Match is needed")
    TOO_MANY = ("too-many-requests", 429, "Too much at once")
    INTERNAL = ("internal", 500, "The coordinator failed")
    BUSY = ("busy", 503, "The coordinator cannot do this right now")
    UNWELL = ("unwell", 503, "The coordinator cannot write to its database")
    STORAGE_FULL = ("storage-full", 507, "The coordinator's disk is full")
    OTHER = ("http-error", 500, "The request failed")

    def __init__(self, slug: str, status: int, title: str) -> None:
        self.slug = slug
        self.status = status
        self.title = title

    @property
    def urn(self) -> str:
        return f"urn:skynet:problem:{self.slug}"


class FieldError(BaseModel):
    """One field that is not allowed."""

    field: str
    message: str


class ProblemDetails(BaseModel):
    """The body of every answer that is not a success. Some types carry further members."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None


class ProblemError(Exception):
    """Raise it anywhere under a route; it becomes the answer. `detail` says what, where and how to mend it."""

    def __init__(
        self,
        kind: ProblemType,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = dict(members or {})

    def response(self, status: int | None = None) -> JSONResponse:
        """The answer. `status` overrides the type's own, for HTTP errors that have no type of their own."""
        code = status or self.kind.status
        content = {"type": self.kind.urn, "title": self.kind.title, "status": code, "detail": self.detail}
        return WireResponse(content | self.members, status_code=code, headers=self.headers, media_type=MEDIA_TYPE)
