"""Tells from a unit's fixes that it has set out to its target or stands near it. Pure: the same fixes say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skynet.coordinator.storage.unit_position_rows import Fix
from skynet.domain.geo_position import GeoPosition
from skynet.domain.great_circle import great_circle_m
from skynet.domain.unit_assignment import AssignmentState, UnitStep

LOOKED_AT = 60
"""The newest fixes since the assignment that are looked at."""


@dataclass(frozen=True, slots=True)
class ArrivalRule:
    """On scene: the last `near_fixes` fixes within `near_m`. En route: nearer by `nearer_m` than the farthest fix
    before. A fix that is not true to `near_m` says nothing."""

    near_m: float = 100.0
    near_fixes: int = 3
    nearer_m: float = 150.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A step that the fixes show, and how far the unit is from its target now."""

    step: UnitStep
    distance_m: float


def judge(rule: ArrivalRule, state: AssignmentState, target: GeoPosition, fixes: Sequence[Fix]) -> Seen | None:
    """What `fixes` (oldest first, all since the assignment) show that `state` does not say yet, or None.

    A unit that has not accepted is never called en route: it may drive that way for reasons of its own.
    """
    distances = [
        great_circle_m(fix.latitude, fix.longitude, target.latitude, target.longitude)
        for fix in fixes
        if fix.error_m is None or fix.error_m <= rule.near_m
    ]
    if not distances:
        return None
    now = distances[-1]
    last = distances[-rule.near_fixes :]
    near = len(last) == rule.near_fixes and max(last) <= rule.near_m
    if near and state.allows(UnitStep.ON_SCENE):
        return Seen(UnitStep.ON_SCENE, now)
    set_out = max(distances) - now >= rule.nearer_m
    if set_out and state is AssignmentState.ACCEPTED:
        return Seen(UnitStep.EN_ROUTE, now)
    return None
