"""Talks ONVIF with cameras: finds them, learns what they can do, turns them, hears their events.

A thin client of about twenty calls over HTTP: `OnvifCamera` is one device, `discover` finds them on the network, and
`probe` looks at one whole. Everything that can go wrong with a device is a `CameraError`. No credential
leaves this room but to the device that it is for.
"""

from skynet.edge.onvif.camera import OnvifCamera
from skynet.edge.onvif.camera_error import CameraError
from skynet.edge.onvif.credentials import Credentials
from skynet.edge.onvif.discovery import discover
from skynet.edge.onvif.probe import probe

__all__ = ["CameraError", "Credentials", "OnvifCamera", "discover", "probe"]
