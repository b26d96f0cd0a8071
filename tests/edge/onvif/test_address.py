"""Addresses that devices give away, as they can be reached and shown."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.domain.errors import BadInputError
from skynet.edge.onvif.address import Reached, device_address, shown_address, stream_address, with_credentials
from skynet.edge.onvif.credentials import Credentials


def test_a_service_is_asked_where_the_device_was_reached() -> None:
    reached = Reached.of("http://203.0.113.5:8080/onvif/device_service")
    assert reached.rewrite("http://192.168.1.64/onvif/Media?x=1") == "http://203.0.113.5:8080/onvif/Media?x=1"
    assert reached.rewrite("http://192.168.1.64:2020", keep_port=True) == "http://203.0.113.5:2020/"
    assert Reached.of("https://[2001:db8::1]/x").rewrite("http://10.0.0.1/y") == "https://[2001:db8::1]/y"


def test_a_stream_address_loses_its_credentials_and_factory_host() -> None:
    address, changes = stream_address("RTSP://joe:Xy7@192.168.1.64:8554/live?ch=1", "203.0.113.5")
    assert address == "rtsp://203.0.113.5:8554/live?ch=1"
    assert len(changes) == 2
    assert not any("Xy7" in change or "joe" in change for change in changes)
    assert stream_address("rtsp://10.0.0.2/live", "10.0.0.2") == ("rtsp://10.0.0.2/live", ())


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("10.0.0.2", "http://10.0.0.2/onvif/device_service"),
        ("cam.example:8000", "http://cam.example:8000/onvif/device_service"),
        ("https://cam.example/x/y", "https://cam.example/x/y"),
    ],
)
def test_what_people_type_is_an_address(typed: str, address: str) -> None:
    assert device_address(typed) == (address, None)


def test_credentials_in_an_address_are_taken_out_of_it() -> None:
    address, credentials = device_address("http://admin:p%40ss@cam.example/onvif/device_service")
    assert address == "http://cam.example/onvif/device_service"
    assert credentials == Credentials("admin", "p@ss")
    assert "p@ss" not in repr(credentials)
    assert with_credentials("rtsp://cam/1", credentials) == "rtsp://admin:p%40ss@cam/1"


@pytest.mark.parametrize("typed", ["", "ftp://cam", "http://", "http://a:secret@host:notaport/", "http://u:secret@/x"])
def test_what_is_no_address_is_told_without_the_password(typed: str) -> None:
    with pytest.raises(BadInputError) as raised:
        device_address(typed)
    assert "secret" not in str(raised.value)


def test_passwords_in_a_path_are_not_shown() -> None:
    assert "tlJwpbo6" not in shown_address("rtsp://h/user=admin_password=tlJwpbo6_channel=1_stream=0.sdp?real_stream")


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        stream_address(text, "h")
    with contextlib.suppress(BadInputError):
        device_address(text)
