"""Turns a camera: one command after the other, only the axes that are meant, and a stop that always goes out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from skynet.edge.onvif.camera_error import CameraError, FaultError, MissingServiceError
from skynet.edge.onvif.envelope import Operation, text_element
from skynet.edge.onvif.media_profile import MediaProfile
from skynet.edge.onvif.namespace import Namespace
from skynet.edge.onvif.plain_text import plain_text
from skynet.edge.onvif.soap_client import SoapClient
from skynet.edge.onvif.xml_node import XmlNode

MAX_PRESETS = 1000
STOP_TRIES = 3


@dataclass(frozen=True, slots=True)
class Axes:
    """Speeds or positions, −1 to 1 (zoom positions 0 to 1); None leaves an axis alone. Pan and tilt go together: one
    that is left out stands still. Raises ValueError for what is out of range or commands nothing.
    """

    pan: float | None = None
    tilt: float | None = None
    zoom: float | None = None

    def __post_init__(self) -> None:
        given = [value for value in (self.pan, self.tilt, self.zoom) if value is not None]
        if not given:
            raise ValueError("name at least one of pan, tilt and zoom")
        if not all(-1 <= value <= 1 for value in given):
            raise ValueError("pan, tilt and zoom lie between -1 and 1")

    @property
    def xml(self) -> str:
        turned = self.pan is not None or self.tilt is not None
        pan_tilt = f'<tt:PanTilt x="{self.pan or 0:.4f}" y="{self.tilt or 0:.4f}"/>' if turned else ""
        return pan_tilt + (f'<tt:Zoom x="{self.zoom:.4f}"/>' if self.zoom is not None else "")


@dataclass(frozen=True, slots=True)
class Preset:
    token: str
    name: str


@dataclass(frozen=True, slots=True)
class PtzStatus:
    """Position as the device counts it, and whether it moves; None and empty where it does not say."""

    pan: float | None
    tilt: float | None
    zoom: float | None
    moving: str


class PtzService:
    """The PTZ of one camera, through `profile`. For one event loop."""

    def __init__(self, client: SoapClient, url: str, profile: str) -> None:
        self.profile = profile
        self._client = client
        self._url = url
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, client: SoapClient, url: str, profiles: Sequence[MediaProfile]) -> PtzService:
        """Through the first profile that has PTZ, which may be a sub-stream's. Raises CameraError."""
        service = cls(client, url, "")
        turned = next((profile for profile in profiles if profile.ptz_configuration), None)
        if turned and profiles.index(turned) > 0:
            client.findings.note(f"only its profile {turned.name} can turn the camera; PTZ goes through that one")
        if turned is None:
            await service._must_have_ptz()
            if not profiles:
                raise MissingServiceError("has PTZ, and no profile to turn it through")
            turned = profiles[0]
            client.findings.note("none of its profiles names PTZ, though it has some; the first profile is used")
        service.profile = turned.token
        return service

    async def spaces(self) -> tuple[str, ...]:
        """The names of the kinds of moves that it claims to know. An empty list says nothing: some leave it out."""
        nodes = (await self._call("GetNodes")).children("PTZNode")
        spaces = [node.child("SupportedPTZSpaces") for node in nodes]
        found = tuple(dict.fromkeys(space.name for inner in spaces if inner for space in inner.children()))
        if nodes and not found:
            self._client.findings.note("it lists no PTZ spaces; the generic ones are used all the same")
        return found

    async def move(self, speed: Axes) -> None:
        """Begin to move, until `stop`."""
        await self._command("ContinuousMove", f"<s:Velocity>{speed.xml}</s:Velocity>")

    async def move_for(
        self, speed: Axes, seconds: float, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        """Move for so long, then stop, also when this is cancelled or the device fails at the start of the move."""
        try:
            await self.move(speed)
            await sleep(seconds)
        finally:
            await asyncio.shield(asyncio.ensure_future(self.stop()))

    async def stop(self) -> None:
        """Stop all axes; tried again when it fails, since a camera that keeps turning looks nowhere."""
        for again in range(STOP_TRIES):
            try:
                await self._command("Stop", "<s:PanTilt>true</s:PanTilt><s:Zoom>true</s:Zoom>")
                return
            except FaultError:
                raise
            except CameraError:
                if again == STOP_TRIES - 1:
                    raise
        return

    async def go(self, position: Axes) -> None:
        """Move to a position."""
        await self._command("AbsoluteMove", f"<s:Position>{position.xml}</s:Position>")

    async def status(self) -> PtzStatus:
        status = (await self._command("GetStatus")).child("PTZStatus")
        pan_tilt = status.child("Position", "PanTilt") if status else None
        zoom = status.child("Position", "Zoom") if status else None
        moving = status.text("MoveStatus", "PanTilt", limit=40) if status else ""
        return PtzStatus(_position(pan_tilt, "x"), _position(pan_tilt, "y"), _position(zoom, "x"), moving)

    async def presets(self) -> tuple[Preset, ...]:
        nodes = (await self._command("GetPresets")).children("Preset")
        if len(nodes) > MAX_PRESETS:
            self._client.findings.note(f"it lists more than {MAX_PRESETS} presets; the others were left out")
        # some give the names percent-encoded, as they came out of their web page's form
        named = ((node.attribute("token"), _plain(node.text("Name", limit=240))) for node in nodes[:MAX_PRESETS])
        return tuple(Preset(token, name or token) for token, name in named if token)

    async def set_preset(self, name: str, token: str = "") -> str:
        """Keep where it looks now as `name`, in place of preset `token` where one is given. The preset's token."""
        replaced = text_element("s:PresetToken", token) if token else ""
        answer = await self._command("SetPreset", text_element("s:PresetName", name) + replaced)
        return answer.text("PresetToken", limit=80) or answer.text(limit=80)  # some leave the element out

    async def go_to_preset(self, token: str) -> None:
        await self._command("GotoPreset", text_element("s:PresetToken", token))

    async def remove_preset(self, token: str) -> None:
        await self._command("RemovePreset", text_element("s:PresetToken", token))

    async def _must_have_ptz(self) -> None:
        if not (await self._call("GetConfigurations")).children("PTZConfiguration"):
            raise MissingServiceError("has no PTZ that is set up; it may be a fixed camera")

    async def _command(self, name: str, parameters: str = "") -> XmlNode:
        async with self._turn:
            return await self._call(name, text_element("s:ProfileToken", self.profile) + parameters)

    async def _call(self, name: str, parameters: str = "") -> XmlNode:
        return await self._client.call(self._url, Operation(Namespace.PTZ, name, parameters))


def _plain(name: str) -> str:
    return plain_text(unquote(name), 80)


def _position(node: XmlNode | None, axis: str) -> float | None:
    try:
        value = float(node.attribute(axis)) if node else float("nan")
    except ValueError:
        return None
    return value if abs(value) < 1e6 else None
