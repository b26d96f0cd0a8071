"""Media (ver10) and Media2 (ver20): profiles, stream and snapshot addresses."""

from __future__ import annotations

from xml.sax.saxutils import escape

from tests.onvif_stub.camera import Camera
from tests.onvif_stub.message import Request, invalid, not_supported
from tests.onvif_stub.persona import StreamProfile
from tests.onvif_stub.quirk import Quirk

_PROTOCOLS = {"RtspUnicast", "RtspMulticast", "RTSP", "RtspsUnicast", "RtspsMulticast", "RtspOverHttp"}


class MediaService:
    """One of both, by `version` 1 or 2."""

    def __init__(self, camera: Camera, version: int) -> None:
        self._camera, self._version = camera, version
        self._prefix = "trt" if version == 1 else "tr2"

    def answer(self, request: Request) -> str:
        actions = {
            "GetProfiles": self._profiles,
            "GetStreamUri": self._stream_uri,
            "GetSnapshotUri": self._snapshot_uri,
        }
        if request.action not in actions or (self._version == 2 and self._camera.has(Quirk.MEDIA2_FAILS)):
            raise not_supported(request.action)
        content = actions[request.action](request)
        return f"<{self._prefix}:{request.action}Response>{content}</{self._prefix}:{request.action}Response>"

    def _profiles(self, request: Request) -> str:
        if self._camera.has(Quirk.PROFILES_NONE) or (self._version == 2 and self._camera.has(Quirk.MEDIA2_EMPTY)):
            return ""
        profiles = self._camera.persona.profiles
        types = {element.text or "" for element in request.body.iter("{*}Type")}
        entries = [self._profile(profile, types, last=profile is profiles[-1]) for profile in profiles]
        if self._camera.has(Quirk.PROFILE_DUPLICATE):
            entries.append(entries[0])
        if self._camera.has(Quirk.PROFILE_NO_ENCODER):
            name = "" if self._camera.has(Quirk.PROFILE_UNNAMED) else "<tt:Name>metadata</tt:Name>"
            entries.insert(
                0,
                f'<{self._prefix}:Profiles token="metadata" fixed="true">{self._named(name)}</{self._prefix}:Profiles>',
            )
        return "".join(entries)

    def _named(self, name: str) -> str:
        return name if self._version == 1 else name.replace("tt:Name", "tr2:Name")

    def _profile(self, profile: StreamProfile, types: set[str], last: bool) -> str:
        name = "" if self._camera.has(Quirk.PROFILE_UNNAMED) else f"<tt:Name>{escape(profile.name)}</tt:Name>"
        ptz = ""
        if self._camera.persona.ptz and not self._camera.has(Quirk.PTZ_UNADVERTISED):
            ptz = self._ptz() if last or not self._camera.has(Quirk.PTZ_SUB_ONLY) else ""
        if self._version == 1:
            content = (
                self._source("tt:VideoSourceConfiguration")
                + self._encoder1(profile)
                + ptz.replace("@", "tt:PTZConfiguration")
            )
        else:
            # ver20 gives only the kinds of configuration that were asked for.
            parts = {
                "VideoSource": self._source("tr2:VideoSource"),
                "VideoEncoder": self._encoder2(profile),
                "PTZ": ptz.replace("@", "tr2:PTZ"),
            }
            inner = "".join(part for kind, part in parts.items() if {kind, "All"} & types)
            content = f"<tr2:Configurations>{inner}</tr2:Configurations>" if types else ""
        element = f"{self._prefix}:Profiles"
        return f'<{element} token="{profile.token}" fixed="true">{self._named(name)}{content}</{element}>'

    def _source(self, element: str) -> str:
        return (
            f'<{element} token="VideoSourceToken"><tt:Name>VideoSourceConfig</tt:Name><tt:UseCount>2</tt:UseCount>'
            '<tt:SourceToken>VideoSource_1</tt:SourceToken><tt:Bounds x="0" y="0" width="1920" height="1080"/>'
            f"</{element}>"
        )

    def _numbers(self, profile: StreamProfile) -> dict[str, str]:
        numbers = {
            "width": profile.width,
            "height": profile.height,
            "fps": profile.fps,
            "gop": profile.gop,
            "kbps": profile.bitrate_kbps,
        }
        empty = self._camera.has(Quirk.PROFILE_NUMBERS_EMPTY)
        return {name: "" if empty else str(number) for name, number in numbers.items()}

    def _encoder1(self, profile: StreamProfile) -> str:
        number = self._numbers(profile)
        # ver10 has no word for H.265: such devices say H264 there.
        return (
            f'<tt:VideoEncoderConfiguration token="Encoder_{profile.token}">'
            "<tt:Name>encoder</tt:Name><tt:UseCount>1</tt:UseCount>"
            f"<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>{number['width']}</tt:Width>"
            f"<tt:Height>{number['height']}</tt:Height></tt:Resolution><tt:Quality>3</tt:Quality>"
            f"<tt:RateControl><tt:FrameRateLimit>{number['fps']}</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval>"
            f"<tt:BitrateLimit>{number['kbps']}</tt:BitrateLimit></tt:RateControl>"
            f"<tt:H264><tt:GovLength>{number['gop']}</tt:GovLength><tt:H264Profile>Main</tt:H264Profile></tt:H264>"
            "<tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0</tt:IPv4Address></tt:Address>"
            "<tt:Port>0</tt:Port><tt:TTL>1</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast>"
            "<tt:SessionTimeout>PT60S</tt:SessionTimeout></tt:VideoEncoderConfiguration>"
        )

    def _encoder2(self, profile: StreamProfile) -> str:
        number = self._numbers(profile)
        return (
            f'<tr2:VideoEncoder token="Encoder_{profile.token}" GovLength="{number["gop"]}" Profile="Main">'
            f"<tt:Name>encoder</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>{profile.codec}</tt:Encoding>"
            f"<tt:Resolution><tt:Width>{number['width']}</tt:Width><tt:Height>{number['height']}</tt:Height></tt:Resolution>"
            f"<tt:RateControl><tt:FrameRateLimit>{number['fps']}</tt:FrameRateLimit><tt:BitrateLimit>{number['kbps']}</tt:BitrateLimit>"
            "</tt:RateControl><tt:Quality>3</tt:Quality></tr2:VideoEncoder>"
        )

    def _ptz(self) -> str:
        return (
            '<@ token="PTZToken"><tt:Name>PTZ</tt:Name><tt:UseCount>2</tt:UseCount>'
            "<tt:NodeToken>PTZNodeToken</tt:NodeToken>"
            "<tt:DefaultPTZTimeout>PT5S</tt:DefaultPTZTimeout></@>"
        )

    def _known(self, request: Request) -> StreamProfile:
        profile = self._camera.profile(request.need("ProfileToken"))
        if profile is None:
            raise invalid("no such profile", "ter:NoProfile")
        return profile

    def _stream_uri(self, request: Request) -> str:
        self._check_transport(request)
        uri = escape(self._camera.stream_uri(self._known(request)))
        if (self._version == 1) == self._camera.has(Quirk.STREAM_URI_FLAT):
            return f"<{self._prefix}:Uri>{uri}</{self._prefix}:Uri>"
        return self._media_uri(uri)

    def _check_transport(self, request: Request) -> None:
        if self._version == 2:
            if request.text("Protocol") not in _PROTOCOLS:
                raise invalid("no such protocol", "ter:InvalidStreamSetup")
        elif request.text("Stream") != "RTP-Unicast" or request.text("Protocol") not in ("RTSP", "UDP", "HTTP", "TCP"):
            raise invalid("Stream and Protocol are wanted", "ter:InvalidStreamSetup")

    def _media_uri(self, uri: str) -> str:
        return (
            f"<{self._prefix}:MediaUri><tt:Uri>{uri}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>"
            f"<tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout></{self._prefix}:MediaUri>"
        )

    def _snapshot_uri(self, request: Request) -> str:
        if self._camera.has(Quirk.SNAPSHOT_UNSUPPORTED):
            raise not_supported(request.action)
        self._known(request)
        uri = escape(self._camera.snapshot_uri())
        return self._media_uri(uri) if self._version == 1 else f"<tr2:Uri>{uri}</tr2:Uri>"
