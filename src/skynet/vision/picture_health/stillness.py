"""Whether a picture has frozen while packets keep coming: nothing changes any more, not even the sensor's noise.

Compares keyframes, which are coded for themselves: between them an unchanged scene may be told with the words "as
before" and be the same to the bit. A clock that is drawn over a frozen picture goes on, so most blocks count, not all.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from skynet.vision.picture_health.block_grid import block_means
from skynet.vision.picture_health.options import PictureHealthOptions

_LEARNED_LOOKS = 10
_SINKS, _RISES = 0.2, 0.01
"""Shares by which the usual change follows a smaller and a larger one: it is to be the low end of what is usual."""
_NATURAL = 3.0
"""A stillness must last so many times longer than the longest that ended by itself."""


class Stillness:
    """Asked with sparse samples of keyframes, uint8 (h, w), in order of time. `seen` blocks count."""

    def __init__(self, seen: NDArray[np.bool_], options: PictureHealthOptions) -> None:
        self._seen = seen
        self._options = options
        self._before: NDArray[np.uint8] | None = None
        self._usual = 0.0
        self._looks = 0
        self._still_since: float | None = None
        self._natural_s = 0.0
        self._at = -math.inf

    def look(self, sample: NDArray[np.uint8], at: float) -> float | None:
        """Since when (seconds) nothing has changed, where that is longer than this camera's pictures ever stood still;
        else None."""
        before, self._before = self._before, sample
        last, self._at = self._at, at
        if before is None or before.shape != sample.shape:
            self._still_since = None
            return None
        change = block_means(np.asarray(cv2.absdiff(sample, before), np.uint8))[self._seen]
        if not change.size:
            return None
        limit = self._options.still
        if self._looks >= _LEARNED_LOOKS:
            limit = max(limit, self._options.still_of_usual * self._usual)
        if float((change <= limit).mean()) < self._options.still_share:
            self._moves(float(np.median(change)), at)
            return None
        if self._still_since is None:
            self._still_since = last
        return self._still_since if at - self._still_since >= self._needed_s else None

    @property
    def _needed_s(self) -> float:
        return min(max(self._options.still_s, _NATURAL * self._natural_s), self._options.still_most_s)

    def _moves(self, quiet: float, at: float) -> None:
        """The picture lives; `quiet` is how much its middling block has changed."""
        if self._still_since is not None and at - self._still_since < self._needed_s:
            self._natural_s = max(self._natural_s, at - self._still_since)
        self._still_since = None
        if not self._looks:
            self._usual = quiet
        self._usual += (_SINKS if quiet < self._usual else _RISES) * (quiet - self._usual)
        self._looks += 1
