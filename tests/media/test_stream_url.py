from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.media.stream_url import host_and_port, redact, scheme_of


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtsp://10.0.0.5/main", "rtsp://10.0.0.5/main"),
        ("rtsp://user:secret@10.0.0.5:554/main", "rtsp://***@10.0.0.5:554/main"),
        ("rtsp://user:s@e@10.0.0.5/main", "rtsp://***@10.0.0.5/main"),
        ("rtsp://user:se/cr@et@10.0.0.5/main", "rtsp://***"),
        ("rtsp://10.0.0.5/main?user=a&password=secret", "rtsp://10.0.0.5/main?***"),
        ("rtsp://secret@10.0.0.5", "rtsp://***@10.0.0.5"),
        ("/videos/gate@3.mp4", "/videos/gate@3.mp4"),
    ],
)
def test_credentials_are_hidden(url: str, shown: str) -> None:
    assert redact(url) == shown


@given(st.text("abc:/?#@%&", max_size=12), st.text("abc:/?#@%&", max_size=12))
def test_no_password_survives(user: str, rest: str) -> None:
    assert "s3cret" not in redact(f"rtsp://{user}:s3cret{rest}@10.0.0.5/main")


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("rtsp://u:p@cam.local/x", ("cam.local", 554)),
        ("rtsps://cam.local/x", ("cam.local", 322)),
        ("rtsp://[::1]:8554/x", ("::1", 8554)),
    ],
)
def test_host_and_port(url: str, where: tuple[str, int]) -> None:
    assert host_and_port(url) == where


@pytest.mark.parametrize("url", ["rtsp://", "rtsp:///main", "rtsp://u:s3cret@h:99999/x", "rtsp://u:s3cret@[::1/x"])
def test_an_address_without_a_host_or_port(url: str) -> None:
    with pytest.raises(ValueError, match="expected rtsp://") as caught:
        host_and_port(url)
    assert "s3cret" not in str(caught.value)


@given(st.text(max_size=40))
def test_any_text_has_a_host_or_a_clear_error(text: str) -> None:
    try:
        host, port = host_and_port(f"rtsp://{text}")
    except ValueError as error:
        message = str(error)
    else:
        message = ""
        assert host
        assert 0 < port < 65536
    assert not message or "expected rtsp://" in message


def test_scheme() -> None:
    assert [scheme_of(name) for name in ("RTSP://x", "C:\\x.mp4", "a/b.mp4", "http://x")] == ["rtsp", "", "", "http"]
