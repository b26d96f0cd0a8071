"""An ONVIF device of our own to test against: makes to play, faults to have, and a memory of what it was asked."""

from tests.onvif_stub import notice
from tests.onvif_stub.camera import Move
from tests.onvif_stub.journal import Call, Journal
from tests.onvif_stub.login import Login
from tests.onvif_stub.persona import (
    DAHUA,
    HIKVISION,
    OLD_PROFILE_S,
    PERSONAS,
    PROFILE_T,
    TP_LINK,
    UNIVIEW,
    Persona,
    StreamProfile,
)
from tests.onvif_stub.quirk import Quirk
from tests.onvif_stub.stub import OnvifStub, snapshot_jpeg

__all__ = [
    "DAHUA",
    "HIKVISION",
    "OLD_PROFILE_S",
    "PERSONAS",
    "PROFILE_T",
    "TP_LINK",
    "UNIVIEW",
    "Call",
    "Journal",
    "Login",
    "Move",
    "OnvifStub",
    "Persona",
    "Quirk",
    "StreamProfile",
    "notice",
    "snapshot_jpeg",
]
