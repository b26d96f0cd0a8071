"""A camera that sleeps while nothing happens: what it decodes, what it catches up on, when it trusts itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from skynet.domain import Box, Detection, Frame, ObjectLabel, Observations
from skynet.edge.frame_analyst import FrameAnalyst
from skynet.edge.gate_figures import GateFigures
from skynet.edge.gated_watch import GatedWatch, WatchOptions
from skynet.edge.pipeline import Analysis, Ending, PendingAlert
from skynet.media import Packet, PacketRing
from tests.media.clips import read_packets, repack, write_clip

GOP, FPS = 10, 5
"""A keyframe every two seconds."""


@dataclass
class Trust:
    trusted: bool = True
    reason: str = ""


@dataclass
class Seen:
    wakes: bool
    moved: bool
    regions: tuple[Box, ...] = ()
    reason: str = "change"


@dataclass
class ScriptedGate:
    """Something happens in the frames of `busy`; `moved` where only the gate's experience says that it is nothing."""

    busy: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)
    heavy: set[int] = field(default_factory=set)
    misses: bool = False
    state: Trust = field(default_factory=Trust)
    weighed: list[int] = field(default_factory=list)
    looked: list[tuple[int, bool]] = field(default_factory=list)
    checked: list[list[int]] = field(default_factory=list)
    spells: list[bool] = field(default_factory=list)
    """Whether an object was seen in each."""
    digested: list[int] = field(default_factory=list)

    def weigh(self, packet: Packet) -> bool:
        self.weighed.append(packet.index)
        return packet.index in self.heavy

    def look(self, frame: Frame, *, awake: bool) -> Seen:
        self.looked.append((frame.index, awake))
        return Seen(frame.index in self.busy, frame.index in self.busy | self.moved)

    def digest(self, objects: Sequence[Box], frame_size: tuple[int, int]) -> None:
        self.digested.append(len(objects))

    def slept(self, objects: Sequence[Box], frame_size: tuple[int, int], *, in_vain: bool) -> None:
        self.spells.append(not in_vain)

    def check(self, frames: Sequence[Frame]) -> bool:
        self.checked.append([frame.index for frame in frames])
        if self.misses:
            self.state = Trust(False, "it slept through something")
        return self.misses


@dataclass
class Notebook:
    """A pipeline that writes down what it is given; one object is seen in the frames of `objects`."""

    objects: set[int] = field(default_factory=set)
    processed: list[int] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    stands: bool = False
    finished: bool = False

    def process(self, frame: Frame, *, moved: bool | None = None, regions: Sequence[Box] | None = None) -> Analysis:
        self.processed.append(frame.index)
        return self._analysis(frame, frame.index in self.objects)

    def hold(self, frame: Frame) -> Analysis:
        self.held.append(frame.index)
        return self._analysis(frame, self.stands)

    def finish(self) -> Ending:
        self.finished = True
        return Ending((), (), ())

    def _analysis(self, frame: Frame, sees: bool) -> Analysis:
        one = Detection(ObjectLabel.CAR, 0.9, Box(10, 10, 40, 30), 7)
        seen = Observations("gate", frame.captured_at, frame.width, frame.height, (one,) if sees else ())
        return Analysis(seen, (), (), (), (), detected=True)


class Book:
    rate = 1.0

    def keep(self, pending: PendingAlert) -> None: ...

    def saw(self, **more: int) -> None: ...


class Stand:
    def __init__(self, gate: ScriptedGate, notebook: Notebook | None = None, **options: float | bool) -> None:
        self.gate = gate
        self.notebook = notebook or Notebook()
        self.figures = GateFigures()
        self.ring = PacketRing(64 << 20, 600)
        self.cursor = self.ring.cursor("oldest")
        self.watch = GatedWatch(
            "gate",
            self.cursor,
            gate,  # type: ignore[arg-type]  # it has the face of a gate
            FrameAnalyst(self.notebook, 60, Book()),
            self.figures,
            (),
            WatchOptions(**{"hold_s": 1.0, **options}),  # type: ignore[arg-type]  # each test picks its own
        )

    def run(self, packets: Iterable[Packet]) -> None:
        """As in real time: what has come is taken before the next comes."""
        for packet in packets:
            self.ring.append(packet)
            self.drain()

    def drain(self) -> None:
        while packet := self.cursor.read(timeout=0):
            self.watch.take(packet)
        self.watch.live()


@pytest.fixture(scope="module")
def packets(tmp_path_factory: pytest.TempPathFactory) -> list[Packet]:
    """100 pictures in 20 s, B-frames among them."""
    path = tmp_path_factory.mktemp("clips") / "long.mp4"
    return read_packets(write_clip(path, frames=100, fps=FPS, gop=GOP, b_frames=2, options={"sc_threshold": "0"}))


@pytest.fixture(scope="module")
def keyframes(packets: list[Packet]) -> list[int]:
    return [packet.index for packet in packets if packet.is_keyframe]


def test_a_sleeping_camera_decodes_its_keyframes_and_nothing_else(packets: list[Packet], keyframes: list[int]) -> None:
    stand = Stand(ScriptedGate())
    stand.run(packets)
    assert len(keyframes) == 10
    assert stand.gate.looked == [(index, False) for index in keyframes]
    assert stand.watch.decoded == 10
    assert stand.notebook.processed == []
    assert stand.notebook.held == keyframes
    assert stand.gate.weighed == [packet.index for packet in packets]
    assert (stand.figures.awake, stand.figures.wakes) == (False, 0)
    assert stand.figures.asleep_s == pytest.approx(19.8, abs=0.5)


def test_a_wake_catches_up_from_the_last_quiet_keyframe_and_follows_till_it_is_quiet(packets: list[Packet]) -> None:
    stand = Stand(ScriptedGate(busy={40, 41, 42, 43}))
    stand.run(packets)
    # seen at the keyframe 40, so everything from the keyframe 30 on is analysed, until a second after the last change
    assert stand.notebook.processed[0] == 30
    assert stand.notebook.processed == list(range(30, stand.notebook.processed[-1] + 1))
    assert 48 <= stand.notebook.processed[-1] <= 50
    assert stand.figures.wakes == 1
    assert next(index for index, awake in stand.gate.looked if awake) == 41, "what came before is not new to the gate"
    assert not stand.figures.awake
    assert stand.gate.spells == [False]
    assert stand.figures.false_wakes == 1
    assert stand.watch.errors == stand.watch.skipped == stand.cursor.dropped == 0
    assert stand.gate.weighed == [packet.index for packet in packets], "each once, also those that are read again"


def test_what_the_gate_doubted_is_analysed_too(packets: list[Packet]) -> None:
    """A change that experience called nothing, and that was something after all at the next look."""
    stand = Stand(ScriptedGate(busy={50}, moved={30, 40}))
    stand.run(packets)
    assert stand.notebook.processed[0] == 20
    assert stand.figures.vetoes == 2


def test_the_backlog_is_bounded(packets: list[Packet]) -> None:
    stand = Stand(ScriptedGate(busy={80}, moved={20, 30, 40, 50, 60, 70}), backlog_s=5)
    stand.run(packets)
    assert stand.notebook.processed[0] == 70, "the quiet keyframe lies too far back: the last look will do"


def test_one_that_falls_ever_further_behind_while_it_catches_up_skips_to_now(packets: list[Packet]) -> None:
    stand = Stand(ScriptedGate(busy=set(range(40, 100))), max_lag_s=1.0, hold_s=30.0)
    for packet in packets[:42]:
        stand.ring.append(packet)
        while stand.cursor.position < stand.ring.appended and not stand.figures.awake:
            stand.watch.take(stand.cursor.read(timeout=0) or packets[0])
    assert stand.figures.awake
    assert not stand.watch.keeps_up, "it catches up from the keyframe before"
    for packet in packets[42:95]:
        stand.ring.append(packet)
    stand.drain()
    assert stand.cursor.dropped > 30
    assert stand.watch.keeps_up
    assert max(stand.notebook.processed) > 90


def test_an_object_that_moves_keeps_it_awake_and_counts_as_seen(packets: list[Packet]) -> None:
    stand = Stand(ScriptedGate(busy=set(range(40, 60))), Notebook(objects=set(range(40, 60))))
    stand.run(packets)
    assert stand.figures.false_wakes == 0
    assert stand.gate.spells == [True]


def test_changes_without_an_object_end_its_patience_and_are_digested(packets: list[Packet]) -> None:
    """Rain that has just begun: it sleeps all the same, is woken by the next look, and so learns without a loss."""
    stand = Stand(ScriptedGate(busy=set(range(20, 100))), patience_s=2.0, digest_s=1.0)
    stand.run(packets)
    assert stand.figures.wakes > 2
    assert stand.figures.false_wakes == stand.figures.wakes - stand.figures.awake
    assert stand.notebook.processed == list(range(10, stand.notebook.processed[-1] + 1)), "nothing in between is lost"
    assert len(stand.gate.digested) > 5


def test_a_heavy_packet_wakes_between_keyframes(packets: list[Packet]) -> None:
    stand = Stand(ScriptedGate(heavy={34}))
    stand.run(packets)
    assert stand.notebook.processed[:5] == [30, 31, 32, 33, 34]
    assert stand.figures.wakes == 1


def test_a_gate_that_is_not_trusted_sleeps_never(packets: list[Packet]) -> None:
    stand = Stand(ScriptedGate(state=Trust(False, "its keyframes lie too far apart")))
    stand.run(packets)
    stand.watch.finish()
    assert stand.notebook.processed == list(range(100))
    assert (stand.figures.trusted, stand.figures.reason) == (False, "its keyframes lie too far apart")
    assert stand.notebook.finished


def test_a_self_check_decodes_a_whole_gop_and_goes_back_to_sleep(
    packets: list[Packet], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skynet.edge.self_check.FIRST_AFTER_S", 5.0)
    stand = Stand(ScriptedGate())
    stand.run(packets)
    assert stand.gate.checked[0] == list(range(20, 30)), "the GOP before the look at which it fell due"
    assert (stand.figures.checks, stand.figures.missed) == (len(stand.gate.checked), 0)
    assert [index for index, _ in stand.gate.looked] == list(range(0, 100, 10)), "no look is left out"
    assert stand.notebook.processed == []


def test_a_miss_ends_the_trust_and_the_camera_is_decoded_from_then_on(
    packets: list[Packet], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skynet.edge.self_check.FIRST_AFTER_S", 5.0)
    stand = Stand(ScriptedGate(misses=True))
    stand.run(packets)
    assert (stand.figures.missed, stand.figures.trusted) == (1, False)
    assert stand.figures.awake
    assert stand.notebook.processed[-1] >= 97


def test_objects_that_stand_still_are_held_and_looked_for_now_and_then(packets: list[Packet]) -> None:
    stand = Stand(ScriptedGate(), Notebook(stands=True, objects=set(range(61))), verify_s=4.0)
    stand.run(packets)
    # keyframes at 0, 2, 4 s …; verified every four seconds by a real detection until it is gone after frame 60
    assert stand.notebook.processed[:4] == [0, 20, 40, 60]
    assert stand.figures.wakes == 1, "gone: the camera is followed to see what became of it"
    assert stand.notebook.processed[4] == 80


def test_every_picture_of_a_small_stream_is_looked_at(packets: list[Packet]) -> None:
    stand = Stand(ScriptedGate(busy={44}), every_picture=True)
    stand.run(packets)
    assert [index for index, awake in stand.gate.looked if not awake][:44] == list(range(44))
    assert stand.notebook.processed[0] == 40, "it wakes inside the GOP, two seconds sooner than at a keyframe"


def test_broken_packets_neither_wake_it_nor_end_it(packets: list[Packet]) -> None:
    rng = np.random.default_rng(5)
    broken = [
        repack(packet, rng.integers(0, 256, packet.size, np.uint8).tobytes()) if packet.index in (30, 40) else packet
        for packet in packets
    ]
    stand = Stand(ScriptedGate())
    stand.run(broken)
    assert stand.watch.errors >= 1
    assert [index for index, _ in stand.gate.looked][-1] == 90


def test_a_ring_that_has_given_up_the_quiet_keyframe_wakes_from_what_is_left(packets: list[Packet]) -> None:
    stand = Stand(ScriptedGate(busy={80}, moved=set(range(20, 80))))
    stand.ring = PacketRing(64 << 20, 4.5)
    stand.cursor = stand.watch._cursor = stand.ring.cursor("oldest")
    stand.run(packets)
    assert stand.notebook.processed[0] in (60, 70)
    assert stand.cursor.dropped == 0
