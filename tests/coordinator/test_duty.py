from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from skynet.coordinator.data_dir import DataDir
from skynet.coordinator.storage.database import Database
from skynet.coordinator.storage.duty import duty

pytestmark = pytest.mark.both_databases


def test_a_duty_is_one_holders_at_a_time(site: Path) -> None:
    where = DataDir(site / "data").where
    mine = Database(where)
    others = Database(where) if mine.server is not None else mine
    with duty(mine, "retention") as held:
        assert held
        with duty(others, "retention") as second, duty(others, "escalation") as another:
            assert (second, another) == (False, True)
    with suppress(ZeroDivisionError), duty(others, "retention") as held:
        assert held
        raise ZeroDivisionError
    with duty(mine, "retention") as held:
        assert held
    mine.close()
    others.close()
