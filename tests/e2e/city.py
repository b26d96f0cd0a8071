"""A small city for end-to-end tests: a coordinator, a box and a console, real processes on loopback."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import yaml

from skynet.cli.demo.child_process import ChildProcess

ROOT = Path(__file__).parents[2]
STREAMS = ROOT / "sample_streams"

EVERYTHING_THAT_COMES = {
    "zones": {"all": [[0, 0], [1, 0], [1, 1], [0, 1]]},
    "rules": [{"id": "comes", "kind": "zone_entry", "zone": "all", "min_inside_s": 0}],
}
"""Rules by which every track raises one alert."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: str, happened: Callable[[], Any], within_s: float = 30.0) -> Any:
    """Wait until `happened` gives something true and return it; fail by name when it does not."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if result := happened():
            return result
        time.sleep(0.1)
    raise AssertionError(f"did not happen within {within_s:.0f} s: {what}")


class City:
    """Programs keep their data below `home`; each can be stopped, killed and started again on its port."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port, self.health_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._data, self._tokens = home / "coordinator", home / "tokens"
        self._running: dict[str, ChildProcess] = {}
        init = ChildProcess(
            "init",
            ["coordinator", "init", "--data-dir", str(self._data), "--tokens-dir", str(self._tokens)],
            home / "init.log",
        )
        wait_for("coordinator init", lambda: init.ended)
        assert init.returncode == 0, init.last_words()

    def start_coordinator(self) -> None:
        args = ["coordinator", "serve", "--data-dir", str(self._data), "--port", str(self.port)]
        program = self._running["coordinator"] = ChildProcess("coordinator", args, self.home / "coordinator.log")

        def healthy() -> bool:
            assert not program.ended, program.last_words(20)
            try:
                return httpx.get(f"{self.url}/healthz", trust_env=False).status_code == httpx.codes.OK
            except httpx.HTTPError:
                return False

        wait_for("coordinator is healthy", healthy)

    def start_edge(self, cameras: list[dict[str, Any]], *, assigns_cameras: bool = False, **settings: Any) -> None:
        """`settings` are further sections of the box's configuration."""
        token = str(self._tokens / "edge.token")
        config = {
            "box_id": "box-1",
            "coordinator": {"url": self.url, "token_file": token, "assigns_cameras": assigns_cameras},
            "data_dir": str(self.home / "edge"),
            "detector": "motion",
            "plates": False,
            "health": {"port": self.health_port},
            "cameras": cameras,
            **settings,
        }
        path = self.home / "edge.yaml"
        path.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
        self._running["edge"] = ChildProcess("edge", ["edge", "run", "--config", str(path)], self.home / "edge.log")

    def log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def stop(self, name: str) -> int | None:
        program = self._running.pop(name)
        program.stop()
        return program.returncode

    def kill(self, name: str) -> None:
        """SIGKILL: no chance to tidy up."""
        program = self._running.pop(name)
        os.kill(program.pid, signal.SIGKILL)
        wait_for(f"{name} is dead", lambda: program.ended)

    def close(self) -> None:
        for name in ("edge", "coordinator"):
            if name in self._running:
                self.stop(name)

    def console(self) -> httpx.Client:
        return self._client("console")

    def admin(self) -> httpx.Client:
        return self._client("admin")

    def _client(self, scope: str) -> httpx.Client:
        token = (self._tokens / f"{scope}.token").read_text(encoding="ascii").strip()
        return httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False
        )

    def alerts(self) -> list[dict[str, Any]]:
        """Everything in the feed, from its beginning, by cursor."""
        found: list[dict[str, Any]] = []
        params: dict[str, str | int] = {"limit": 50}
        with self.console() as console:
            while True:
                page = console.get("/api/v1/alerts", params=params).raise_for_status().json()
                found += page["items"]
                if not page["has_more"]:
                    return found
                params["cursor"] = page["next_cursor"]

    def record(self, alert_id: str) -> dict[str, Any]:
        """An alert as the coordinator keeps it now."""
        with self.console() as console:
            return dict(console.get(f"/api/v1/alerts/{alert_id}").raise_for_status().json())

    def clip(self, alert_id: str) -> bytes:
        with self.console() as console:
            return console.get(f"/api/v1/alerts/{alert_id}/clip").raise_for_status().content

    def snapshot(self, item: dict[str, Any]) -> bytes:
        """The picture that an alert of the feed names."""
        with self.console() as console:
            return console.get(f"/api/v1/snapshots/{item['alert']['snapshot']['sha256']}").raise_for_status().content

    def edge_metrics(self) -> str:
        return httpx.get(f"http://127.0.0.1:{self.health_port}/metrics", trust_env=False).raise_for_status().text

    def edge_health(self) -> dict[str, Any]:
        """The box's own view of itself, `{}` while it does not answer."""
        try:
            answer = httpx.get(f"http://127.0.0.1:{self.health_port}/health", trust_env=False)
            return dict(answer.json())
        except httpx.HTTPError:
            return {}

    def camera(self, camera_id: str) -> dict[str, Any]:
        """A camera's health as the box sees it, `{}` while the box does not answer."""
        cameras = self.edge_health().get("cameras", [])
        return next((c for c in cameras if c["camera"]["id"] == camera_id), {})
