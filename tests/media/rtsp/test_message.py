from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.media.rtsp.message import MAX_BODY_BYTES, MAX_HEAD_BYTES, format_answer, format_request, parse_head
from skynet.media.rtsp.protocol_error import ProtocolError


def test_an_answer() -> None:
    message = parse_head(b"RTSP/1.0 200 OK\r\nCSeq: 3\r\nPublic: OPTIONS\r\nPublic: PLAY")
    assert (message.status, message.reason, message.sequence) == (200, "OK", 3)
    assert message.all_of("public") == ["OPTIONS", "PLAY"]


@pytest.mark.parametrize(
    "head",
    [
        b"RTSP/1.0 200 OK\r\ncseq:3\r\nCONTENT-LENGTH : 12 ",
        b"RTSP/1.0 200\ncSeq: 3\nContent-length: 12",
        b"RTSP/1.0  200  OK\rCseq:  3 \rcontent-Length:\t12",
        b"RTSP/1.0 200 OK\r\nCSeq: 3\r\nno colon here\r\nContent-Length: 12\r\nContent-Length: 13",
    ],
)
def test_spelling_does_not_matter(head: bytes) -> None:
    message = parse_head(head)
    assert (message.status, message.sequence, message.body_length) == (200, 3, 12)


def test_a_folded_header_is_one() -> None:
    message = parse_head(b'RTSP/1.0 401 No\r\nWWW-Authenticate: Digest realm="x",\r\n nonce="y"')
    assert message.header("www-authenticate") == 'Digest realm="x", nonce="y"'


@pytest.mark.parametrize("value", [b"", b"x", b"-1", b"99999999999999999999", "٣".encode()])
def test_a_missing_or_odd_sequence_number_is_none(value: bytes) -> None:
    assert parse_head(b"RTSP/1.0 200 OK\r\nCSeq: " + value).sequence is None


def test_a_request_of_the_cameras() -> None:
    message = parse_head(b"SET_PARAMETER rtsp://x/ RTSP/1.0\r\nCSeq: 9\r\nSession: abc")
    assert (message.method, message.url, message.status) == ("SET_PARAMETER", "rtsp://x/", 0)
    assert format_answer("200 OK", message) == b"RTSP/1.0 200 OK\r\nCSeq: 9\r\nSession: abc\r\n\r\n"


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK", b"RTSP/1.0 2000 OK", b"RTSP/1.0", b"220 mail ready", b"\xff\xfe"]
)
def test_something_else_is_an_error(head: bytes) -> None:
    with pytest.raises(ProtocolError):
        parse_head(head)


@pytest.mark.parametrize("length", [b"many", b"-5", str(MAX_BODY_BYTES + 1).encode(), b"0x10"])
def test_a_body_must_have_a_sensible_size(length: bytes) -> None:
    with pytest.raises(ProtocolError, match="Content-Length"):
        _ = parse_head(b"RTSP/1.0 200 OK\r\nContent-Length: " + length).body_length


def test_sizes_are_bounded() -> None:
    with pytest.raises(ProtocolError, match="too long"):
        parse_head(b"RTSP/1.0 200 OK\r\n" + b"x" * MAX_HEAD_BYTES)
    assert len(parse_head(b"RTSP/1.0 200 OK" + b"\r\na: b" * 4000).headers) <= 256


def test_a_request_of_ours() -> None:
    assert format_request("PLAY", "rtsp://x/", 4, {"Session": "s"}) == (
        b"PLAY rtsp://x/ RTSP/1.0\r\nCSeq: 4\r\nUser-Agent: Skynet\r\nSession: s\r\n\r\n"
    )


@given(st.binary(max_size=400))
def test_any_bytes_are_a_message_or_a_protocol_error(tail: bytes) -> None:
    for head in (tail, b"RTSP/1.0 200 OK\r\n" + tail, b"RTSP/1.0 200 OK\r\nContent-Length:" + tail):
        try:
            message = parse_head(head)
            _ = message.sequence, message.body_length
        except ProtocolError:
            continue
        assert bool(message.status) != bool(message.method)
        assert not any("\n" in value or "\r" in value for _, value in message.headers)
