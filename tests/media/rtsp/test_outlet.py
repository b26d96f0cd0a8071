from __future__ import annotations

import threading
from fractions import Fraction

import av
import pytest

from skynet.domain import CameraState
from skynet.media import SourceError, StreamInfo
from skynet.media.epoch import Epoch
from skynet.media.rtsp.arrival import Arrival, Opened
from skynet.media.rtsp.counts import RtspCounts
from skynet.media.rtsp.decoding_order import DecodingOrder
from skynet.media.rtsp.outlet import Outlet

EPOCH = Epoch("h264", "h264", "", None, 160, 120, Fraction(1, 90_000), 0)


def arrival(number: int, keyframe: bool = False, size: int = 10) -> Arrival:
    coded = av.Packet(bytes(size))
    coded.pts, coded.is_keyframe = number, keyframe
    return Arrival(coded, 0.0, 0.0, EPOCH, False, None)


def fill(outlet: Outlet, numbers: range, gop: int = 5, size: int = 10) -> None:
    for number in numbers:
        outlet.put(arrival(number, number % gop == 0, size))
    outlet.hand_over()


def drain(outlet: Outlet) -> list[int | None]:
    out = []
    while isinstance(taken := outlet.take(0.01), Arrival):
        out.append(taken.coded.pts)
    return out


@pytest.mark.parametrize(("outlet", "size"), [(Outlet(RtspCounts(), 12), 10), (Outlet(RtspCounts(), 999, 120), 10)])
def test_a_full_queue_leaves_out_whole_ends(outlet: Outlet, size: int) -> None:
    fill(outlet, range(22), size=size)
    assert drain(outlet) == list(range(12))
    fill(outlet, range(22, 28), size=size)
    assert drain(outlet) == [25, 26, 27]
    assert outlet._counts.overrun == 13


def test_what_was_put_before_an_error_comes_before_it() -> None:
    outlet = Outlet(RtspCounts())
    outlet.opened(Opened(StreamInfo("h264", 1, 1, None, None, None)))
    outlet.put(arrival(1))
    outlet.end(SourceError(CameraState.STALLED, "x"))
    assert isinstance(outlet.take(0.1), Opened)
    assert isinstance(outlet.take(0.1), Arrival)
    with pytest.raises(SourceError):
        outlet.take(0.1)


def test_stop_ends_a_wait() -> None:
    outlet = Outlet(RtspCounts())
    threading.Timer(0.05, outlet.stop).start()
    assert outlet.take(60) is None
    assert outlet.stopped


@pytest.mark.parametrize(
    ("depth", "shown", "decoded"),
    [
        (0, [0, 1, 2, 3], [0, 1, 2, 3]),
        (1, [0, 2, 1, 4, 3], [None, 0, 1, 2, 3]),
        (2, [0, 4, 2, 1, 3, 8], [None, None, 0, 1, 2, 3]),
        (1, [10**7, 10**7 + 1, 5, 6], [None, 10**7, None, 5]),
    ],
)
def test_decoding_times(depth: int, shown: list[int], decoded: list[int | None]) -> None:
    order = DecodingOrder(depth)
    assert [order.dts(pts) for pts in shown] == decoded
