"""How an activity gate judges."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GateOptions:
    """Levels are grey levels 0–255, times seconds, areas pixels of the small picture, `width` pixels wide.

    A pixel has changed when it strays from the scene by `floor` at least, and further than its surroundings ever did
    for nothing. A change counts from `min_area` pixels and a `min_weight` on: the sum over its pixels of how many
    thresholds they differ by.
    """

    width: int = 480
    floor: float = 4.0
    min_area: int = 4
    min_weight: float = 6.0
    reach: int = 1
    """A pixel that looks like the scene within so many pixels is the scene: leaves sway, masts tremble."""
    scene_s: float = 30.0
    """Time constant with which the scene follows what is quiet."""
    recent_s: float = 0.5
    """While awake, a picture is compared with the mean of so many seconds before."""
    learning_s: float = 2.0
    """For so long nothing can be said of a new scene."""
    long_gop_s: float = 5.0
    """Keyframes further apart than this hide whole events from who only looks at them."""
    longest_gop_s: float = 20.0
    """Beyond this not even sizes are enough: what they wake for may have left the ring together with its keyframe."""

    @classmethod
    def for_small_streams(cls) -> GateOptions:
        """For streams of which every picture is looked at: each look must cost a third."""
        return cls(width=320)
