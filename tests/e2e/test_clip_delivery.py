"""From a ring on the box to a clip that a console can fetch from a real coordinator."""

from __future__ import annotations

import random
import time
from pathlib import Path

import httpx
import pytest

from skynet.coordinator import setup
from skynet.coordinator.data_dir import DataDir
from skynet.domain import SystemClock
from skynet.edge.clip_desk import ClipDesk
from skynet.edge.clip_store import ClipStore
from skynet.edge.clip_uplink import ClipUplink
from skynet.edge.coordinator_client import CoordinatorClient
from skynet.edge.issues import Issues
from skynet.edge.outbox import Outbox
from skynet.edge.uplink import Uplink
from skynet.media import PacketRing
from tests.coordinator.coordinator_process import CoordinatorProcess
from tests.edge.alerts import sha256
from tests.edge.test_clip_desk import START, promised
from tests.media.clips import read_packets, write_clip
from tests.media.played_clip import boxes

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]
PLENTY = 1 << 40


def test_a_promised_clip_reaches_the_coordinator_after_its_alert(tmp_path: Path) -> None:
    clock, issues, chance = SystemClock(), Issues(), random.Random(1)
    setup.initialise(DataDir(tmp_path / "data"), clock, "cli:test", tmp_path / "tokens")
    outbox = Outbox(tmp_path / "outbox", max_bytes=PLENTY, min_free_bytes=0, free_bytes=lambda: PLENTY)
    store = ClipStore(tmp_path / "clips", max_bytes=PLENTY, min_free_bytes=0, free_bytes=lambda: PLENTY)
    ring = PacketRing(1 << 26, 600)
    for packet in read_packets(write_clip(tmp_path / "c.ts", frames=200, gop=25, b_frames=2)):
        ring.append(packet)
    with CoordinatorProcess(tmp_path) as coordinator:
        coordinator.start()
        client = CoordinatorClient(coordinator.url, lambda: coordinator.token("edge"), clock)
        uplink = Uplink(outbox, client, issues, clock, chance)
        clip_uplink = ClipUplink(store, outbox, client, issues, clock, chance)
        desk = ClipDesk(store, issues, clock)
        outbox.on_put(uplink.wake)
        store.on_put(clip_uplink.wake)
        desk.start()
        clip_uplink.start()  # first, so that it has to wait for its alert
        raised = promised(START + 3, before=2, after=2)
        outbox.put(raised, None)
        desk.request(raised, ring, [])
        uplink.start()
        deadline = time.monotonic() + 30
        while not clip_uplink.figures.delivered and time.monotonic() < deadline:
            time.sleep(0.01)
        desk.stop(5)
        clip_uplink.stop(5)
        uplink.stop(5)
        assert issues.lines() == []
        url = f"{coordinator.url}/api/v1/alerts/{raised.id}"
        headers = coordinator.headers("console")
        record = httpx.get(url, headers=headers).json()
        answer = httpx.get(f"{url}/clip", headers=headers)
    client.close()
    outbox.close()
    assert answer.status_code == 200
    assert sha256(answer.content) == record["clip"]["sha256"]
    assert boxes(answer.content)[:3] == ["ftyp", "moov", "moof"]
    assert (record["clip"]["codec"], record["clip"]["width"], record["clip"]["height"]) == ("h264", 160, 120)
    assert record["clip"]["starts_at"] == "1970-01-01T00:16:41.000Z"
    assert store.figures().pending == 0
