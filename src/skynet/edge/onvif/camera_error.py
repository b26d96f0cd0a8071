"""What went wrong with a device, each kind by its cure. One line, without credentials."""

from __future__ import annotations


class CameraError(Exception):
    """The device did not do what was asked."""


class SilentError(CameraError):
    """It cannot be reached, does not answer in time, or breaks off."""


class RefusedLoginError(CameraError):
    """It does not take this user and password, or wants some and was given none."""


class StrangeAnswerError(CameraError):
    """What it answered is no SOAP, is too large, too deep, or points elsewhere."""


class FaultError(CameraError):
    """It answered with a SOAP fault. `subcode` is its most precise code, without the prefix."""

    def __init__(self, text: str, subcode: str = "") -> None:
        super().__init__(text)
        self.subcode = subcode


class MissingServiceError(CameraError):
    """It does not have what was asked for, such as PTZ on a fixed camera."""
