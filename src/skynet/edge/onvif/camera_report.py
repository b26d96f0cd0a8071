"""What a probe found out about a camera, and what was chosen. Holds no credential. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skynet.edge.onvif.address import shown_address
from skynet.edge.onvif.identity import Identity
from skynet.edge.onvif.media_profile import MediaProfile
from skynet.edge.onvif.stream_rhythm import StreamRhythm

_READABLE = ("h264", "hevc")
_MIN_ANALYSIS_WIDTH = 352
"""People and plates are too small in less."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which profile is recorded, and which smaller one of the same picture is analysed; None: the same."""

    record: MediaProfile | None = None
    analysis: MediaProfile | None = None


@dataclass(frozen=True, slots=True)
class CameraReport:
    """`problem` is why the camera cannot be used, empty when it can. `rhythms` by profile token."""

    address: str
    identity: Identity
    tls: str
    login: str
    clock_offset_s: float | None
    local_for_utc: bool
    media: str
    profiles: tuple[MediaProfile, ...]
    rhythms: dict[str, StreamRhythm]
    choice: Choice
    snapshot_bytes: int | None
    ptz: bool
    events: bool
    findings: tuple[str, ...]
    problem: str = ""

    def as_json(self, with_serial: bool = False) -> dict[str, object]:
        """Plain data under stable names; units are in the names."""
        identity = self.identity
        about = {"make": identity.make, "model": identity.model, "firmware": identity.firmware}
        return {
            "type": "camera",
            "address": shown_address(self.address),
            **about,
            **({"serial": identity.serial} if with_serial else {}),
            "tls": self.tls,
            "login": self.login,
            "clock_offset_s": None if self.clock_offset_s is None else round(self.clock_offset_s, 1),
            "clock_gives_local_time_as_utc": self.local_for_utc,
            "media_service": self.media,
            "profiles": [self._profile_json(profile) for profile in self.profiles],
            "record_profile": self.choice.record.token if self.choice.record else None,
            "analysis_profile": self.choice.analysis.token if self.choice.analysis else None,
            "snapshot_bytes": self.snapshot_bytes,
            "ptz": self.ptz,
            "events": self.events,
            "findings": list(self.findings),
            "problem": self.problem,
        }

    def _profile_json(self, profile: MediaProfile) -> dict[str, object]:
        rhythm = self.rhythms.get(profile.token)
        return {
            "token": profile.token,
            "name": profile.name,
            "codec": profile.codec,
            "width": profile.width,
            "height": profile.height,
            "fps": profile.fps,
            "gop": profile.gop,
            "bitrate_kbps": profile.bitrate_kbps,
            "stream": shown_address(profile.stream_uri),
            "measured": {
                "codec": rhythm.codec,
                "width": rhythm.width,
                "height": rhythm.height,
                "fps": None if rhythm.fps is None else round(rhythm.fps, 2),
                "gop": rhythm.gop,
                "span_s": round(rhythm.span_s, 2),
            }
            if rhythm
            else None,
        }


def choose(profiles: Sequence[MediaProfile]) -> Choice:
    """The largest readable picture to record; to analyse, the smallest of the same lens that still shows enough."""
    usable = [profile for profile in profiles if profile.stream_uri]
    readable = [profile for profile in usable if profile.codec in _READABLE] or usable
    if not readable:
        return Choice()
    record = max(readable, key=lambda profile: (profile.pixels, profile.fps or 0.0))
    smaller = [
        profile
        for profile in readable
        if profile.source == record.source
        and profile.stream_uri != record.stream_uri
        and 0 < profile.pixels < record.pixels
    ]
    enough = [profile for profile in smaller if profile.width >= _MIN_ANALYSIS_WIDTH]
    if not enough:
        return Choice(record)
    return Choice(record, min(enough, key=lambda profile: profile.pixels))
