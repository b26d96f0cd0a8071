from __future__ import annotations

from skynet.media.gate.changes import Change
from skynet.media.gate.flicker import Flicker


def change(x: int, y: int, weight: float) -> Change:
    return Change(x, y, x + 4, y + 12, 30, weight)


def rained_on() -> Flicker:
    """Two drops of weight 30 in each picture, each elsewhere."""
    flicker = Flicker()
    for turn in range(60):
        flicker.follow([change(37 * turn % 440, 53 * turn % 250, 30), change(91 * turn % 440, 71 * turn % 250, 30)])
    return flicker


def test_before_a_spell_nothing_is_explained() -> None:
    assert not Flicker().explains(change(100, 100, 10))


def test_rain_explains_drops_everywhere_but_nothing_weightier() -> None:
    flicker = rained_on()
    assert all(flicker.explains(change(x, y, 30)) for x in (20, 200, 420) for y in (20, 130, 240))
    assert not flicker.explains(change(200, 130, 45))


def test_somebody_who_walks_is_no_flicker() -> None:
    flicker = Flicker()
    for turn in range(60):
        flicker.follow([change(20 + 5 * turn, 100, 30)])
    assert not flicker.explains(change(150, 100, 25))


def test_a_tree_speaks_for_its_own_corner_alone() -> None:
    flicker = Flicker()
    for turn in range(60):
        flicker.follow([change(30, 40, 50)] if turn % 2 else [])
    assert flicker.explains(change(40, 50, 40))
    assert not flicker.explains(change(400, 50, 40))


def test_what_is_large_is_seen_whatever_flickers() -> None:
    flicker = Flicker()
    for turn in range(60):
        flicker.follow([change(30, 40, 5000)] if turn % 2 else [])
    assert flicker.explains(change(30, 40, 90))
    assert not flicker.explains(change(30, 40, 100))


def test_spells_are_not_compared_with_each_other() -> None:
    flicker = Flicker()
    for _ in range(30):
        flicker.follow([change(30, 40, 50)])
        flicker.end_spell()
        flicker.follow([])
        flicker.end_spell()
    assert not flicker.explains(change(30, 40, 40))
