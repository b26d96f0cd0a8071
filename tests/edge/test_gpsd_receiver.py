"""Positions out of gpsd's lines."""

from __future__ import annotations

import json
import random
import socket
import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.domain import SystemClock
from skynet.domain.geo_position import GeoPosition
from skynet.edge.gpsd_receiver import GpsdReceiver, position_of
from skynet.edge.issues import Issues
from tests.media.rtsp.reading import until

VERSION = b'{"class":"VERSION","release":"3.25","proto_major":3,"proto_minor":15}\r\n'
FIX = (
    b'{"class":"TPV","device":"/dev/ttyACM0","mode":3,"time":"2026-11-25T08:00:00.000Z","lat":31.820591,'
    b'"lon":117.227219,"altHAE":37.2,"epx":2.3,"epy":3.1,"speed":8.1}\r\n'
)
NO_FIX = b'{"class":"TPV","device":"/dev/ttyACM0","mode":1}\r\n'
HERE = GeoPosition(latitude=31.820591, longitude=117.227219, error_m=3.1)


class FakeGpsd:
    """Takes one connection after the other; `script` gets each after its WATCH."""

    def __init__(self, script: Callable[[socket.socket], None]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.watches: list[bytes] = []
        self._script = script
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            with peer:
                peer.sendall(VERSION)
                self.watches.append(peer.recv(1000))
                self._script(peer)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def test_a_fix_is_a_position_and_stays_one_when_it_is_lost() -> None:
    goes = threading.Event()

    def script(peer: socket.socket) -> None:
        peer.sendall(NO_FIX + FIX + NO_FIX)
        goes.wait(10)

    gpsd, issues = FakeGpsd(script), Issues()
    receiver = GpsdReceiver("127.0.0.1", gpsd.port, SystemClock(), issues, random.Random(1))
    assert receiver.position() is None
    receiver.start()
    until(lambda: receiver.position() == HERE)
    assert gpsd.watches == [b'?WATCH={"enable":true,"json":true};\n']
    assert issues.lines() == []
    goes.set()
    gpsd.close()
    until(lambda: any("tells no position" in line for line in issues.lines()))
    assert receiver.position() == HERE
    receiver.stop()
    assert not receiver._thread.is_alive()


def test_a_stop_ends_a_receiver_that_listens() -> None:
    heard = threading.Event()
    gpsd = FakeGpsd(lambda peer: heard.wait(10) and None)
    receiver = GpsdReceiver("127.0.0.1", gpsd.port, SystemClock(), Issues(), random.Random(1))
    receiver.start()
    until(lambda: len(gpsd.watches) == 1)
    receiver.stop(5)
    assert not receiver._thread.is_alive()
    heard.set()
    gpsd.close()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        VERSION,
        NO_FIX,
        b'{"class":"TPV","mode":3,"lat":31.8}',
        b'{"class":"TPV","mode":3,"lat":91,"lon":0}',
        b'{"class":"TPV","mode":3,"lat":"north","lon":0}',
        b'{"class":"TPV","mode":3,"lat":NaN,"lon":0}',
        b"[" * 50_000,
    ],
)
def test_what_is_no_position_is_none(line: bytes) -> None:
    assert position_of(line) is None


def test_an_error_that_is_none_is_left_out() -> None:
    said = {"class": "TPV", "mode": 2, "lat": 1.0, "lon": 2.0, "eph": -1, "epx": "wide"}
    assert position_of(json.dumps(said).encode()) == GeoPosition(latitude=1.0, longitude=2.0)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_position_or_none(line: bytes) -> None:
    assert position_of(line) is None


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["TPV", "2"])


@given(
    st.dictionaries(
        st.sampled_from(["class", "mode", "lat", "lon", "eph", "epx"]),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.sampled_from(["TPV", "2"])
        | st.lists(st.integers()),
    )
)
def test_any_object_is_a_position_or_none(said: dict[str, object]) -> None:
    found = position_of(json.dumps(said | {"class": "TPV", "mode": 3}).encode())
    assert found is None or -90 <= found.latitude <= 90
