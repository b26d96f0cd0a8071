"""The detector as referee of the activity gate: is there an object where a keyframe has changed, or only foliage?"""

from __future__ import annotations

from collections.abc import Sequence

from skynet.domain import Box, Frame, ObjectLabel
from skynet.vision import Detector
from skynet.vision.crop_plan import overlap, plan_crops
from skynet.vision.frame_region import FrameRegion

SIDE = 320
"""Pixels of the picture that a look covers at least in width and height."""
MOST_LOOKS = 2
SURE = 0.25
"""Score from which on an object counts: a wake for nothing costs less than an event that is slept through."""


class DetectorReferee:
    """Answers with at most two runs of `detector`, which must know classes (`motion` has nothing to say here).

    Keeps nothing but counts; as safe across threads as the detector.
    """

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self.asked = 0
        self.passed_over = 0
        """Changed places that were not looked at because others were larger."""

    def sees_object(self, frame: Frame, regions: Sequence[Box]) -> bool:
        """Whether a person or vehicle is seen that overlaps one of the changed `regions` (pixels of `frame`)."""
        self.asked += 1
        crops = plan_crops(regions, frame.width, frame.height, SIDE)
        self.passed_over += len(crops[MOST_LOOKS:])
        looks = [FrameRegion(frame, crop) for crop in crops[:MOST_LOOKS]]
        for look, found in zip(looks, self._detector.detect_batch(looks), strict=True):
            for one in found:
                box = Box(one.box.x + look.x, one.box.y + look.y, one.box.width, one.box.height)
                known = one.label is not ObjectLabel.MOTION and one.score >= SURE
                if known and any(overlap(box, region) > 0 for region in regions):
                    return True
        return False
