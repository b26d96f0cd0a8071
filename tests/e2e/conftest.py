from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.city import City


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    """An initialised coordinator and a box, neither started yet; both are stopped afterwards."""
    city = City(tmp_path)
    try:
        yield city
    finally:
        city.close()
