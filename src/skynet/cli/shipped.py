"""Files that ship with Skynet: beside the sources in a checkout, inside the package in an installed wheel."""

from __future__ import annotations

from pathlib import Path

import skynet
from skynet.domain.errors import WorkFailedError

_PACKAGE = Path(skynet.__file__).parent


def shipped_file(relative: str) -> Path:
    """The absolute path of `relative`, e.g. `configs/demo.yaml`. Raises WorkFailedError when it did not come along."""
    for root in (_PACKAGE.parent.parent, _PACKAGE):
        if (root / relative).exists():
            return root / relative
    raise WorkFailedError(f"{relative} is missing from this installation; install Skynet again or work in a checkout")
