"""The device service: time, services, identity, scopes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from tests.onvif_stub.camera import Camera
from tests.onvif_stub.message import NAMESPACES, FaultError, Request, not_supported
from tests.onvif_stub.quirk import Quirk

_LOCAL = timedelta(hours=8)
_MINOR = {"device": 6, "media": 6, "media2": 6, "ptz": 6, "events": 6}


class DeviceService:
    def __init__(self, camera: Camera) -> None:
        self._camera = camera

    def answer(self, request: Request) -> str:
        actions = {
            "GetSystemDateAndTime": self._time,
            "GetServices": self._services,
            "GetCapabilities": self._capabilities,
            "GetDeviceInformation": self._information,
            "GetScopes": self._scopes,
        }
        if request.action not in actions:
            raise not_supported(request.action)
        return actions[request.action](request)

    def _time(self, request: Request) -> str:
        utc = datetime.fromtimestamp(self._camera.now(), UTC)
        if self._camera.has(Quirk.CLOCK_LOCAL_AS_UTC):
            utc += _LOCAL
            local = utc
        else:
            local = utc + _LOCAL
        stamps = _stamp("LocalDateTime", local)
        if not self._camera.has(Quirk.CLOCK_MISSING):
            stamps = _stamp("UTCDateTime", utc) + stamps
        return (
            "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>"
            "<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone>"
            f"{stamps}</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
        )

    def _names(self) -> list[str]:
        persona = self._camera.persona
        names = ["device", "media"]
        if persona.media2 or self._camera.has(Quirk.MEDIA2_FIRST, Quirk.MEDIA2_FAILS, Quirk.MEDIA2_EMPTY):
            names.insert(1 if self._camera.has(Quirk.MEDIA2_FIRST) else 2, "media2")
        return names + (["ptz"] if persona.ptz else []) + (["events"] if persona.events else [])

    def _services(self, request: Request) -> str:
        if self._camera.has(Quirk.NO_GET_SERVICES):
            raise not_supported(request.action)
        if request.text("IncludeCapability") not in ("true", "false", "1", "0"):
            raise FaultError("IncludeCapability is wanted", "ter:InvalidArgVal")
        entries = "".join(
            f"<tds:Service><tds:Namespace>{NAMESPACES[name]}</tds:Namespace><tds:XAddr>{self._camera.xaddr(name)}</tds:XAddr>"
            f"<tds:Version><tt:Major>2</tt:Major><tt:Minor>{_MINOR[name]}</tt:Minor></tds:Version></tds:Service>"
            for name in self._names()
        )
        return f"<tds:GetServicesResponse>{entries}</tds:GetServicesResponse>"

    def _capabilities(self, request: Request) -> str:
        elements = {"device": "Device", "events": "Events", "media": "Media", "ptz": "PTZ"}
        switches = {
            "events": "<tt:WSSubscriptionPolicySupport>true</tt:WSSubscriptionPolicySupport>"
            "<tt:WSPullPointSupport>true</tt:WSPullPointSupport>"
            "<tt:WSPausableSubscriptionManagerInterfaceSupport>false</tt:WSPausableSubscriptionManagerInterfaceSupport>",
            "media": "<tt:StreamingCapabilities><tt:RTPMulticast>false</tt:RTPMulticast></tt:StreamingCapabilities>",
        }
        entries = "".join(
            f"<tt:{element}><tt:XAddr>{self._camera.xaddr(name)}</tt:XAddr>{switches.get(name, '')}</tt:{element}>"
            for name, element in elements.items()
            if name in self._names()
        )
        return (
            f"<tds:GetCapabilitiesResponse><tds:Capabilities>{entries}</tds:Capabilities></tds:GetCapabilitiesResponse>"
        )

    def _information(self, request: Request) -> str:
        if self._camera.has(Quirk.DEVICE_INFO_FAULT):
            raise FaultError("internal error", "ter:Action", status=500, receiver=True)
        persona = self._camera.persona
        fields = {"Manufacturer": persona.manufacturer, "Model": self._model(), "FirmwareVersion": persona.firmware}
        if not self._camera.has(Quirk.DEVICE_INFO_MISSING):
            fields |= {"SerialNumber": persona.serial, "HardwareId": persona.hardware}
        entries = "".join(f"<tds:{name}>{escape(value)}</tds:{name}>" for name, value in fields.items())
        return f"<tds:GetDeviceInformationResponse>{entries}</tds:GetDeviceInformationResponse>"

    def _model(self) -> str:
        model = self._camera.persona.model
        if self._camera.has(Quirk.NAME_CONTROL_CHARACTERS):
            return f"{model}\n\t\u0085\u009b31m\u202egnp.\u2066 <b>&"
        if self._camera.has(Quirk.NAME_ILLEGAL_XML):
            return f"{model}\x1b[2J\x07"
        if self._camera.has(Quirk.NAME_ENDLESS):
            return model + "x" * 100_000
        return f"枪机 {model}" if self._camera.has(Quirk.GBK_BYTES, Quirk.WRONG_CHARSET) else model

    def _scopes(self, request: Request) -> str:
        if self._camera.has(Quirk.SCOPES_FAULT):
            raise not_supported(request.action)
        entries = "".join(
            f"<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>{escape(scope)}</tt:ScopeItem></tds:Scopes>"
            for scope in scopes(self._camera)
        )
        return f"<tds:GetScopesResponse>{entries}</tds:GetScopesResponse>"


def scopes(camera: Camera) -> list[str]:
    """Also what discovery tells."""
    base = "onvif://www.onvif.org"
    known = [f"{base}/type/video_encoder", f"{base}/Profile/Streaming", f"{base}/location/country/china"]
    if camera.persona.media2:
        known.append(f"{base}/Profile/T")
    if not camera.has(Quirk.SCOPES_NO_NAME):
        known += [
            f"{base}/name/{camera.persona.manufacturer}%20{camera.persona.model}",
            f"{base}/hardware/{camera.persona.model}",
        ]
    return known


def _stamp(name: str, at: datetime) -> str:
    return (
        f"<tt:{name}><tt:Time><tt:Hour>{at.hour}</tt:Hour><tt:Minute>{at.minute}</tt:Minute><tt:Second>{at.second}</tt:Second>"
        f"</tt:Time><tt:Date><tt:Year>{at.year}</tt:Year><tt:Month>{at.month}</tt:Month><tt:Day>{at.day}</tt:Day></tt:Date></tt:{name}>"
    )
