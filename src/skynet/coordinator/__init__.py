"""The coordinator: takes alerts, pictures and signs of life from boxes, keeps them, and serves the consoles that poll.

`routes/` is thin HTTP, one file a resource; a route calls one service (`alerts/`, `registry/`, `snapshots/`,
`access/`); a service holds the rule and one transaction; SQL stays in `storage/`. Wiring happens in `app.py` only.
"""

from skynet.coordinator.app import create_app
from skynet.coordinator.data_dir import DataDir
from skynet.coordinator.settings import Settings

__all__ = ["DataDir", "Settings", "create_app"]
