"""The video profiles of a device out of either media service. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from skynet.edge.onvif.xml_node import XmlNode

MAX_PROFILES = 64


@dataclass(frozen=True, slots=True)
class MediaProfile:
    """What a profile is set to deliver: `codec` h264, hevc, jpeg, mpeg4 or what the device calls it; size in pixels;
    `fps` and `gop` (pictures from keyframe to keyframe) as configured; None where the device does not say.
    """

    token: str
    name: str
    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float | None = None
    gop: int | None = None
    bitrate_kbps: int | None = None
    source: str = ""
    """Which of the device's lenses or inputs."""
    ptz_configuration: str = ""
    stream_uri: str = ""
    """Without credentials."""

    @property
    def pixels(self) -> int:
        return self.width * self.height

    def at(self, stream_uri: str) -> MediaProfile:
        return replace(self, stream_uri=stream_uri)


_CODECS = {"h265": "hevc", "h.265": "hevc", "h.264": "h264", "mpv4-es": "mpeg4"}


def read_profiles(answer: XmlNode, media2: bool) -> tuple[MediaProfile, ...]:
    """The profiles in the device's order, of several with one token the first."""
    profiles = (_profile(node, media2) for node in answer.children("Profiles")[:MAX_PROFILES])
    return tuple({profile.token: profile for profile in reversed([*profiles]) if profile}.values())[::-1]


def _profile(node: XmlNode, media2: bool) -> MediaProfile | None:
    token = node.attribute("token")
    settings = node.child("Configurations") if media2 else node
    if not token or settings is None:
        return MediaProfile(token, node.text("Name", limit=80)) if token and media2 else None
    names = ("VideoEncoder", "VideoSource", "PTZ") if media2 else _MEDIA1_NAMES
    encoder, source, ptz = (settings.child(name) for name in names)
    profile = MediaProfile(
        token,
        node.text("Name", limit=80) or token,
        source=source.text("SourceToken", limit=80) if source else "",
        ptz_configuration=ptz.attribute("token") if ptz else "",
    )
    return _encoded(profile, encoder) if encoder else profile


_MEDIA1_NAMES = ("VideoEncoderConfiguration", "VideoSourceConfiguration", "PTZConfiguration")


def _encoded(profile: MediaProfile, encoder: XmlNode) -> MediaProfile:
    codec = encoder.text("Encoding", limit=32).lower()
    gop = _attribute(encoder, "GovLength")
    for nested in ("H264", "MPEG4"):  # where Media 1 keeps it
        gop = gop or _whole(encoder.number(nested, "GovLength"))
    fps = encoder.number("RateControl", "FrameRateLimit")
    return replace(
        profile,
        codec=_CODECS.get(codec, codec),
        width=_whole(encoder.number("Resolution", "Width")) or 0,
        height=_whole(encoder.number("Resolution", "Height")) or 0,
        fps=fps if fps and 0 < fps <= 1000 else None,
        gop=gop,
        bitrate_kbps=_whole(encoder.number("RateControl", "BitrateLimit")),
    )


def _attribute(node: XmlNode, name: str) -> int | None:
    text = node.attribute(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _whole(number: float | None) -> int | None:
    return int(number) if number is not None and 0 < number < 1e9 else None
