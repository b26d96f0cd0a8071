import pytest

from tests.analytics.conftest import Replay, straight

RULE = {"kind": "line_crossing", "line": "middle"}
EAST = straight((300, 300), (900, 300), 3)
WEST = straight((900, 300), (300, 300), 3)


# The line is drawn downwards: its right-hand side is west (the picture's left).
@pytest.mark.parametrize(("direction", "east", "west"), [("any", 1, 1), ("forward", 0, 1), ("backward", 1, 0)])
def test_direction(replay: Replay, direction: str, east: int, west: int) -> None:
    rule = {**RULE, "direction": direction}
    assert len(replay(rule, EAST)) == east
    assert len(replay(rule, WEST)) == west


def test_swaying_on_the_line_counts_once_each_way(replay: Replay) -> None:
    path = [(i * 0.2, 520 if i % 2 else 480, 300) for i in range(40)]
    assert len(replay(RULE, path)) == 2


def test_a_path_beside_the_segment_does_not_cross(replay: Replay) -> None:
    rule = {**RULE, "line": "middle"}
    hits = replay(rule, [(0, 480, 300), (1, 480, 300), (2, 490, 10)])
    assert hits == []


def test_stopping_on_the_line_and_going_on_crosses_once(replay: Replay) -> None:
    assert len(replay(RULE, [(0, 400, 300), (1, 500, 300), (2, 500, 300), (3, 600, 300)])) == 1
