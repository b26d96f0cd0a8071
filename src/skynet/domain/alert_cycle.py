"""The life cycle of an alert: its states, the steps between them, and what each step must say.

new → acknowledged → rejected, or sent after (assigned → accepted → en_route → on_scene) → closed. Rejected and closed
alerts can be opened again. A possible plate hit is confirmed by a person before anybody is sent.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from skynet.domain.severity import Severity


class AlertState(StrEnum):
    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    REJECTED = "rejected"
    CLOSED = "closed"

    @property
    def is_over(self) -> bool:
        return self in (AlertState.REJECTED, AlertState.CLOSED)


class AlertStep(StrEnum):
    """What a person does to an alert. How far its units have come (`FOLLOWS_UNITS`) is told by the units."""

    ACKNOWLEDGE = "acknowledge"
    CONFIRM = "confirm"
    """The plate hit is the listed vehicle."""
    REFUTE = "refute"
    """It is another vehicle: the alert is closed as a false alarm."""
    REJECT = "reject"
    CLOSE = "close"
    REOPEN = "reopen"


class RejectReason(StrEnum):
    FALSE_ALARM = "false_alarm"
    NOT_POLICE_MATTER = "not_police_matter"
    KNOWN_ACTIVITY = "known_activity"
    """Permitted works, an exercise, somebody who belongs there."""
    BAD_PICTURE = "bad_picture"
    DUPLICATE = "duplicate"


class Disposition(StrEnum):
    HANDLED = "handled"
    HANDED_OVER = "handed_over"
    """To another authority or net, which goes on with it."""
    NO_TRACE = "no_trace"
    """Nothing and nobody was found there."""
    FALSE_ALARM = "false_alarm"
    DUPLICATE = "duplicate"


ACTIVE = (
    AlertState.ACKNOWLEDGED,
    AlertState.ASSIGNED,
    AlertState.ACCEPTED,
    AlertState.EN_ROUTE,
    AlertState.ON_SCENE,
)
"""In somebody's hand, in the order of progress."""
OPEN = (AlertState.NEW, *ACTIVE)
FOLLOWS_UNITS = ACTIVE[1:]
"""The states that a sent unit brings its alert into."""
FROM: dict[AlertStep, tuple[AlertState, ...]] = {
    AlertStep.ACKNOWLEDGE: (AlertState.NEW,),
    AlertStep.CONFIRM: ACTIVE,
    AlertStep.REFUTE: ACTIVE,
    AlertStep.REJECT: (AlertState.NEW, AlertState.ACKNOWLEDGED),
    AlertStep.CLOSE: ACTIVE,
    AlertStep.REOPEN: (AlertState.REJECTED, AlertState.CLOSED),
}
"""The states from which a step can be taken."""
_AFTER = {
    AlertStep.ACKNOWLEDGE: AlertState.ACKNOWLEDGED,
    AlertStep.REFUTE: AlertState.CLOSED,
    AlertStep.REJECT: AlertState.REJECTED,
    AlertStep.CLOSE: AlertState.CLOSED,
    AlertStep.REOPEN: AlertState.ACKNOWLEDGED,
}


def after(state: AlertState, step: AlertStep) -> AlertState | None:
    """The state that `step` leads to from `state`; None when it cannot be taken there."""
    return _AFTER.get(step, state) if state in FROM[step] else None


def following(units: tuple[AlertState, ...], state: AlertState) -> AlertState:
    """The state of an alert in hand whose open assignments are in the states `units`: that of the one farthest along.

    When none is left it is in hand as before, but for one that was on scene: it waits there to be closed.
    """
    if units:
        return max(units, key=ACTIVE.index)
    return state if state is AlertState.ON_SCENE else AlertState.ACKNOWLEDGED


class Deadlines(BaseModel):
    """Seconds within which an alert must be answered and closed; each time that passes again it escalates once more,
    `MAX_LEVEL` times at most."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer_s: Annotated[float, Field(gt=0)]
    close_s: Annotated[float, Field(gt=0)]

    @model_validator(mode="after")
    def _answered_before_closed(self) -> Self:
        if self.close_s < self.answer_s:
            raise ValueError("close_s is before answer_s; an alert is answered first")
        return self


MAX_LEVEL = 3
DEADLINES = {
    Severity.CRITICAL: Deadlines(answer_s=60, close_s=3600),
    Severity.HIGH: Deadlines(answer_s=180, close_s=4 * 3600),
    Severity.MEDIUM: Deadlines(answer_s=900, close_s=24 * 3600),
    Severity.LOW: Deadlines(answer_s=4 * 3600, close_s=72 * 3600),
}
"""What holds where an operator sets nothing else."""
