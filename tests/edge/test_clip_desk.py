"""The clip desk: waits for what comes after an alert, cuts it out of the ring, and never keeps an alert waiting."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from skynet.domain import Alert, Point, Polygon, Severity
from skynet.domain.alert import ClipSpan
from skynet.domain.clock import utc
from skynet.edge import clip_desk as clip_desk_module
from skynet.edge.clip_desk import ClipDesk
from skynet.edge.clip_store import ClipStore
from skynet.edge.issues import Issues
from skynet.media import Packet, PacketRing
from tests.edge.alerts import alert
from tests.media.clips import StillClock, read_packets, write_clip

START = 1000.0
LEFT = Polygon((Point(0.0, 0.0), Point(0.5, 0.0), Point(0.5, 1.0), Point(0.0, 1.0)))


def promised(at: float, before: float = 1.0, after: float = 1.0, severity: Severity = Severity.MEDIUM) -> Alert:
    span = ClipSpan(starts_at=utc(at - before), ends_at=utc(at + after))
    return alert(severity=severity).model_copy(update={"occurred_at": utc(at), "clip": span})


class Desk:
    def __init__(self, tmp_path: Path, **options: int) -> None:
        self.clock = StillClock()
        self.issues = Issues()
        self.store = ClipStore(tmp_path / "clips", max_bytes=1 << 30, min_free_bytes=0, free_bytes=lambda: 1 << 40)
        self.desk = ClipDesk(self.store, self.issues, self.clock, **options)  # type: ignore[arg-type]  # ints, as it takes them
        self.ring = PacketRing(1 << 26, 600)

    def feed(self, packets: list[Packet]) -> None:
        for packet in packets:
            self.ring.append(packet)

    def until(self, stored: int) -> None:
        deadline = time.monotonic() + 20
        while self.store.figures().pending < stored:
            assert time.monotonic() < deadline, f"{self.desk.figures} {self.issues.lines()}"
            time.sleep(0.01)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Desk]:
    box = Desk(tmp_path)
    yield box
    box.desk.stop(5.0)


@pytest.fixture(scope="module")
def packets(tmp_path_factory: pytest.TempPathFactory) -> list[Packet]:
    return read_packets(write_clip(tmp_path_factory.mktemp("clip") / "c.ts", frames=200, gop=10))


def test_it_waits_for_the_post_roll_and_then_cuts(box: Desk, packets: list[Packet]) -> None:
    raised = promised(START + 2)
    box.feed(packets[:60])
    box.desk.request(raised, box.ring, [])
    box.desk._take_due()
    assert not box.desk._taken
    box.desk.start()
    box.feed(packets[60:])
    box.until(1)
    (note,) = box.store.pending()
    assert note.alert_id == raised.id
    assert note.clip.starts_at == utc(START + 0.8), "the keyframe before"
    assert timedelta() <= utc(START + 3) - note.clip.ends_at < timedelta(seconds=0.05)
    assert (note.clip.codec, note.clip.width, note.clip.height) == ("h264", 160, 120)
    assert b"".join(box.store.chunks(note.clip.sha256))[4:8] == b"ftyp"


def test_the_pre_roll_is_what_the_ring_holds(box: Desk, packets: list[Packet]) -> None:
    box.feed(packets[50:])
    box.desk.start()
    box.desk.request(promised(START + 3, before=10), box.ring, [])
    box.until(1)
    assert box.store.pending()[0].clip.starts_at == utc(START + 2)


def test_a_stream_that_was_dead_by_then_makes_no_clip_of_another_time(box: Desk, packets: list[Packet]) -> None:
    box.feed(packets)
    box.ring.close()
    box.desk.start()
    box.desk.request(promised(START + 300), box.ring, [])
    deadline = time.monotonic() + 20
    while not box.desk.figures.given_up:
        assert time.monotonic() < deadline
        box.clock.now += 1
        time.sleep(0.01)
    assert box.desk.figures.given_up == {"stream_gone": 1}
    assert box.store.figures().pending == 0


def test_a_camera_that_stalled_gives_what_there_is_after_a_while(box: Desk, packets: list[Packet]) -> None:
    box.feed(packets[:60])
    box.desk.start()
    box.desk.request(promised(START + 2, after=5), box.ring, [])
    box.clock.now += 30
    box.until(1)
    assert box.store.pending()[0].clip.ends_at == utc(START + 59 / 25)


@pytest.mark.parametrize("ends", ["ring", "box"])
def test_what_ends_gives_what_there_is_at_once(box: Desk, packets: list[Packet], ends: str) -> None:
    box.feed(packets[:60])
    box.desk.start()
    box.desk.request(promised(START + 2, after=5), box.ring, [])
    if ends == "ring":
        box.ring.close()
    else:
        box.desk.stop(10.0)
    box.until(1)


def test_alerts_of_one_moment_share_a_file(box: Desk, packets: list[Packet]) -> None:
    for severity in (Severity.LOW, Severity.HIGH):
        box.desk.request(promised(START + 2, severity=severity), box.ring, [])
    box.feed(packets)
    box.desk.start()
    box.until(2)
    assert len({note.clip.sha256 for note in box.store.pending()}) == 1
    assert (box.desk.figures.cut, box.desk.figures.shared, box.desk.figures.requested) == (1, 1, 2)
    box.desk.request(promised(START + 2), box.ring, [])  # too late to share the cut, but not the file
    box.until(3)
    assert len({note.clip.sha256 for note in box.store.pending()}) == 1


def test_a_camera_with_masks_gets_its_clip_coded_anew(box: Desk, packets: list[Packet]) -> None:
    box.feed(packets)
    box.desk.start()
    box.desk.request(promised(START + 2), box.ring, [LEFT])
    box.until(1)
    assert box.store.pending()[0].clip.codec == "vp9"
    assert (box.desk.figures.cut, box.desk.figures.masked) == (0, 1)


def test_packets_are_taken_while_a_masked_clip_is_being_made(
    box: Desk, packets: list[Packet], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = clip_desk_module.masked_clip
    taken: list[int] = []

    def watched(*arguments: object) -> object:
        box.desk.request(promised(START + 4), box.ring, [])
        breathe = arguments[-1]

        def look() -> None:
            breathe()  # type: ignore[operator]  # it is the desk's
            taken.append(len(box.desk._taken))

        return slow(*arguments[:-1], look)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(clip_desk_module, "masked_clip", watched)
    box.feed(packets)
    box.desk.request(promised(START + 2), box.ring, [LEFT])
    box.desk.start()
    box.until(2)
    assert taken[0] == 1


def test_an_alert_without_a_promise_gets_nothing(box: Desk) -> None:
    box.desk.request(alert(), box.ring, [])
    assert box.desk.figures.requested == 0


def test_what_cannot_be_cut_is_counted_with_its_reason_and_said(box: Desk, packets: list[Packet]) -> None:
    box.desk.start()
    empty = PacketRing(1 << 20, 60)
    empty.close()
    box.desk.request(promised(START + 2), empty, [])
    odd = PacketRing(1 << 24, 600)
    mjpeg = replace(packets[0].epoch, codec="mjpeg")
    for packet in packets:
        odd.append(replace(packet, epoch=mjpeg))
    box.desk.request(promised(START + 2), odd, [])
    box.desk.stop(10.0)
    assert box.desk.figures.given_up == {"no_keyframe": 1, "codec": 1}
    assert box.issues.lines() == [
        "clip-gate-3: alerts go without a clip: browsers play no clip of mjpeg; set the camera to H.264 or H.265"
    ]


def test_a_clip_that_can_be_made_ends_the_complaint(box: Desk, packets: list[Packet]) -> None:
    box.issues.open("clip-gate-3", "as before")
    box.feed(packets)
    box.desk.start()
    box.desk.request(promised(START + 2), box.ring, [])
    box.until(1)
    box.desk.stop(5.0)
    assert box.issues.lines() == []


def test_a_full_queue_gives_up_what_comes_and_counts_it(tmp_path: Path, packets: list[Packet]) -> None:
    box = Desk(tmp_path, capacity=1)
    box.desk.request(promised(START + 2), box.ring, [])
    box.desk.request(promised(START + 3), box.ring, [])
    assert box.desk.figures.given_up == {"queue_full": 1}
    box.desk.stop(1.0)
    assert box.desk.figures.given_up == {"queue_full": 1, "stopped": 1}


def test_more_packets_than_may_be_held_are_given_up(tmp_path: Path, packets: list[Packet]) -> None:
    box = Desk(tmp_path, max_held_bytes=1)
    box.feed(packets)
    for second in (2, 3):
        box.desk.request(promised(START + second), box.ring, [])
    box.desk._take_due()
    assert len(box.desk._taken) == 1
    assert box.desk.figures.given_up == {"too_much_at_once": 1}


def test_a_store_without_room_is_said(box: Desk, packets: list[Packet], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(box.store, "_max_bytes", 10)
    box.feed(packets)
    box.desk.start()
    box.desk.request(promised(START + 2), box.ring, [])
    box.desk.stop(10.0)
    assert box.desk.figures.given_up == {"no_room": 1}
    assert box.issues.lines()[0].startswith("clips: no room for a clip")


def test_an_odd_clip_does_not_end_the_desk(box: Desk, packets: list[Packet], monkeypatch: pytest.MonkeyPatch) -> None:
    sound = clip_desk_module.cut_clip
    calls: list[int] = []

    def fails_once(*arguments: object) -> object:
        calls.append(1)
        if len(calls) == 1:
            raise ZeroDivisionError
        return sound(*arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(clip_desk_module, "cut_clip", fails_once)
    box.feed(packets)
    box.desk.start()
    box.desk.request(promised(START + 2), box.ring, [])
    box.desk.request(promised(START + 3), box.ring, [])
    box.until(1)
    assert box.desk.figures.given_up == {"failed": 1}
