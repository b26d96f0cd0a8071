"""A unit sent to an alert, and how far it has come."""

from __future__ import annotations

from enum import StrEnum

from skynet.domain.patrol_unit import UnitStatus


class AssignmentState(StrEnum):
    """assigned → accepted → en_route → on_scene → done; declined by the unit before it arrives, or withdrawn by a
    dispatcher."""

    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        return self in _NEXT

    @property
    def unit_status(self) -> UnitStatus:
        """What the unit is doing while its assignment is in this state."""
        return _STATUS.get(self, UnitStatus.AVAILABLE)

    def allows(self, step: UnitStep) -> bool:
        """Whether the unit may take the step from here. A step may leave out those between, never go back."""
        return self in _NEXT and STATE_AFTER[step] in _NEXT[self]


class UnitStep(StrEnum):
    """What a unit says of its assignment."""

    ACCEPT = "accept"
    DECLINE = "decline"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    DONE = "done"


STATE_AFTER = {
    UnitStep.ACCEPT: AssignmentState.ACCEPTED,
    UnitStep.DECLINE: AssignmentState.DECLINED,
    UnitStep.EN_ROUTE: AssignmentState.EN_ROUTE,
    UnitStep.ON_SCENE: AssignmentState.ON_SCENE,
    UnitStep.DONE: AssignmentState.DONE,
}
_NEXT = {
    AssignmentState.ASSIGNED: {
        AssignmentState.ACCEPTED,
        AssignmentState.DECLINED,
        AssignmentState.EN_ROUTE,
        AssignmentState.ON_SCENE,
    },
    AssignmentState.ACCEPTED: {AssignmentState.DECLINED, AssignmentState.EN_ROUTE, AssignmentState.ON_SCENE},
    AssignmentState.EN_ROUTE: {AssignmentState.DECLINED, AssignmentState.ON_SCENE},
    AssignmentState.ON_SCENE: {AssignmentState.DONE},
}
OPEN_STATES = tuple(_NEXT)
_STATUS = {
    AssignmentState.ASSIGNED: UnitStatus.ASSIGNED,
    AssignmentState.ACCEPTED: UnitStatus.ASSIGNED,
    AssignmentState.EN_ROUTE: UnitStatus.EN_ROUTE,
    AssignmentState.ON_SCENE: UnitStatus.ON_SCENE,
}
