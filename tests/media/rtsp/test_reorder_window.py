from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skynet.media.rtsp.counts import RtspCounts
from skynet.media.rtsp.reorder_window import ReorderWindow
from tests.media.rtsp.wire import rtp


class Window:
    def __init__(self) -> None:
        self.counts = RtspCounts()
        self.out: list[int] = []
        self.window = ReorderWindow(self._note, self.counts)

    def _note(self, view: memoryview, start: int, stop: int) -> None:
        assert bytes(view[start + 12 : stop]) == b"payload"
        self.out.append(view[start + 2] << 8 | view[start + 3])

    def push(self, *numbers: int, at: float = 0.0) -> list[int]:
        for number in numbers:
            packet = rtp(b"payload", number, 0)
            self.window.push(memoryview(packet), len(packet), at)
        return self.out


def test_order_is_restored() -> None:
    assert Window().push(1, 3, 2, 6, 5, 4, 7) == [1, 2, 3, 4, 5, 6, 7]


def test_order_is_restored_where_counting_goes_round() -> None:
    assert Window().push(65_534, 0, 65_535, 2, 1) == [65_534, 65_535, 0, 1, 2]


def test_what_comes_twice_or_too_late_is_counted() -> None:
    window = Window()
    assert window.push(5, 6, 5, 8, 8, 7) == [5, 6, 7, 8]
    assert window.counts.late == 2


def test_what_is_missing_is_given_up_after_a_while() -> None:
    window = Window()
    window.push(1, 3, 4, at=10.0)
    window.window.expire(10.2)
    assert window.out == [1]
    window.window.expire(10.4)
    assert window.out == [1, 3, 4]
    assert window.push(2, 5, at=10.5) == [1, 3, 4, 5]


def test_a_full_window_gives_up() -> None:
    window = Window()
    window.push(1, *range(3, 300))
    assert window.out == [1, *range(3, 300)][: len(window.out)]
    assert len(window.out) > 40


def test_counting_that_begins_anew_is_followed() -> None:
    assert Window().push(1, 2, 4, 30_000, 30_001) == [1, 2, 4, 30_000, 30_001]


@given(st.permutations(list(range(30))))
def test_any_order_within_the_window_is_restored(numbers: list[int]) -> None:
    window = Window()
    window.push(100, *(101 + number for number in numbers))
    assert window.out == list(range(100, 131))


@given(st.lists(st.tuples(st.integers(0, 65_535), st.floats(0, 1)), max_size=200))
def test_nothing_is_held_for_ever(arrivals: list[tuple[int, float]]) -> None:
    window = Window()
    now = 0.0
    for number, pause in arrivals:
        now += pause
        window.push(number, at=now)
    window.window.expire(now + 100)
    assert not window.window._held
    assert window.window._held_bytes == 0
    assert len(window.out) + window.counts.late == len(arrivals)
