from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.media.rtsp.protocol_error import ProtocolError
from skynet.media.rtsp.session_description import parse_description, video_track

PLAIN = b"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=1\r\n"


def test_a_plain_description() -> None:
    track = video_track(parse_description(PLAIN))
    assert (track.codec, track.payload_type, track.clock_rate, track.control) == ("h264", 96, 90_000, "trackID=1")
    assert track.fps is None


def test_the_first_video_that_we_can_read_is_taken() -> None:
    body = (
        b"a=control:*\nm=audio 0 RTP/AVP 0\na=control:a\nm=video 0 RTP/AVP 26\na=control:jpeg\n"
        b"m=video 0 RTP/AVP 99 98\na=rtpmap:99 VP8/90000\na=rtpmap:98 h265/90000\na=control:good\na=framerate:12.5\n"
    )
    description = parse_description(body)
    track = video_track(description)
    assert description.control == "*"
    assert (track.codec, track.payload_type, track.control, track.fps) == ("hevc", 98, "good", 12.5)


def test_odd_spacing_and_rates() -> None:
    body = b"m=video 0 RTP/AVP 96 \n a=rtpmap:96  H264/0 \na=framerate:0S\na=framerate: 25\na=fmtp:96 x = 1 ; y\n"
    track = video_track(parse_description(body))
    assert (track.codec, track.clock_rate, track.fps, track.parameters) == ("h264", 90_000, 25.0, {"x": "1"})


def test_a_payload_type_without_a_map_is_known_by_its_parameter_sets() -> None:
    assert (
        video_track(parse_description(b"m=video 0 RTP/AVP 96\na=fmtp:96 sprop-parameter-sets=Z0I=,aM4=")).codec
        == "h264"
    )


def test_parameter_sets_that_are_no_base64_are_passed_over() -> None:
    body = PLAIN + b"a=fmtp:96 sprop-parameter-sets=Z0IA,=,%%%,aM4;packetization-mode=1\r\n"
    assert list(video_track(parse_description(body)).parameter_sets()) == [b"gB\0", b"h\xce"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"m=video 0 RTP/AVP 26\n", "JPEG"),
        (b"m=video 0 RTP/AVP 97\na=rtpmap:97 MP4V-ES/90000\n", "MP4V-ES"),
        (b"m=audio 0 RTP/AVP 0\n", "no video"),
        (b"m=video 0 RTP/AVP x\n", "no video"),
    ],
)
def test_what_is_there_instead_is_said(body: bytes, says: str) -> None:
    with pytest.raises(ProtocolError, match=says):
        video_track(parse_description(body))


@pytest.mark.parametrize("body", [b"", b"v=0\n", b"<html></html>", b"\xff" * 20])
def test_no_medium_at_all(body: bytes) -> None:
    with pytest.raises(ProtocolError, match="no stream"):
        parse_description(body)


LINES = st.sampled_from(
    [
        b"m=video 0 RTP/AVP 96 97",
        b"m=video",
        b"m=",
        b"a=rtpmap:96 H264/90000",
        b"a=rtpmap:96",
        b"a=fmtp:96 a=b;sprop-sps=A",
        b"a=",
    ]
)


@given(st.lists(st.one_of(LINES, st.binary(max_size=60)), max_size=40))
def test_any_text_is_a_description_or_a_protocol_error(lines: list[bytes]) -> None:
    try:
        track = video_track(parse_description(b"\r\n".join(lines)))
    except ProtocolError:
        return
    assert track.codec in ("h264", "hevc")
    assert all(list(track.parameter_sets()))


def test_endless_descriptions_are_cut() -> None:
    description = parse_description(b"m=video 0 RTP/AVP 96\n" * 100_000)
    assert len(description.media) <= 64
