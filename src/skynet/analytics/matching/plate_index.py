"""Where in a table the plates stand that a text may be taken for: a hash table of two arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from skynet.analytics.matching.plate_code import CLASSES


class PlateIndex:
    """Over n codes. Bucket b holds `order[starts[b]:starts[b + 1]]`, the rows whose classes leave b when divided.

    There are twice as many buckets as rows, so that most plates that are not listed meet an empty one. 12 bytes a row
    besides the codes.
    """

    def __init__(self, codes: NDArray[np.int64]) -> None:
        self._buckets = 2 * len(codes) + 1
        bucket = (codes & np.int64(CLASSES & 0x7FFF_FFFF_FFFF_FFFF)) % self._buckets
        order = np.argsort(bucket, kind="stable").astype(np.uint32)
        starts = np.zeros(self._buckets + 1, np.uint32)
        np.cumsum(np.bincount(bucket, minlength=self._buckets), out=starts[1:])
        self._codes, self._order, self._starts = codes.data, order.data, starts.data
        self.nbytes = order.nbytes + starts.nbytes

    def rows(self, code: int) -> Sequence[int]:
        """The rows whose texts differ from that of `code` inside confusion classes at most."""
        starts = self._starts
        bucket = (code & CLASSES) % self._buckets
        first, last = starts[bucket], starts[bucket + 1]
        if first == last:
            return ()
        codes = self._codes
        return [row for row in self._order[first:last] if not (codes[row] ^ code) & CLASSES]
