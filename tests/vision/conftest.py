"""Where the shared third-party material lies, for the tests that use it; they skip where it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def shared_data() -> Path:
    """`$SKYNET_SHARED_DATA`, or `../shared/data` beside the checkout."""
    folder = Path(os.environ.get("SKYNET_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the shared data folder is absent")
    return folder
