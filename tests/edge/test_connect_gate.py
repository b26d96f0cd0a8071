"""Who may connect when."""

from __future__ import annotations

import threading

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from skynet.edge.connect_gate import TURN_S, ConnectGate, Turn
from tests.media.clips import StillClock


def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    gate = ConnectGate(StillClock(), 2)
    turns = [gate.ask() for _ in range(5)]
    assert [turn.granted.is_set() for turn in turns] == [True, True, False, False, False]
    assert (gate.connecting, gate.waiting) == (2, 3)
    turns[1].end()
    assert turns[2].granted.is_set()
    assert not turns[3].granted.is_set()


def test_a_turn_that_ends_while_it_waits_is_none() -> None:
    gate = ConnectGate(StillClock(), 1)
    held, waiting, next_one = gate.ask(), gate.ask(), gate.ask()
    said: list[bool] = []
    thread = threading.Thread(target=lambda: said.append(waiting.wait()))
    thread.start()
    waiting.end()
    thread.join(5)
    assert said == [False]
    held.end()
    held.end()
    assert next_one.wait()
    assert gate.connecting == 1


def test_dead_cameras_leave_half_of_the_places_to_others() -> None:
    gate = ConnectGate(StillClock(), 8)
    dead = [gate.ask(slow=True) for _ in range(40)]
    assert sum(turn.granted.is_set() for turn in dead) == 4
    living = [gate.ask() for _ in range(4)]
    assert all(turn.granted.is_set() for turn in living)


def test_the_only_place_is_not_a_dead_ones_while_another_waits() -> None:
    gate = ConnectGate(StillClock(), 1)
    held, dead, living = gate.ask(), gate.ask(slow=True), gate.ask()
    held.end()
    assert living.granted.is_set()
    assert not dead.granted.is_set()


def test_hope_puts_dead_cameras_in_line_with_the_others() -> None:
    gate = ConnectGate(StillClock(), 4)
    dead = [gate.ask(slow=True) for _ in range(4)]
    gate.hope()
    assert all(turn.granted.is_set() for turn in dead)


def test_a_turn_lasts_too_long_only_while_others_wait() -> None:
    clock = StillClock()
    gate = ConnectGate(clock, 1)
    turn = gate.ask()
    clock.now += TURN_S + 1
    assert not turn.lasts_too_long
    gate.ask()
    assert turn.lasts_too_long
    turn.end()
    assert not turn.lasts_too_long


def test_a_gate_has_a_place() -> None:
    with pytest.raises(ValueError, match="at least one"):
        ConnectGate(StillClock(), 0)


class AnyUse(RuleBasedStateMachine):
    """Whatever is asked and ended in whatever order: the ceiling holds, and a free place is never kept from anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = ConnectGate(StillClock(), 3)
        self.turns: list[Turn] = []

    @rule(slow=st.booleans())
    def ask(self, slow: bool) -> None:
        self.turns.append(self.gate.ask(slow=slow))

    @precondition(lambda self: self.turns)
    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(self.turns)).end()

    @rule()
    def hope(self) -> None:
        self.gate.hope()

    @invariant()
    def the_ceiling_holds(self) -> None:
        held = [turn for turn in self.turns if turn.granted.is_set() and not turn.over]
        waiting = [turn for turn in self.turns if not turn.granted.is_set()]
        assert len(held) == self.gate.connecting <= 3
        assert len(waiting) == self.gate.waiting
        if len(held) < 3:
            assert all(turn.slow for turn in waiting)


TestAnyUse = AnyUse.TestCase
TestAnyUse.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
