"""The XML namespaces of the services, as devices name them in GetServices. Media 1 and 2 differ by the version."""

from __future__ import annotations

from enum import StrEnum


class Namespace(StrEnum):
    DEVICE = "http://www.onvif.org/ver10/device/wsdl"
    MEDIA = "http://www.onvif.org/ver10/media/wsdl"
    MEDIA2 = "http://www.onvif.org/ver20/media/wsdl"
    PTZ = "http://www.onvif.org/ver20/ptz/wsdl"
    EVENTS = "http://www.onvif.org/ver10/events/wsdl"


SCHEMA = "http://www.onvif.org/ver10/schema"
NOTIFICATION = "http://docs.oasis-open.org/wsn/b-2"
