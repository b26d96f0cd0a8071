"""Scoring: what counts as seen, as idle and as a false wake."""

from __future__ import annotations

import pytest

from skynet.cli.bench.hotpath.contender import BY_NAME
from skynet.cli.bench.hotpath.feed import Feed, Task
from skynet.cli.bench.hotpath.heat import Heat
from skynet.cli.bench.hotpath.journal import Look, Record
from skynet.cli.bench.hotpath.race import Cost
from skynet.cli.bench.hotpath.report import reach_of, rows_of
from skynet.cli.bench.hotpath.score import Sight, cost_ms, idle_spans
from skynet.cli.bench.scenes.truth import Event, Truth, TruthBox

BOX = (0.4, 0.4, 0.1, 0.2)
ELSEWHERE = (0.8, 0.8, 0.1, 0.1)


def _truth() -> Truth:
    boxes = tuple(TruthBox(t_s=10 + 0.2 * step, box=BOX, shown=1.0) for step in range(10))
    event = Event(
        kind="person",
        manner="pass",
        size_class="small",
        start_s=10,
        end_s=12,
        height_share=0.05,
        contrast=30,
        boxes=boxes,
    )
    return Truth(scene="s", seed=1, seconds=30, fps=25, width=320, height=180, events=(event,), files={})


def _sight(record: Record) -> Sight:
    sight = Sight()
    sight.add(_truth(), record, 30.0)
    return sight


def test_idle_is_what_no_event_and_no_hold_takes() -> None:
    assert idle_spans(_truth(), 30.0) == [(0.0, 9.7), (16.0, 30.0)]


def test_a_whole_picture_during_the_event_sees_it_and_a_box_on_it_detects_it() -> None:
    sight = _sight(Record(looks=[Look(10.4, 10.5, (BOX,), None), Look(10.6, 10.7, (ELSEWHERE,), None)]))
    assert (sight.seen, sight.detected, sight.analysed, sight.slots) == (1, 1, 2, 10)
    assert sight.latencies_s == [pytest.approx(0.5)]


def test_a_region_beside_the_object_does_not_see_it() -> None:
    sight = _sight(Record(looks=[Look(10.4, 10.5, (), (ELSEWHERE,))]))
    assert (sight.seen, sight.analysed) == (0, 0)


def test_a_find_elsewhere_detects_nothing() -> None:
    assert _sight(Record(looks=[Look(10.4, 10.5, (ELSEWHERE,), None)])).detected == 0


def test_a_wake_in_idle_time_is_false_and_a_wake_for_the_event_is_not() -> None:
    sight = _sight(Record(switches=[(2.0, True), (4.0, False), (10.2, True), (15.0, False), (20.0, True)]))
    assert sight.false_wakes == 2
    assert sight.idle_s == pytest.approx(23.7)
    assert sight.awake_idle_s == pytest.approx(2.0 + 10.0)


def test_cost_is_split_by_what_happens_and_shared_by_the_copies() -> None:
    task = Task(contender="naive", feeds=(Feed(main="a"), Feed(main="b")), seconds=30, detector="motion")
    # 0.1 CPU seconds a second while idle, 0.5 while busy (9.7 to 16 s)
    cpu = [(0.0, 5.0), (9.7, 5.97), (16.0, 9.12), (30.0, 10.52)]
    idle, busy = cost_ms(Heat(task, (Record(), Record()), tuple(cpu), 0), _truth(), from_s=0.0)
    assert (idle, busy) == (pytest.approx(50), pytest.approx(250))


def test_who_detects_nothing_gets_no_score_for_speed() -> None:
    blind, seeing = Sight(events=4, seen=4), Sight(events=4, seen=4, detected=1)
    cost = {"naive": [Cost(1, 2, 3)], "keyframes": [Cost(1, 2, 3)], "demux": [Cost(1, 2, 3)]}
    rows = rows_of(cost, {"naive": blind, "keyframes": seeing})
    assert {row.contender for row in rows if row.metric == "idle"} == {"keyframes", "demux"}


def test_claims_name_what_was_measured_and_leave_out_what_was_not() -> None:
    rows = rows_of({"ours-main": [Cost(4, 9, 30)], "frigate-main": [Cost(120, 130, 90)]}, {})
    claims = {claim.claim: claim for claim in reach_of(rows)}
    assert claims["idle: Frigate's way on main / ours on main"].value == 30
    assert not any("sub-stream" in words for words in claims)


def test_contenders_are_known_by_name() -> None:
    assert BY_NAME["frigate-sub"].stream == "sub"


def test_what_was_not_watched_for_long_enough_has_no_cost() -> None:
    task = Task(contender="naive", feeds=(Feed(main="a"),), seconds=8, detector="motion")
    idle, busy = cost_ms(Heat(task, (Record(),), ((0.0, 1.0), (8.0, 1.8)), 0), _truth(), from_s=2.0)
    assert (idle, busy) == (pytest.approx(100), None)
    rows = rows_of({"ours-sub": [Cost(idle, busy, 30)]}, {})
    assert [row.metric for row in rows] == ["idle", "memory"]
    assert not any("busy" in claim.claim for claim in reach_of(rows))
