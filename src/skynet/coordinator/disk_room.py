"""A full disk, told to the sender as what it is."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from skynet.coordinator.problem import ProblemError, ProblemType

DISK_FULL = {errno.ENOSPC, errno.EDQUOT}


@contextmanager
def disk_room(what: str) -> Iterator[None]:
    """Around writes of `what` ("the picture"). Raises ProblemError: storage-full. Other errors pass."""
    try:
        yield
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise
        raise ProblemError(
            ProblemType.STORAGE_FULL, f"no room for {what}; it was not kept, send it again later"
        ) from error
