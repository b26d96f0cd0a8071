"""How fast each kind of unit gets about, and which roads it uses."""

from __future__ import annotations

from skynet.domain.patrol_unit import PatrolKind

STRAIGHT_KMH = {
    PatrolKind.CAR: 30.0,
    PatrolKind.MOTORCYCLE: 35.0,
    PatrolKind.BICYCLE: 12.0,
    PatrolKind.FOOT: 4.0,
    PatrolKind.BOAT: 20.0,
}
"""Along the great circle, where no road is known: what is left of a kind's speed after detours and junctions. An
answer states it."""
ON_FOOT_KMH = {PatrolKind.BICYCLE: 15.0, PatrolKind.FOOT: 5.0}
"""Kinds that use every path, both ways, at this speed."""
DRIVEN = frozenset({PatrolKind.CAR, PatrolKind.MOTORCYCLE})
"""Kinds that use roads as they are signed, at the roads' speeds."""
