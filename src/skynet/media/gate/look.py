"""What a gate says of a picture, and of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from skynet.domain.frame import Frame
from skynet.domain.geometry import Box


@dataclass(frozen=True, slots=True)
class Look:
    """`wakes` when something is worth decoding; `moved` when something changed, also where experience says that it
    means nothing. `regions` are boxes around the changes, in pixels of the frame, the strongest first. `reason` is one
    word for the log."""

    wakes: bool
    moved: bool
    regions: tuple[Box, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GateState:
    """`trusted` False when the camera should be decoded all the time; `reason` says why, in one line for operators.
    The counts are since the start: `vetoed` looks at which the referee saw nothing, `checks` of whole GOPs and how many
    of them showed something that was `missed`."""

    trusted: bool
    reason: str
    looks: int
    wakes: int
    false_wakes: int
    vetoed: int
    checks: int
    missed: int
    gop_s: float | None
    sizes_tell: bool


class Referee(Protocol):
    """A detector as a rare judge of what has changed."""

    def sees_object(self, frame: Frame, regions: Sequence[Box]) -> bool:
        """True when it sees a person or vehicle in one of `regions` (pixels of the frame)."""
        ...
