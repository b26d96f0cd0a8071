"""What one look says about a picture, by itself and beside the scene that the camera is known to show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skynet.domain.camera_fault import CameraFaultKind
from skynet.vision.picture_health.block_grid import largest_region
from skynet.vision.picture_health.known_scene import Comparison
from skynet.vision.picture_health.options import PictureHealthOptions
from skynet.vision.picture_health.picture_measures import PictureMeasures

_NEARLY_ALL = 0.75
"""Where so much of the scene is lost, what shows is another one, however faint."""
_ONE_SIDE = 0.6
"""Of the lost blocks, in one connected region: something stands there."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A fault that one look shows; `detail` is one line with the value measured and the one expected."""

    kind: CameraFaultKind
    detail: str


def light_verdict(
    measures: PictureMeasures, seen: NDArray[np.bool_], usually_bright: float | None, options: PictureHealthOptions
) -> Verdict | None:
    """Black or over-exposed. `usually_bright` is the share of blocks that the scene has burned out, None: not known."""
    if not seen.any():
        return None
    dark = float(((measures.level <= options.dark) & (measures.spread <= options.flat))[seen].mean())
    if dark >= options.dark_share:
        level = float(measures.level[seen].mean())
        return Verdict(
            CameraFaultKind.BLACK, f"{dark:.0%} of the picture is dark and flat, mean brightness {level:.0f}"
        )
    bright = float((measures.level >= options.bright)[seen].mean())
    known = 0.0 if usually_bright is None else usually_bright
    if bright >= max(options.bright_share, known + options.bright_more):
        return Verdict(
            CameraFaultKind.OVEREXPOSED, f"{bright:.0%} of the picture is burned out, {known:.0%} is usual here"
        )
    return None


def scene_verdict(comparison: Comparison, options: PictureHealthOptions) -> Verdict | None:
    """Covered, moved or blurred, in this order: what hides the scene also takes its detail."""
    if comparison.blocks < options.least_blocks:
        return None
    lost = comparison.lost_share
    if lost >= options.covered_share:
        said = f"{lost:.0%} of the scene's structure is gone"
        if comparison.faint_share >= options.covered_faint:
            return Verdict(CameraFaultKind.COVERED, f"{said}, nothing shows in its place")
        if lost >= options.moved_share and comparison.faint_share <= options.moved_faint:
            return Verdict(CameraFaultKind.MOVED, f"{said}, another scene shows in its place")
        if lost >= _NEARLY_ALL:
            return Verdict(CameraFaultKind.MOVED, f"{said}, another scene shows in its place")
        if largest_region(comparison.lost) >= _ONE_SIDE * comparison.lost.sum():
            return Verdict(CameraFaultKind.COVERED, f"{said}, all on one side")
    detail = comparison.detail
    if detail is not None and detail <= options.blurred:
        return Verdict(CameraFaultKind.BLURRED, f"{detail:.0%} of the usual fine detail is left")
    return None
