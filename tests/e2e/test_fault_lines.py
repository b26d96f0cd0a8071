"""A short power cut and a short soak: real servers, lines with faults, and what health says of it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.e2e
BENCH = Path(__file__).parents[2] / "scripts" / "bench"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def test_cameras_come_back_from_a_power_cut_a_few_at_a_time() -> None:
    done = load("reconnect_storm").storm(12, outage_s=2.0, slots=3, within_s=30.0)
    assert 0 < done.first_at_once <= 3
    assert 0 < done.most_at_once <= 3


def test_every_outage_is_in_health_and_every_stream_lives_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    module = load("fault_soak")
    monkeypatch.setattr(module, "SETTLED_S", 1.5)
    done = module.soak(9, seconds=4.0, every_s=0.4, seed=1, lasts_s=3.5)
    assert len(done.outages) >= 5
    assert done.not_live == 0
    assert done.unseen == []
    assert done.most_at_once <= 9
