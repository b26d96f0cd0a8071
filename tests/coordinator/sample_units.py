"""Units, their devices and their fixes, as tests use them."""

from __future__ import annotations

from typing import Any

from skynet.coordinator.timestamp import from_ms, rfc3339
from tests.coordinator.desk_coordinator import DeskCoordinator

HOME = (31.87, 117.28)
"""Where the sample site stands."""


def unit(unit_id: str = "car-7", **changes: Any) -> dict[str, Any]:
    return {
        "id": unit_id,
        "call_sign": "庐阳-07",
        "kind": "car",
        "area": "合肥/庐阳区",
        "capabilities": ["traffic"],
        "members": ["王警官", "李警官"],
    } | changes


def put_unit(desk: DeskCoordinator, value: dict[str, Any], etag: str | None = None) -> Any:
    headers = {} if etag is None else {"If-Match": etag}
    return desk.call("PUT", f"/api/v1/units/{value['id']}", "admin", json=value, headers=headers)


def set_status(desk: DeskCoordinator, unit_id: str, status: str, scope: str = "console") -> Any:
    return desk.call("PUT", f"/api/v1/units/{unit_id}/status", scope, json={"status": status})


def token(desk: DeskCoordinator, unit_id: str | None, name: str = "device") -> str:
    """Make a token of scope unit and remember it under the unit's id, or under `name`; how `call` names it."""
    wanted = {"name": name, "scope": "unit", "bound_to": unit_id}
    answer = desk.call("POST", "/api/v1/tokens", "admin", json=wanted)
    assert answer.status_code == 201, answer.text
    desk.tokens[unit_id or name] = answer.json()["token"]
    return unit_id or name


def on_duty(desk: DeskCoordinator, unit_id: str = "car-7", **changes: Any) -> str:
    """Register a unit, give its device a token and sign it on; how `call` names the token."""
    assert put_unit(desk, unit(unit_id, **changes)).status_code == 201
    device = token(desk, unit_id)
    assert set_status(desk, unit_id, "available", device).status_code == 200
    return device


def fix(desk: DeskCoordinator, latitude: float, longitude: float, after_s: float = 0, **changes: Any) -> dict[str, Any]:
    """A fix so many seconds after the test's clock."""
    at = rfc3339(from_ms(int((desk.clock.posix_s + after_s) * 1000)))
    return {"at": at, "latitude": latitude, "longitude": longitude} | changes


def report(desk: DeskCoordinator, device: str, *fixes: dict[str, Any]) -> Any:
    return desk.call("POST", f"/api/v1/units/{device}/positions", device, json={"positions": list(fixes)})


def north_of(place: tuple[float, float], metres: float) -> tuple[float, float]:
    return place[0] + metres / 111_195.0, place[1]
