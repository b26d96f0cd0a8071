"""The coordinator's application called in this process, over ASGI, without a socket."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Self

import httpx
from argon2 import PasswordHasher

from skynet.coordinator import Settings, create_app
from skynet.coordinator.access.passwords import Passwords
from tests.coordinator.hand_clock import HandClock


def quick_passwords() -> Passwords:
    """Real argon2id with next to no work, so that tests do not wait for it."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class DeskCoordinator:
    def __init__(self, site: Path, **settings: Any) -> None:
        self.site = site
        self.clock = HandClock()
        self.base_url = "http://coordinator"
        settings = {"passwords": quick_passwords()} | settings
        self.app = create_app(Settings(site / "data", clock=self.clock, **settings))
        self.tokens = {path.stem: path.read_text().strip() for path in (site / "tokens").iterdir()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.app.state.parts.database.close()

    def call(self, method: str, path: str, scope: str | None = None, **request: Any) -> httpx.Response:
        """One request with the token of `scope`; an unhandled exception shows as the 500 that a client would see."""
        return asyncio.run(self.acall(method, path, scope, **request))

    async def acall(self, method: str, path: str, scope: str | None = None, **request: Any) -> httpx.Response:
        headers = dict(request.pop("headers", {}))
        if scope is not None:
            headers["Authorization"] = f"Bearer {self.tokens[scope]}"
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=self.base_url) as client:
            return await client.request(method, path, headers=headers, **request)

    def send(self, *alerts: dict[str, Any], box_id: str = "box-1") -> dict[str, Any]:
        """Post a batch that must be taken; the answer."""
        answer = self.call("POST", "/api/v1/edge/alerts", "edge", json={"box_id": box_id, "alerts": list(alerts)})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def audit(self) -> list[dict[str, Any]]:
        """The whole ledger (reading it adds an entry that is not in the answer)."""
        answer = self.call("GET", "/api/v1/audit?limit=500", "admin")
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]
