"""One hub a test, ended after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skynet.domain import SystemClock
from skynet.media.rtsp import RtspHub


@pytest.fixture
def hub() -> Iterator[RtspHub]:
    hub = RtspHub(SystemClock())
    yield hub
    hub.close(30)
    assert hub._thread is None
