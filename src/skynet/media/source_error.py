"""What went wrong with a source, in the words of camera health."""

from __future__ import annotations

from skynet.domain.camera import CameraState


class SourceError(Exception):
    """A source cannot deliver, or delivers no more.

    `detail` is one line, what is wrong and how to mend it, without the source's name and without credentials. `state`
    is what the camera's health shows for it.
    """

    def __init__(self, state: CameraState, detail: str) -> None:
        super().__init__(detail)
        self.state = state
        self.detail = detail

    def __reduce__(self) -> tuple[type[SourceError], tuple[CameraState, str]]:
        return type(self), (self.state, self.detail)
