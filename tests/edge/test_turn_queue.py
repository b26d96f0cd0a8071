from hypothesis import given
from hypothesis import strategies as st

from skynet.edge.turn_queue import HEAD_START, TurnQueue


def test_first_come_first_served() -> None:
    queue: TurnQueue[str] = TurnQueue()
    for one in ("a", "b", "c"):
        queue.join(one, urgent=False)
    assert [queue.next() for _ in range(3)] == ["a", "b", "c"]


def test_urgent_ones_go_before_quiet_ones() -> None:
    queue: TurnQueue[str] = TurnQueue()
    for one, urgent in (("quiet", False), ("urgent", True), ("urgent too", True)):
        queue.join(one, urgent=urgent)
    assert [queue.next() for _ in range(3)] == ["urgent", "urgent too", "quiet"]


def test_everybody_can_be_sent_away() -> None:
    queue: TurnQueue[str] = TurnQueue()
    for one, urgent in (("quiet", False), ("urgent", True)):
        queue.join(one, urgent=urgent)
    assert queue.clear() == ["urgent", "quiet"]
    assert len(queue) == 0


@given(st.lists(st.sampled_from(["urgent", "quiet", "serve"]), max_size=300))
def test_nobody_waits_for_more_than_those_before_and_a_few_urgent_ones(steps: list[str]) -> None:
    queue: TurnQueue[int] = TurnQueue()
    turns, bound = 0, {}
    for number, step in enumerate([*steps, *["serve"] * len(steps)]):
        if step != "serve":
            # Who waits already may go first, and of the later ones as many urgent ones as the head start.
            bound[number] = turns + len(queue) + 1 + HEAD_START
            queue.join(number, urgent=step == "urgent")
        elif len(queue):
            turns += 1
            assert turns <= bound.pop(queue.next())
    assert not bound
