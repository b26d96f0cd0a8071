"""Refusals of a camera, in the words of its health."""

from __future__ import annotations

from skynet.domain.camera import CameraState
from skynet.media.source_error import SourceError

_REFUSALS: dict[int, tuple[CameraState, str]] = {
    403: (
        CameraState.UNAUTHORISED,
        "the camera forbids this stream to this user (403); check the user's rights on the camera",
    ),
    404: (CameraState.NOT_FOUND, "the camera has no stream under this path (404); check the path of its source"),
    453: (
        CameraState.BUSY,
        "the camera has no bandwidth left for another viewer (453); end other viewers or use its sub-stream",
    ),
    454: (CameraState.UNREACHABLE, "the camera has forgotten the session (454); it will be tried again"),
    461: (
        CameraState.UNSUPPORTED,
        "the camera does not send as it was asked to (461); set its transport to auto, tcp or udp",
    ),
    503: (
        CameraState.BUSY,
        "the camera is too busy for another viewer (503); end other viewers or use its sub-stream",
    ),
}


def without_user() -> SourceError:
    """The camera wants to know who asks, and we have nobody to name."""
    return SourceError(
        CameraState.UNAUTHORISED, "the camera asks for a user and password (401); add them to its source"
    )


def refusal(method: str, status: int) -> SourceError:
    """What an answer that is not 200 means."""
    if status == 401:
        return SourceError(
            CameraState.UNAUTHORISED,
            "the camera refuses this user and password (401); check the credentials of its source",
        )
    state, detail = _REFUSALS.get(
        status, (CameraState.FAILED, f"the camera refuses to {method} ({status}); check the address and the camera")
    )
    return SourceError(state, detail)
