from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.media.rtsp.address import RtspAddress, base_url, control_url
from skynet.media.rtsp.protocol_error import ProtocolError


def test_credentials_are_taken_out_and_unquoted() -> None:
    address = RtspAddress.of("rtsp://ad%40min:s3%2Fcret@10.0.0.5:8554/cam/realmonitor?channel=1&subtype=0")
    assert (address.user, address.password) == ("ad@min", "s3/cret")
    assert address.request_url == "rtsp://10.0.0.5:8554/cam/realmonitor?channel=1&subtype=0"
    assert "s3" not in repr(address)


@pytest.mark.parametrize(
    ("url", "host", "port", "secure"),
    [
        ("rtsp://cam", "cam", 554, False),
        ("RTSPS://cam/x", "cam", 322, True),
        ("rtsp://[fe80::1]:8554/x", "fe80::1", 8554, False),
    ],
)
def test_host_and_port(url: str, host: str, port: int, secure: bool) -> None:
    address = RtspAddress.of(url)
    assert (address.host, address.port, address.secure, address.user) == (host, port, secure, None)


def test_nothing_in_an_address_can_break_out_of_the_request_line() -> None:
    address = RtspAddress.of("rtsp://cam/a b\tс?x=1")
    assert not set(address.request_url) & set(" \t\r\n")
    assert address.request_url.isascii()


@pytest.mark.parametrize(
    ("base", "control", "joined"),
    [
        ("rtsp://c/a/", "trackID=0", "rtsp://c/a/trackID=0"),
        ("rtsp://c/a", "trackID=0", "rtsp://c/a/trackID=0"),
        ("rtsp://c/cam?channel=1&subtype=1/", "trackID=0", "rtsp://c/cam?channel=1&subtype=1/trackID=0"),
        ("rtsp://c/H264?channel=1", "video", "rtsp://c/H264?channel=1/video"),
        ("rtsp://c/a", "*", "rtsp://c/a"),
        ("rtsp://c/a", None, "rtsp://c/a"),
        ("rtsp://c/a", "rtsp://d/b/video", "rtsp://d/b/video"),
        ("rtsp://c/a", "rtsp://u:p@d/b", "rtsp://d/b"),
        ("rtsp://c/a", "rtsp://", "rtsp://c/a"),
        ("rtsp://c/a/", "/trackID=0", "rtsp://c/a/trackID=0"),
        ("rtsp://c/a/", "/a/trackID=0", "rtsp://c/a/trackID=0"),
    ],
)
def test_control_addresses_are_joined_as_cameras_expect(base: str, control: str | None, joined: str) -> None:
    assert control_url(base, control) == joined


@pytest.mark.parametrize(
    ("content_base", "content_location", "base"),
    [
        ("rtsp://d/x/", "rtsp://e/y/", "rtsp://d/x/"),
        (None, "rtsp://e/y/", "rtsp://e/y/"),
        ("", None, "rtsp://c/a"),
        ("/stream1/", None, "rtsp://c/a"),
        ("rtsp://", None, "rtsp://c/a"),
        (" rtsp://u:p@d/x/ ", None, "rtsp://d/x/"),
    ],
)
def test_the_base_is_what_the_camera_says_if_it_says_something(
    content_base: str | None, content_location: str | None, base: str
) -> None:
    assert base_url("rtsp://c/a", content_base, content_location) == base


def test_credentials_follow_a_redirect_only_to_the_same_host() -> None:
    address = RtspAddress.of("rtsps://u:p@cam/x")
    assert address.redirected("rtsps://cam:8322/y").user == "u"
    assert address.redirected("rtsp://cam/y").user is None  # would go over an open line
    assert address.redirected("rtsps://elsewhere/y").user is None
    assert address.redirected("rtsps://a:b@elsewhere/y").user == "a"


@pytest.mark.parametrize("location", ["", "http://x/", "rtsp://", "rtsp://[", "/x", "rtsp://x:99999/"])
def test_a_redirect_to_nowhere_is_an_error(location: str) -> None:
    with pytest.raises(ProtocolError):
        RtspAddress.of("rtsp://cam/x").redirected(location)


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_whatever_a_camera_names_makes_a_sendable_address(base: str, location: str, control: str) -> None:
    url = control_url(base_url("rtsp://cam/x", base, location), control)
    assert url.isascii()
    assert not set(url) & set(" \t\r\n")
    assert url.lower().startswith(("rtsp://", "rtsps://"))
