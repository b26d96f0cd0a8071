"""Profiles and the addresses of streams and pictures: Media 2 first, then Media 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from skynet.edge.onvif.address import stream_address
from skynet.edge.onvif.camera_error import CameraError, FaultError, MissingServiceError, StrangeAnswerError
from skynet.edge.onvif.envelope import Operation, text_element
from skynet.edge.onvif.media_profile import MAX_PROFILES, MediaProfile, read_profiles
from skynet.edge.onvif.namespace import Namespace
from skynet.edge.onvif.soap_client import SoapClient
from skynet.edge.onvif.xml_node import XmlNode

_EVERYTHING = "<s:Type>All</s:Type>"
_RTSP_SETUP = (
    "<s:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream>"
    "<tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport></s:StreamSetup>"
)


@dataclass(frozen=True, slots=True)
class MediaService:
    """One of the two media services of a device, at `url`. `host` is where we reach the device."""

    client: SoapClient
    url: str
    media2: bool
    host: str

    @property
    def namespace(self) -> Namespace:
        return Namespace.MEDIA2 if self.media2 else Namespace.MEDIA

    async def profiles(self) -> tuple[MediaProfile, ...]:
        """All of them. Raises CameraError."""
        answer = await self._call("GetProfiles", _EVERYTHING if self.media2 else "")
        if len(answer.children("Profiles")) > MAX_PROFILES:
            self.client.findings.note(f"it lists more than {MAX_PROFILES} profiles; the others were left out")
        return read_profiles(answer, self.media2)

    async def stream_uri(self, profile: MediaProfile) -> str:
        """An rtsp:// or rtsps:// address without credentials, at the host that we reach. Raises CameraError."""
        token = text_element("s:ProfileToken", profile.token)
        if self.media2:
            answer = await self._call("GetStreamUri", f"<s:Protocol>RTSP</s:Protocol>{token}")
        else:
            answer = await self._call("GetStreamUri", _RTSP_SETUP + token)
        uri = self._uri(answer)
        try:
            address, changes = stream_address(uri, self.host)
        except ValueError:
            address, changes = "", ()
        if not address.startswith(("rtsp://", "rtsps://")):
            raise StrangeAnswerError(f"the stream address of profile {profile.name} is none that can be read")
        for change in changes:
            self.client.findings.note(change)
        return address

    async def snapshot_uri(self, profile: MediaProfile) -> str:
        """Where the device keeps its newest picture, as it names it. Raises CameraError."""
        return self._uri(await self._call("GetSnapshotUri", text_element("s:ProfileToken", profile.token)))

    def _uri(self, answer: XmlNode) -> str:
        return answer.text("Uri") or answer.text("MediaUri", "Uri")

    async def _call(self, name: str, parameters: str = "") -> XmlNode:
        return await self.client.call(self.url, Operation(self.namespace, name, parameters))


async def open_media(
    client: SoapClient, services: Mapping[Namespace, str], host: str
) -> tuple[MediaService, tuple[MediaProfile, ...]]:
    """The newer media service that has profiles with video, and these. Raises CameraError."""
    failure: CameraError | None = None
    for namespace in (Namespace.MEDIA2, Namespace.MEDIA):
        if namespace not in services:
            continue
        service = MediaService(client, services[namespace], namespace is Namespace.MEDIA2, host)
        try:
            profiles = await service.profiles()
        except (FaultError, StrangeAnswerError) as error:
            failure = error
            client.findings.note(f"its {namespace.name.lower()} service does not list profiles")
            continue
        if video := tuple(profile for profile in profiles if profile.codec):
            return service, video
        client.findings.note(f"its {namespace.name.lower()} service lists no profile with video")
    if Namespace.MEDIA2 not in services and Namespace.MEDIA not in services:
        raise MissingServiceError("names no address of a media service; switch ONVIF on, on the camera's own page")
    raise failure or MissingServiceError("has no profile with video; set one up on the camera's own page")
