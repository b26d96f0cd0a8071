"""The session description (SDP, RFC 8866) of a camera, and the video track that we take out of it.

Pure, tolerant and bounded: lines that make no sense are passed over, only a description without any medium is an error.
"""

from __future__ import annotations

import binascii
import math
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field

from skynet.media.rtsp.protocol_error import ProtocolError

_MAX_LINES = 2000
_MAX_MEDIA = 64
_MAX_SETS = 32
_CODECS = {"H264": "h264", "H265": "hevc", "HEVC": "hevc"}
_STATIC = {26: "JPEG", 31: "H261", 32: "MPV", 33: "MP2T", 34: "H263"}
_OUT_OF_BAND = ("sprop-parameter-sets", "sprop-vps", "sprop-sps", "sprop-pps")


@dataclass(slots=True)
class Medium:
    """One `m=` section; `attributes` in their order, names in lower case."""

    kind: str
    formats: list[str]
    attributes: list[tuple[str, str]] = field(default_factory=list)

    def attribute(self, name: str) -> str | None:
        return next((value for key, value in self.attributes if key == name), None)

    def of_format(self, name: str, payload_type: int) -> str | None:
        """What an attribute such as `rtpmap:96 …` says about one payload type."""
        for key, value in self.attributes:
            number, _, rest = value.partition(" ")
            if key == name and number == str(payload_type):
                return rest.strip()
        return None


@dataclass(frozen=True, slots=True)
class SessionDescription:
    """A whole description; `control` is the session's own."""

    control: str | None
    media: tuple[Medium, ...]


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """A track that we can read. `codec` as FFmpeg names it, `parameters` those of `fmtp`, names in lower case."""

    codec: str
    payload_type: int
    clock_rate: int
    control: str | None
    fps: float | None
    parameters: dict[str, str]

    def parameter_sets(self) -> Iterator[bytes]:
        """NAL units that the camera told in advance; what is no base64 is passed over."""
        for name in _OUT_OF_BAND:
            for coded in self.parameters.get(name, "").split(",")[:_MAX_SETS]:
                try:
                    unit = b64decode(coded.strip() + "=" * (-len(coded.strip()) % 4))
                except (binascii.Error, ValueError):
                    continue
                if unit:
                    yield unit


def parse_description(body: bytes) -> SessionDescription:
    """Raises ProtocolError when there is no medium in it."""
    control: str | None = None
    media: list[Medium] = []
    for line in body.decode("utf-8", "replace").splitlines()[:_MAX_LINES]:
        kind, equals, value = line.strip().partition("=")
        if not equals:
            continue
        if kind == "m" and len(media) < _MAX_MEDIA:
            words = value.split()
            media.append(Medium(words[0].lower() if words else "", words[3:]))
        elif kind == "a":
            name, _, text = value.partition(":")
            name, text = name.strip().lower(), text.strip()
            if media:
                media[-1].attributes.append((name, text))
            elif name == "control":
                control = text
    if not media:
        raise ProtocolError("the camera's session description holds no stream")
    return SessionDescription(control, tuple(media))


def video_track(description: SessionDescription) -> VideoTrack:
    """The first video in H.264 or H.265. Raises ProtocolError that says what there is instead."""
    others: list[str] = []
    for medium in description.media:
        if medium.kind != "video":
            continue
        for text in medium.formats:
            if not (text.isascii() and text.isdigit() and len(text) <= 3):
                continue
            payload_type = int(text)
            name, _, rate = (medium.of_format("rtpmap", payload_type) or _guess(medium, payload_type)).partition("/")
            codec = _CODECS.get(name.strip().upper())
            if codec is None:
                others.append(name.strip()[:20] or f"payload type {payload_type}")
                continue
            return VideoTrack(
                codec,
                payload_type,
                _clock_rate(rate),
                medium.attribute("control"),
                _frame_rate(medium),
                _parameters(medium.of_format("fmtp", payload_type) or ""),
            )
    if others:
        raise ProtocolError(f"the stream's video is {', '.join(others[:4])}")
    raise ProtocolError("the stream holds no video")


def _guess(medium: Medium, payload_type: int) -> str:
    parameters = medium.of_format("fmtp", payload_type) or ""
    if "sprop-parameter-sets" in parameters:
        return "H264"
    return "H265" if "sprop-sps" in parameters else _STATIC.get(payload_type, "")


def _clock_rate(text: str) -> int:
    number = text.split("/")[0].strip()
    rate = int(number) if number.isascii() and number.isdigit() and len(number) < 8 else 0
    return rate or 90_000


def _frame_rate(medium: Medium) -> float | None:
    for name, value in medium.attributes:
        if name == "framerate":
            try:
                rate = float(value)
            except ValueError:
                continue
            if math.isfinite(rate) and 0 < rate <= 1000:
                return rate
    return None


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            found.setdefault(name.strip().lower(), value.strip())
    return found
