"""Optimistic locking: whoever changes a thing says which version of it they have seen."""

from __future__ import annotations

from skynet.coordinator.problem import ProblemError, ProblemType


def tag_of(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'


def tag_matches(if_match: str, etag: str) -> bool:
    """Strong comparison of RFC 9110 §13.1.1: a weak tag never matches."""
    return if_match.strip() == "*" or etag in [tag.strip() for tag in if_match.split(",")]


def require_version(if_match: str | None, version: int, path: str) -> None:
    """Raises ProblemError: precondition-required, stale-version. `path` is where the thing can be read."""
    etag = tag_of(version)
    if if_match is None:
        raise ProblemError(
            ProblemType.PRECONDITION_REQUIRED, f"send 'If-Match: ETAG' with the ETag that GET {path} gives"
        )
    if not tag_matches(if_match, etag):
        raise ProblemError(
            ProblemType.STALE_VERSION,
            f"it is at {etag}, If-Match says {if_match[:80]}; read {path} again, then decide",
            headers={"ETag": etag},
        )
