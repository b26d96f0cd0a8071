"""Makes to play: names, paths, tokens and layouts as their devices give them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class StreamProfile:
    """A profile's token and name, the path of its stream, and what its encoder is set to."""

    token: str
    name: str
    path: str
    codec: str
    width: int
    height: int
    fps: int
    gop: int
    bitrate_kbps: int


@dataclass(frozen=True)
class Persona:
    """A make. `digest` and `token` say which logins are taken, `paths` where the services live; one may serve all."""

    manufacturer: str
    model: str
    firmware: str
    serial: str
    hardware: str
    profiles: tuple[StreamProfile, ...]
    snapshot_path: str
    paths: dict[str, str] = field(default_factory=dict)
    digest: bool = True
    token: bool = True
    media2: bool = True
    ptz: bool = True
    events: bool = True
    window_s: float = 300.0
    realm: str = "onvif"


def _paths(**own: str) -> dict[str, str]:
    services = ("media", "media2", "ptz", "events")
    return {"device": "/onvif/device_service", **{name: own.get(name, f"/onvif/{name}") for name in services}}


HIKVISION = Persona(
    manufacturer="HIKVISION",
    model="DS-2DE4425IW-DE",
    firmware="V5.7.3 build 220112",
    serial="DS-2DE4425IW-DE20210809CCWRG12345678",
    hardware="88",
    profiles=(
        StreamProfile("Profile_1", "mainStream", "/Streaming/Channels/101", "H265", 2560, 1440, 25, 50, 4096),
        StreamProfile("Profile_2", "subStream", "/Streaming/Channels/102", "H264", 640, 360, 25, 50, 512),
    ),
    snapshot_path="/onvif-http/snapshot?Profile_1",
    paths=_paths(media="/onvif/Media", media2="/onvif/Media2", ptz="/onvif/PTZ", events="/onvif/Events"),
    realm="DS-2DE4425IW-DE",
)

DAHUA = Persona(
    manufacturer="Dahua",
    model="DH-SD49225XA-HNR",
    firmware="2.840.0000000.11.R, build 2022-07-29",
    serial="6J0A1B2PAZ00001",
    hardware="1.00",
    profiles=(
        StreamProfile(
            "MediaProfile000",
            "MediaProfile_Channel1_MainStream",
            "/cam/realmonitor?channel=1&subtype=0&unicast=true&proto=Onvif",
            "H264",
            1920,
            1080,
            25,
            50,
            4096,
        ),
        StreamProfile(
            "MediaProfile001",
            "MediaProfile_Channel1_SubStream1",
            "/cam/realmonitor?channel=1&subtype=1&unicast=true&proto=Onvif",
            "H264",
            704,
            576,
            15,
            30,
            512,
        ),
    ),
    snapshot_path="/onvifsnapshot/media_service/snapshot?channel=1&subtype=0",
    paths=_paths(
        media="/onvif/media_service",
        media2="/onvif/media2_service",
        ptz="/onvif/ptz_service",
        events="/onvif/event_service",
    ),
    realm="Login to 6J0A1B2PAZ00001",
)

UNIVIEW = Persona(
    manufacturer="UNIVIEW",
    model="IPC3614SB-ADF28KM-I0",
    firmware="IPC_Q1207-B0012D1804",
    serial="210235C3XN321B000123",
    hardware="A",
    profiles=(
        StreamProfile("media_profile1", "media_profile1", "/media/video1", "H265", 2688, 1520, 20, 40, 3072),
        StreamProfile("media_profile2", "media_profile2", "/media/video2", "H264", 1280, 720, 20, 40, 1024),
        StreamProfile("media_profile3", "media_profile3", "/media/video3", "H264", 720, 576, 15, 30, 384),
    ),
    snapshot_path="/images/snapshot.jpg",
    paths=_paths(
        media="/onvif/media_service",
        media2="/onvif/media2_service",
        ptz="/onvif/ptz_service",
        events="/onvif/event_service",
    ),
    ptz=False,
    realm="NVRDVR",
)

TP_LINK = Persona(
    manufacturer="TP-LINK",
    model="TL-IPC652P-A4",
    firmware="1.0.5 Build 220518 Rel.52811n",
    serial="1e2ab6d9",
    hardware="1.0",
    profiles=(
        StreamProfile("profile_1", "mainStream", "/stream1", "H264", 2304, 1296, 15, 30, 2048),
        StreamProfile("profile_2", "minorStream", "/stream2", "H264", 640, 360, 15, 30, 256),
    ),
    snapshot_path="/snapshot.jpg",
    paths=dict.fromkeys(("media", "media2", "ptz", "events"), "/onvif/service") | {"device": "/onvif/device_service"},
    digest=False,
    media2=False,
    realm="TP-LINK IP-Camera",
)

PROFILE_T = Persona(
    manufacturer="Example",
    model="T-100",
    firmware="3.1.4",
    serial="T100-0001",
    hardware="rev-b",
    profiles=(
        StreamProfile("main", "main", "/live/main", "H265", 3840, 2160, 25, 100, 8192),
        StreamProfile("sub", "sub", "/live/sub", "H264", 960, 540, 25, 50, 768),
    ),
    snapshot_path="/snapshot/main",
    paths=_paths(),
    token=False,
    realm="example",
)

OLD_PROFILE_S = Persona(
    manufacturer="Oldmake",
    model="IPC-S1",
    firmware="1.2.0_20130412",
    serial="00112233",
    hardware="S1",
    profiles=(
        StreamProfile("000", "PROFILE_000", "/11", "H264", 1280, 720, 25, 50, 2048),
        StreamProfile("001", "PROFILE_001", "/12", "H264", 640, 352, 25, 50, 512),
    ),
    snapshot_path="/web/auto.jpg",
    paths=_paths(media="/onvif/media_service", ptz="/onvif/ptz_service", events="/onvif/event_service"),
    digest=False,
    media2=False,
    window_s=60.0,
)

PERSONAS = {
    "hikvision": HIKVISION,
    "dahua": DAHUA,
    "uniview": UNIVIEW,
    "tp-link": TP_LINK,
    "profile-t": PROFILE_T,
    "old-profile-s": OLD_PROFILE_S,
}
