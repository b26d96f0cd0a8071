"""PTZ (ver20): a head that keeps what it was told."""

from __future__ import annotations

from urllib.parse import quote
from xml.sax.saxutils import escape

from lxml import etree

from tests.onvif_stub.camera import Camera, Move
from tests.onvif_stub.message import FaultError, Request, invalid, not_supported
from tests.onvif_stub.quirk import Quirk

_SPACE = "http://www.onvif.org/ver10/tptz"
_SPACES = (
    ("AbsolutePanTiltPositionSpace", "PanTiltSpaces/PositionGenericSpace", "XY", -1),
    ("AbsoluteZoomPositionSpace", "ZoomSpaces/PositionGenericSpace", "X", 0),
    ("ContinuousPanTiltVelocitySpace", "PanTiltSpaces/VelocityGenericSpace", "XY", -1),
    ("ContinuousZoomVelocitySpace", "ZoomSpaces/VelocityGenericSpace", "X", -1),
)


class BusyError(Exception):
    """503: the service is too busy for this call."""


class EchoError(Exception):
    """500 with the request's own bytes as the answer."""


class PtzService:
    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self._stops_lost = 0

    def answer(self, request: Request) -> str:
        actions = {
            "GetNodes": self._nodes,
            "GetConfigurations": self._configurations,
            "GetStatus": self._status,
            "ContinuousMove": self._continuous_move,
            "AbsoluteMove": self._absolute_move,
            "Stop": self._stop,
            "GetPresets": self._presets,
            "SetPreset": self._set_preset,
            "GotoPreset": self._goto_preset,
            "RemovePreset": self._remove_preset,
        }
        if request.action not in actions or not self._camera.persona.ptz:
            raise not_supported(request.action)
        content = actions[request.action](request)
        return f"<tptz:{request.action}Response>{content}</tptz:{request.action}Response>"

    def _nodes(self, request: Request) -> str:
        spaces = "" if self._camera.has(Quirk.PTZ_SPACES_EMPTY) else "".join(self._space(*space) for space in _SPACES)
        return (
            '<tptz:PTZNode token="PTZNodeToken" FixedHomePosition="false"><tt:Name>PTZNode</tt:Name>'
            f"<tt:SupportedPTZSpaces>{spaces}</tt:SupportedPTZSpaces>"
            "<tt:MaximumNumberOfPresets>300</tt:MaximumNumberOfPresets><tt:HomeSupported>true</tt:HomeSupported></tptz:PTZNode>"
        )

    def _space(self, element: str, uri: str, axes: str, low: int) -> str:
        high = low if self._camera.has(Quirk.PTZ_RANGE_EMPTY) else 1
        ranges = "".join(
            f"<tt:{axis}Range><tt:Min>{low}</tt:Min><tt:Max>{high}</tt:Max></tt:{axis}Range>" for axis in axes
        )
        return f"<tt:{element}><tt:URI>{_SPACE}/{uri}</tt:URI>{ranges}</tt:{element}>"

    def _configurations(self, request: Request) -> str:
        return (
            '<tptz:PTZConfiguration token="PTZToken"><tt:Name>PTZ</tt:Name><tt:UseCount>2</tt:UseCount>'
            "<tt:NodeToken>PTZNodeToken</tt:NodeToken><tt:DefaultPTZTimeout>PT5S</tt:DefaultPTZTimeout></tptz:PTZConfiguration>"
        )

    def _status(self, request: Request) -> str:
        self._known(request)
        if self._camera.has(Quirk.PTZ_STATUS_FAULT):
            raise not_supported(request.action)
        at = self._camera.position
        state = "MOVING" if self._camera.moving and not self._camera.has(Quirk.PTZ_STATUS_FROZEN) else "IDLE"
        return (
            f'<tptz:PTZStatus><tt:Position><tt:PanTilt x="{at["x"]}" y="{at["y"]}" space="{_SPACE}/{_SPACES[0][1]}"/>'
            f'<tt:Zoom x="{at["zoom"]}" space="{_SPACE}/{_SPACES[1][1]}"/></tt:Position>'
            f"<tt:MoveStatus><tt:PanTilt>{state}</tt:PanTilt><tt:Zoom>{state}</tt:Zoom></tt:MoveStatus>"
            "<tt:UtcTime>2026-01-01T00:00:00Z</tt:UtcTime></tptz:PTZStatus>"
        )

    def _continuous_move(self, request: Request) -> str:
        self._camera.turn(self._move(request, "continuous", "Velocity"))
        return ""

    def _absolute_move(self, request: Request) -> str:
        self._camera.turn(self._move(request, "absolute", "Position"))
        return ""

    def _move(self, request: Request, kind: str, vector: str) -> Move:
        profile = self._known(request)
        element = next(request.body.iter(f"{{*}}{vector}"), None)
        if element is None or len(element) == 0:
            raise invalid(f"{vector} is wanted")
        pan_tilt, zoom = element.find("{*}PanTilt"), element.find("{*}Zoom")
        if zoom is not None and pan_tilt is not None and self._camera.has(Quirk.PTZ_ZOOM_ECHO):
            raise EchoError
        return Move(
            kind,
            profile,
            None if pan_tilt is None else (self._number(pan_tilt, "x"), self._number(pan_tilt, "y")),
            None if zoom is None else self._number(zoom, "x"),
        )

    def _number(self, element: etree._Element, name: str) -> float:
        try:
            value = float(element.get(name, ""))
        except ValueError as error:
            raise invalid(f"{name} is no number") from error
        if not -1.0 <= value <= 1.0:
            raise invalid(f"{name} is out of range", "ter:SpaceNotSupported")
        return value

    def _stop(self, request: Request) -> str:
        profile = self._known(request)
        if self._camera.has(Quirk.PTZ_STOP_LOST) and self._stops_lost == 0:
            self._stops_lost = 1
            raise BusyError
        self._camera.turn(Move("stop", profile))
        return ""

    def _presets(self, request: Request) -> str:
        self._known(request)
        if self._camera.has(Quirk.PTZ_NO_PRESETS):
            raise not_supported(request.action)
        return "".join(
            f'<tptz:Preset token="{escape(token)}"><tt:Name>{self._preset_name(name)}</tt:Name></tptz:Preset>'
            for token, name in self._camera.presets.items()
        )

    def _preset_name(self, name: str) -> str:
        return quote("预置点 " + name) if self._camera.has(Quirk.PTZ_PRESET_ENCODED) else escape(name)

    def _set_preset(self, request: Request) -> str:
        self._known(request)
        token = request.text("PresetToken") or str(len(self._camera.presets) + 1)
        with self._camera.lock:
            self._camera.presets[token] = request.text("PresetName") or f"Preset {token}"
        return token if self._camera.has(Quirk.PTZ_PRESET_BARE) else f"<tptz:PresetToken>{token}</tptz:PresetToken>"

    def _goto_preset(self, request: Request) -> str:
        token = self._preset(request)
        self._camera.turn(Move("preset", self._known(request), preset=token))
        return ""

    def _remove_preset(self, request: Request) -> str:
        token = self._preset(request)
        with self._camera.lock:
            del self._camera.presets[token]
        return ""

    def _preset(self, request: Request) -> str:
        token = request.need("PresetToken")
        if token not in self._camera.presets:
            raise invalid("no such preset", "ter:NoToken")
        return token

    def _known(self, request: Request) -> str:
        token = request.need("ProfileToken")
        profile = self._camera.profile(token)
        if profile is None:
            raise invalid("no such profile", "ter:NoProfile")
        if self._camera.has(Quirk.PTZ_SUB_ONLY) and profile is not self._camera.persona.profiles[-1]:
            raise FaultError("the profile has no PTZ configuration", "ter:InvalidArgVal", "ter:NoPTZProfile")
        return token
