from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.media.rtsp.transport import Path, ask_for, parse_session, parse_transport


@pytest.mark.parametrize(
    ("header", "asked", "path"),
    [
        ("RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=30A98EE7", "tcp", Path("tcp", (0, 1))),
        ("RTP/AVP/TCP;ssrc=22345684;interleaved=0-1", "tcp", Path("tcp", (0, 1))),
        (
            "RTP/AVP/TCP;unicast;destination=192.168.1.210;source=192.168.1.110;interleaved=2-3",
            "tcp",
            Path("tcp", (2, 3)),
        ),
        ("rtp/avp/tcp; unicast; interleaved=4", "tcp", Path("tcp", (4, 5))),
        ("RTP/AVP;unicast;interleaved=0-1", "tcp", Path("tcp", (0, 1))),
        (
            "RTP/AVP;ssrc=22345685;unicast;client_port=54060-54061;server_port=49152-49153",
            "udp",
            Path("udp", None, (49152, 49153)),
        ),
        ("RTP/AVP/UDP;unicast;client_port=5-6;server_port=7", "udp", Path("udp", None, (7, 8))),
        ("RTP/AVP;unicast;client_port=1-2;server_port=3-4", "tcp", Path("udp", None, (3, 4))),
        ("", "tcp", Path("tcp")),
        ("", "udp", Path("udp")),
        ("RTP/AVP/TCP;interleaved=700-701", "tcp", Path("tcp")),
        ("RTP/AVP/TCP;interleaved=x-y;server_port=;;=", "tcp", Path("tcp")),
    ],
)
def test_what_a_camera_grants(header: str, asked: str, path: Path) -> None:
    assert parse_transport(header, "tcp" if asked == "tcp" else "udp") == path


@pytest.mark.parametrize(
    ("header", "session"),
    [
        ("634214675641;timeout=60", ("634214675641", 60.0)),
        ("9a90de54; timeout=120", ("9a90de54", 120.0)),
        ("12345678", ("12345678", 60.0)),
        ("x;Timeout = 30 ", ("x", 30.0)),
        ("x;timeout=0", ("x", 60.0)),
        ("x;timeout=1", ("x", 2.0)),
        ("x;timeout=nonsense;y", ("x", 60.0)),
    ],
)
def test_sessions(header: str, session: tuple[str, float]) -> None:
    assert parse_session(header) == session


def test_what_we_ask_for() -> None:
    assert ask_for("tcp", (0, 1)) == "RTP/AVP/TCP;unicast;interleaved=0-1"
    assert ask_for("udp", (5000, 5001)) == "RTP/AVP;unicast;client_port=5000-5001"


@given(st.text(max_size=200))
def test_nothing_makes_them_fail(text: str) -> None:
    path = parse_transport(text, "tcp")
    assert path.channels is None or max(path.channels) <= 255
    assert path.server_ports is None or max(path.server_ports) <= 65535
    assert 2 <= parse_session(text)[1] <= 3600
