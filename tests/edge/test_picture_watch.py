"""Looks at pictures as the watches pass them on, to the fault, its alert and the box's health."""

from __future__ import annotations

import numpy as np
import pytest

from skynet.domain import Camera, SystemClock
from skynet.domain.camera_fault import CameraFaultKind as Kind
from skynet.edge.camera_faults import CameraFaults
from skynet.edge.constant_watch import ConstantWatch
from skynet.edge.frame_analyst import FrameAnalyst
from skynet.edge.gate_figures import GateFigures
from skynet.edge.gated_watch import GatedWatch, WatchOptions
from skynet.edge.keyframe_watch import KeyframeWatch
from skynet.edge.picture_figures import PictureFigures
from skynet.edge.picture_health_config import PictureHealthConfig
from skynet.edge.picture_watch import PictureWatch
from skynet.media import ActivityGate, FileSource, Packet, PacketRing
from skynet.vision.picture_health import PictureHealthOptions
from tests.array_frame import ArrayFrame
from tests.edge.test_gated_watch import Book, Notebook
from tests.media.clips import StillClock, write_clip

CAMERA = Camera(id="gate", name="Gate", site="school")
BLACK = np.full((90, 160, 3), 10, np.uint8)


class Stand:
    def __init__(self, every_s: float = 3.0) -> None:
        self.faults = CameraFaults("box-1", CAMERA, PictureHealthConfig(), StillClock())
        self.figures = PictureFigures()
        self.pictures = PictureWatch(self.faults, (), self.figures, PictureHealthOptions(every_s=every_s))


@pytest.fixture(scope="module")
def packets(tmp_path_factory: pytest.TempPathFactory) -> list[Packet]:
    """Four seconds with a keyframe a second."""
    path = write_clip(tmp_path_factory.mktemp("clips") / "c.mp4", frames=100, gop=25)
    source = FileSource(path, clock=SystemClock())
    source.open()
    return list(source.packets())


def test_looks_are_at_keyframes_and_seldom() -> None:
    stand = Stand()
    for number in range(200):  # 20 s at 10 pictures a second, every tenth a keyframe
        if number % 10 == 0:
            stand.pictures._keyframes.append(number)
        stand.pictures.see(ArrayFrame(BLACK, captured_at=number / 10, index=number))
    assert stand.figures.looks == 7
    assert stand.pictures.size == (160, 90)
    assert {fault.kind for fault in stand.faults.standing()} == {Kind.BLACK}


def test_where_keyframes_are_far_apart_other_pictures_do_but_for_frozen() -> None:
    stand = Stand()
    picture = np.random.default_rng(1).integers(0, 255, (90, 160, 3)).astype(np.uint8)
    for number in range(1, 1200):  # two minutes without a keyframe
        stand.pictures.see(ArrayFrame(picture, captured_at=number / 10, index=number))
    assert 10 <= stand.figures.looks <= 13
    assert stand.faults.standing() == ()


def test_a_picture_that_comes_by_again_is_not_looked_at_twice() -> None:
    stand = Stand()
    for captured_at in (100.0, 96.0, 100.0, 101.0):
        stand.pictures._keyframes.append(int(captured_at))
        stand.pictures.see(ArrayFrame(BLACK, captured_at=captured_at, index=int(captured_at)))
    assert stand.figures.looks == 1


@pytest.mark.parametrize("way", ["constant", "keyframes", "gated"])
def test_every_way_of_watching_passes_its_keyframes_on(way: str, packets: list[Packet]) -> None:
    stand = Stand(every_s=0.5)
    analyst, ring = FrameAnalyst(Notebook(), 60, Book()), PacketRing(64 << 20, 600)
    cursor = ring.cursor("oldest")
    watch: ConstantWatch | KeyframeWatch | GatedWatch
    if way == "constant":
        watch = ConstantWatch((), analyst, None, stand.pictures)
    elif way == "keyframes":
        watch = KeyframeWatch((), analyst, stand.pictures)
    else:
        gate, figures = ActivityGate(), GateFigures()
        watch = GatedWatch("gate", cursor, gate, analyst, figures, (), WatchOptions(), stand.pictures)
    for packet in packets:
        ring.append(packet)
        while taken := cursor.read(timeout=0):
            watch.take(taken)
    watch.finish()
    keyframes = sum(packet.is_keyframe for packet in packets)
    assert keyframes == 4
    assert keyframes - 1 <= stand.figures.looks <= keyframes
    assert stand.figures.cpu_s > 0
