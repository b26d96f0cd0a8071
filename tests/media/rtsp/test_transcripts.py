"""What real cameras have been heard to say, where the recordings lie beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from skynet.media.rtsp.address import base_url, control_url
from skynet.media.rtsp.challenge import parse_challenges
from skynet.media.rtsp.message import Message, parse_head
from skynet.media.rtsp.parameter_sets import ParameterSets
from skynet.media.rtsp.session_description import VideoTrack, parse_description, video_track
from skynet.media.rtsp.transport import parse_session, parse_transport


def _folder() -> Path | None:
    for parent in Path(__file__).resolve().parents:
        if (found := parent / "shared" / "data" / "onvif_rtsp" / "retina_rtsp_transcripts").is_dir():
            return found
    return None


FOLDER = _folder()
pytestmark = pytest.mark.skipif(FOLDER is None, reason="the recorded transcripts are not beside this checkout")


def heard(name: str) -> Message:
    assert FOLDER is not None
    head, _, body = (FOLDER / f"{name}.txt").read_bytes().partition(b"\r\n\r\n")
    return parse_head(head).with_body(body)


def described(name: str) -> VideoTrack:
    assert FOLDER is not None
    body = (FOLDER / f"{name}.txt").read_bytes() if name.endswith("_sdp") else heard(name).body
    return video_track(parse_description(body))


def test_every_recording_can_be_read() -> None:
    assert FOLDER is not None
    for file in sorted(FOLDER.glob("*.txt")):
        if file.stem.endswith("_sdp"):
            assert parse_description(file.read_bytes()).media
        else:
            message = heard(file.stem)
            assert message.status in (200, 401), file.name
            assert message.body_length == len(message.body), file.name
            assert message.sequence is not None, file.name


@pytest.mark.parametrize(
    ("name", "codec", "payload_type", "control", "fps", "size"),
    [
        ("dahua_describe_h264_aac_onvif", "h264", 96, "trackID=0", 15.0, (704, 480)),
        ("dahua_describe_h265_pcma", "hevc", 98, "trackID=0", 12.0, (704, 480)),
        ("geovision_sdp", "h264", 105, "rtsp://192.168.5.237/media/video1/video", None, (2688, 1520)),
        ("gw_sub_describe", "h264", 96, "video", None, (720, 480)),
        ("ipcam_describe", "h264", 96, "trackID=1", 25.0, (1280, 960)),
        ("missing_content_type_describe", "h264", 96, "streamid=0", None, (320, 180)),
        ("ubiquiti_sdp", "h264", 97, "trackID=2", None, (1920, 1080)),
    ],
)
def test_descriptions(
    name: str, codec: str, payload_type: int, control: str, fps: float | None, size: tuple[int, int]
) -> None:
    track = described(name)
    assert (track.codec, track.payload_type, track.control, track.fps) == (codec, payload_type, control, fps)
    sets = ParameterSets(track.codec)
    for unit in track.parameter_sets():
        sets.add(unit)
    assert sets.complete
    shape = sets.picture_format()
    assert shape is not None
    assert (shape.width, shape.height) == size


def test_start_codes_inside_a_told_parameter_set_are_taken_off() -> None:
    sets = ParameterSets("h264")
    for unit in described("gw_sub_describe").parameter_sets():
        sets.add(unit)
    assert sets.annex_b().endswith(b"\0\0\0\1\x68\xee\x3c\x80")


def test_tracks_are_found_behind_queries() -> None:
    message = heard("dahua_describe_h264_aac_onvif")
    base = base_url("rtsp://192.168.5.111/x", message.header("content-base"), None)
    assert control_url(base, "trackID=0").endswith("&unicast=true&proto=Onvif/trackID=0")
    message = heard("gw_sub_describe")
    base = base_url("rtsp://192.168.1.110:5049/x", message.header("content-base"), None)
    assert control_url(base, "video").endswith("&proto=Onvif/video")


@pytest.mark.parametrize(
    ("name", "session", "timeout_s", "channels"),
    [
        ("dahua_setup", "634214675641", 60, (0, 1)),
        ("gw_main_setup_audio", "9a90de54", 60, (2, 3)),
        ("gw_sub_setup", "9b0d0e54", 60, (0, 1)),
        ("luckfox_rkipc_setup_tcp", "12345678", 60, (0, 1)),
        ("reolink_setup", "F8F8E425", 60, (0, 1)),
    ],
)
def test_setups(name: str, session: str, timeout_s: float, channels: tuple[int, int]) -> None:
    message = heard(name)
    assert parse_session(message.header("session") or "") == (session, timeout_s)
    assert parse_transport(message.header("transport") or "", "tcp").channels == channels


@pytest.mark.parametrize(
    ("name", "ports"), [("h264dvr_setup_audio", (40006, 40007)), ("luckfox_rkipc_setup_udp", (49152, 49153))]
)
def test_setups_over_udp(name: str, ports: tuple[int, int]) -> None:
    path = parse_transport(heard(name).header("transport") or "", "udp")
    assert (path.lower, path.server_ports) == ("udp", ports)


def test_a_challenge_without_an_algorithm() -> None:
    (challenge,) = parse_challenges(heard("longse_unauthorized").all_of("www-authenticate"))
    assert (challenge.realm, challenge.nonce, challenge.algorithm) == ("Surveillance Server", "98481030", None)
