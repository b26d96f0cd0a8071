"""What the servers are put under: batches as fast as they are taken, and consoles that poll while alerts come in."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from skynet.cli.bench.coordinator.served import Served
from skynet.cli.bench.coordinator.wire_client import WireClient
from skynet.domain.ids import uuid7

BATCH = 50
BOX = "bench-box"
_PICTURE = b"\xff\xd8\xff" + bytes(64)
_SHA256 = hashlib.sha256(_PICTURE).hexdigest()


def alert() -> dict[str, object]:
    """As a box sends it, with a snapshot that is there already."""
    now = time.time()
    at = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")
    snapshot = {"sha256": _SHA256, "media_type": "image/jpeg", "bytes": len(_PICTURE), "width": 8, "height": 8}
    track = {"track_id": 7, "label": "person", "score": 0.91, "box": [0.1, 0.2, 0.3, 0.4], "started_at": at}
    place = {"box_id": BOX, "camera_id": "gate-3", "rule_id": "closed-hours", "place": "yard"}
    times = {"occurred_at": at, "raised_at": at}
    kind = {"kind": "zone_entry", "severity": "high"}
    return {"id": str(uuid7(now)), **place, **kind, **times, "track": track, "snapshot": snapshot}


def batch(count: int = BATCH) -> bytes:
    return json.dumps({"box_id": BOX, "alerts": [alert() for _ in range(count)]}).encode()


async def give_picture(served: Served) -> None:
    client = await WireClient.connect(served.port, served.edge)
    await client.ask("PUT", f"/api/v1/edge/snapshots/{_SHA256}", _PICTURE, "image/jpeg")
    client.close()


async def ingest(served: Served, batches: int, senders: int = 4) -> float:
    """Alerts a second that are taken and durable, from `senders` boxes at once."""
    bodies = [batch() for _ in range(batches)]
    clients = [await WireClient.connect(served.port, served.edge) for _ in range(senders)]

    async def send(client: WireClient) -> None:
        while bodies:
            await client.ask("POST", "/api/v1/edge/alerts", bodies.pop())

    began = time.perf_counter()
    await asyncio.gather(*map(send, clients))
    took = time.perf_counter() - began
    for client in clients:
        client.close()
    return batches * BATCH / took


@dataclass
class Polled:
    """Seconds each; `delivered` counts alerts in answers, `cpu_s` is the server's."""

    polls_s: list[float] = field(default_factory=list)
    arrivals_s: list[float] = field(default_factory=list)
    delivered: int = 0
    late: int = 0
    """Polls that began more than a second after their time: the console did not keep its pace."""
    cpu_s: float = 0.0


async def consoles(served: Served, count: int, rate: int, duration_s: float) -> Polled:
    """`count` consoles poll once a second, one more waits with a long poll, `rate` alerts a second come in."""
    polled = Polled()
    sent: dict[str, float] = {}
    ends = time.perf_counter() + duration_s
    before = served.cpu_s()
    starting = await _cursor(served)
    await asyncio.gather(
        _push(served, rate, ends, sent),
        _wait(served, starting, ends, sent, polled),
        *(_poll(served, starting, ends, polled) for _ in range(count)),
    )
    polled.cpu_s = served.cpu_s() - before
    return polled


async def _cursor(served: Served) -> str:
    """Behind all that is there."""
    client = await WireClient.connect(served.port, served.console)
    cursor, more = "", True
    while more:
        page = json.loads(await client.ask("GET", "/api/v1/alerts?limit=500" + cursor))
        cursor, more = f"&cursor={page['next_cursor']}", page["has_more"]
    client.close()
    return cursor


async def _push(served: Served, rate: int, ends: float, sent: dict[str, float]) -> None:
    client = await WireClient.connect(served.port, served.edge)
    due = time.perf_counter()
    while due < ends:
        alerts = [alert() for _ in range(BATCH)]
        body = json.dumps({"box_id": BOX, "alerts": alerts}).encode()
        sent.update(dict.fromkeys((str(item["id"]) for item in alerts), time.perf_counter()))
        await client.ask("POST", "/api/v1/edge/alerts", body)
        due += BATCH / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
    client.close()


async def _wait(served: Served, cursor: str, ends: float, sent: dict[str, float], polled: Polled) -> None:
    client = await WireClient.connect(served.port, served.console)
    while time.perf_counter() < ends:
        page = json.loads(await client.ask("GET", f"/api/v1/alerts?limit=500&wait=1{cursor}"))
        now = time.perf_counter()
        polled.arrivals_s += [now - sent[item["alert"]["id"]] for item in page["items"] if item["alert"]["id"] in sent]
        polled.delivered += len(page["items"])
        cursor = f"&cursor={page['next_cursor']}"
    client.close()


async def _poll(served: Served, cursor: str, ends: float, polled: Polled) -> None:
    client = await WireClient.connect(served.port, served.console)
    due = time.perf_counter() + random.random()  # noqa: S311 - spreads the consoles over the second
    while due < ends:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        began = time.perf_counter()
        polled.late += began - due > 1
        content = await client.ask("GET", f"/api/v1/alerts?limit=500{cursor}")
        polled.polls_s.append(time.perf_counter() - began)
        # Not parsed, which would cost more here than the answer did there.
        polled.delivered += content.count(b'"rule_id"')
        cursor = f"&cursor={_next_cursor(content)}"
        due += 1.0
    client.close()


def _next_cursor(content: bytes) -> str:
    start = content.rindex(b'"next_cursor":"') + 15
    return content[start : content.index(b'"', start)].decode()


async def plain_ingest(served: Served, count: int, senders: int = 4) -> float:
    """Alerts a second that the plain design takes, one a request."""
    bodies = [json.dumps(alert()).encode() for _ in range(count)]
    clients = [await WireClient.connect(served.port, served.edge) for _ in range(senders)]

    async def send(client: WireClient) -> None:
        while bodies:
            await client.ask("POST", "/alerts", bodies.pop())

    began = time.perf_counter()
    await asyncio.gather(*map(send, clients))
    took = time.perf_counter() - began
    for client in clients:
        client.close()
    return count / took


async def plain_consoles(served: Served, count: int, rate: int, duration_s: float) -> Polled:
    """The same for the plain design, whose consoles ask for the newest hundred again and again."""
    polled = Polled()
    ends = time.perf_counter() + duration_s
    before = served.cpu_s()
    stored = 0

    async def push(share: int) -> None:
        nonlocal stored
        client = await WireClient.connect(served.port, served.edge)
        due = time.perf_counter()
        while due < ends:
            await client.ask("POST", "/alerts", json.dumps(alert()).encode())
            stored += 1
            due += share / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
        client.close()

    async def poll() -> None:
        client = await WireClient.connect(served.port, served.console)
        due = time.perf_counter() + random.random()  # noqa: S311 - spreads the consoles over the second
        seen = 0
        while due < ends:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            began = time.perf_counter()
            polled.late += began - due > 1
            new = stored - seen
            content = await client.ask("GET", f"/alerts?limit={rate}")
            polled.polls_s.append(time.perf_counter() - began)
            # What it had not shown before; the rest of the page is the plain design's waste.
            polled.delivered += min(new, content.count(b'"rule_id"'))
            seen = stored
            due += 1.0
        client.close()

    await asyncio.gather(*(push(4) for _ in range(4)), *(poll() for _ in range(count)))
    polled.cpu_s = served.cpu_s() - before
    return polled


def p95_ms(values: Sequence[float]) -> float:
    return 1000 * sorted(values)[min(len(values) - 1, int(0.95 * len(values)))] if values else 0.0
