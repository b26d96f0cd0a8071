from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.media import Cursor, Packet, PacketRing
from tests.media.clips import bare_packets, read_packets, write_clip


def take(cursor: Cursor, at_most: int) -> list[Packet]:
    packets: list[Packet] = []
    while len(packets) < at_most and (packet := cursor.read(timeout=0)) is not None:
        packets.append(packet)
    return packets


def drain(cursor: Cursor) -> list[int]:
    return [packet.index for packet in take(cursor, 1000)]


def fill(ring: PacketRing, gops: list[int], *, size: int = 100, step_s: float = 0.1) -> list[Packet]:
    packets = list(bare_packets(gops, size=size, step_s=step_s))
    for packet in packets:
        assert ring.append(packet)
    return packets


def test_every_cursor_reads_everything_in_order() -> None:
    ring = PacketRing(1 << 20, 60)
    early = ring.cursor()
    fill(ring, [3, 3])
    late = ring.cursor("oldest")
    assert drain(early) == drain(late) == [0, 1, 2, 3, 4, 5]
    assert early.dropped == late.dropped == 0


def test_a_live_cursor_starts_with_the_newest_keyframe() -> None:
    ring = PacketRing(1 << 20, 60)
    fill(ring, [3, 3])
    assert drain(ring.cursor("live")) == [3, 4, 5]


def test_whole_gops_go_from_the_old_end_by_bytes() -> None:
    ring = PacketRing(1000, 60)
    fill(ring, [4, 4, 4])
    assert ring.held_bytes == 800
    assert drain(ring.cursor("oldest")) == list(range(4, 12))


def test_whole_gops_go_from_the_old_end_by_seconds() -> None:
    ring = PacketRing(1 << 20, 0.65)
    fill(ring, [4, 4, 4])
    assert ring.held_seconds <= 0.65
    assert drain(ring.cursor("oldest")) == list(range(8, 12))


def test_a_cursor_overtaken_by_the_old_end_goes_to_the_newest_keyframe_and_counts() -> None:
    ring = PacketRing(1000, 60)
    packets = list(bare_packets([4] * 6))
    cursor = ring.cursor("oldest")
    for packet in packets[:4]:
        ring.append(packet)
    assert [cursor.read(0).index, cursor.read(0).index] == [0, 1]  # type: ignore[union-attr]  # both are there
    for packet in packets[4:]:
        ring.append(packet)
    assert drain(cursor) == [20, 21, 22, 23]
    assert cursor.dropped == 18


def test_a_cursor_at_the_end_of_a_gop_that_went_loses_nothing() -> None:
    ring = PacketRing(800, 60)
    packets = list(bare_packets([4, 4, 4]))
    cursor = ring.cursor("oldest")
    for packet in packets[:4]:
        ring.append(packet)
    assert drain(cursor) == [0, 1, 2, 3]
    for packet in packets[4:]:
        ring.append(packet)
    assert drain(cursor) == list(range(4, 12))
    assert cursor.dropped == 0


def test_a_cursor_that_lags_too_much_goes_to_the_newest_keyframe() -> None:
    ring = PacketRing(1 << 20, 60)
    cursor = ring.cursor("oldest", max_lag_s=0.5)
    fill(ring, [4, 4, 4])
    assert drain(cursor) == [8, 9, 10, 11]
    assert cursor.dropped == 8


def test_a_lagging_cursor_past_the_newest_keyframe_reads_on() -> None:
    ring = PacketRing(1 << 20, 60)
    cursor = ring.cursor("oldest", max_lag_s=0.5)
    packets = list(bare_packets([20]))
    ring.append(packets[0])
    assert cursor.read(0) is packets[0]
    for packet in packets[1:]:
        ring.append(packet)
    assert drain(cursor) == list(range(1, 20))


def test_an_overlong_gop_is_cut_and_counted_and_only_its_readers_go_on() -> None:
    ring = PacketRing(1000, 60)
    packets = list(bare_packets([30, 3]))
    follows, sleeps = ring.cursor("oldest"), ring.cursor("oldest")
    seen = []
    for packet in packets[:30]:
        ring.append(packet)
        seen += drain(follows)
        assert ring.held_bytes <= 1000
    assert seen == list(range(30))
    assert ring.overlong_gops == 1
    assert sleeps.read(0) is None
    assert ring.cursor("oldest").read(0) is None
    for packet in packets[30:]:
        ring.append(packet)
    assert drain(sleeps) == drain(follows) == [30, 31, 32]
    assert (sleeps.dropped, follows.dropped) == (30, 0)


def test_packets_before_the_first_keyframe_are_counted_not_kept() -> None:
    ring = PacketRing(1000, 60)
    _, delta, key = list(bare_packets([2, 1]))
    assert ring.append(delta)
    ring.append(key)
    assert drain(ring.cursor("oldest")) == [2]
    assert ring.headless == 1


def test_closing_lets_readers_finish_what_is_left() -> None:
    ring = PacketRing(1 << 20, 60)
    cursor = ring.cursor("oldest")
    (packet,) = fill(ring, [1])
    ring.close()
    assert not cursor.ended
    assert cursor.read() is packet
    assert cursor.read() is None
    assert cursor.ended
    assert not ring.append(packet)


def test_what_nobody_can_decode_any_more_is_counted_at_the_end() -> None:
    ring = PacketRing(500, 60)
    cursor = ring.cursor("oldest")
    fill(ring, [30])
    ring.close()
    assert cursor.read() is None
    assert cursor.dropped == 30
    assert cursor.ended


def test_closing_wakes_a_blocked_reader() -> None:
    ring = PacketRing(1000, 60)
    cursor = ring.cursor()
    threading.Timer(0.05, ring.close).start()
    assert cursor.read(timeout=30) is None
    assert cursor.ended


def test_closing_a_cursor_wakes_its_reader() -> None:
    cursor = PacketRing(1000, 60).cursor()
    threading.Timer(0.05, cursor.close).start()
    assert cursor.read(timeout=30) is None
    assert cursor.ended


@pytest.mark.parametrize("gops", [[4] * 50, [200], [1] * 200])
def test_the_writer_waits_for_a_lossless_cursor(gops: list[int]) -> None:
    ring = PacketRing(1000, 60)
    cursor = ring.cursor("oldest", lossless=True)
    packets = list(bare_packets(gops))

    def write() -> None:
        for packet in packets:
            ring.append(packet)
        ring.close()

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    while (packet := cursor.read(timeout=30)) is not None:
        seen.append(packet.index)
        assert ring.held_bytes <= 1100  # one packet more while its writer waits
    writer.join(30)
    assert seen == list(range(200))
    assert cursor.dropped == 0


def test_closing_a_lossless_cursor_frees_the_writer() -> None:
    ring = PacketRing(300, 60)
    cursor = ring.cursor("oldest", lossless=True)
    threading.Timer(0.05, cursor.close).start()
    fill(ring, [2] * 10)
    assert ring.held_bytes <= 300


def test_closing_the_ring_frees_the_writer() -> None:
    ring = PacketRing(300, 60)
    ring.cursor("oldest", lossless=True)
    threading.Timer(0.05, ring.close).start()
    packets = list(bare_packets([2] * 10))
    assert not all(ring.append(packet) for packet in packets)


def test_limits_must_leave_room() -> None:
    with pytest.raises(ValueError, match="max_bytes 0"):
        PacketRing(0, 1)
    with pytest.raises(ValueError, match="reads everything"):
        PacketRing(1, 1).cursor(lossless=True, max_lag_s=1.0)


@given(
    gops=st.lists(st.integers(1, 12), min_size=1, max_size=12),
    capacity=st.integers(100, 2000),
    seconds=st.floats(0.1, 5),
    max_lag=st.none() | st.floats(0.05, 3),
    reads=st.lists(st.integers(0, 4), min_size=1, max_size=20),
    start=st.sampled_from(["oldest", "live"]),
)
def test_whatever_happens_nothing_undecodable_is_read_and_every_drop_is_counted(
    gops: list[int], capacity: int, seconds: float, max_lag: float | None, reads: list[int], start: str
) -> None:
    ring = PacketRing(capacity, seconds)
    cursor = ring.cursor("oldest" if start == "oldest" else "live", max_lag_s=max_lag)
    packets = list(bare_packets(gops))
    seen: list[Packet] = []
    for number, packet in enumerate(packets):
        ring.append(packet)
        assert ring.held_bytes <= capacity
        assert ring.held_seconds <= seconds
        seen += take(cursor, reads[number % len(reads)])
    ring.close()
    seen += take(cursor, len(packets))
    for before, after in zip([None, *seen], seen, strict=False):
        assert after.is_keyframe or (before is not None and after.index == before.index + 1)
    assert len(seen) + cursor.dropped == len(packets)


def test_a_stretch_begins_with_the_keyframe_before_it_and_ends_with_its_last_packet() -> None:
    ring = PacketRing(1 << 20, 60)
    fill(ring, [4, 4, 4])
    assert [packet.index for packet in ring.between(0.55, 0.95)] == [4, 5, 6, 7, 8, 9]
    assert [packet.index for packet in ring.between(0.4, 0.4)] == [4]
    assert [packet.index for packet in ring.between(-5, 99)] == list(range(12))


def test_a_stretch_that_began_before_the_ring_begins_with_its_oldest_keyframe() -> None:
    ring = PacketRing(1000, 60)
    fill(ring, [4, 4, 4])
    assert [packet.index for packet in ring.between(0.0, 0.65)] == [4, 5, 6]
    assert ring.between(0.0, 0.35) == []


def test_of_a_gop_without_its_keyframe_there_is_no_stretch() -> None:
    ring = PacketRing(1000, 60)
    assert (ring.between(0, 99), ring.newest_at) == ([], None)
    fill(ring, [30])
    assert ring.between(0, 99) == []
    assert ring.newest_at == pytest.approx(2.9)


def test_a_stretch_keeps_what_a_later_picture_of_it_is_decoded_from(tmp_path: Path) -> None:
    ring = PacketRing(1 << 20, 60)
    for packet in read_packets(write_clip(tmp_path / "b.ts", frames=20, gop=20, b_frames=2)):
        ring.append(packet)
    stretch = ring.between(1000.0, 1000.0 + 4.5 / 25)
    shown = [round((packet.captured_at - 1000.0) * 25) for packet in stretch]
    assert shown[0] == 0
    assert shown[-1] <= 4
    assert sorted(shown)[:5] == [0, 1, 2, 3, 4], "with the picture after it that these were coded from"
