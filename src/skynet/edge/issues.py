"""What is wrong with the box right now, apart from its cameras: said once when it begins, once when it ends."""

from __future__ import annotations

import logging
import threading

log = logging.getLogger(__name__)


class Issues:
    """Open issues by name. Thread-safe. A grave one means that alerts may be lost, so the box calls itself unwell."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, tuple[str, bool]] = {}

    def open(self, name: str, text: str, *, grave: bool = False) -> None:
        """`text` is one line: what is wrong and how to mend it."""
        with self._lock:
            before = self._open.get(name)
            self._open[name] = (text, grave)
        if before is None or before[0] != text:
            log.log(logging.ERROR if grave else logging.WARNING, "%s: %s", name, text)

    def close(self, name: str) -> None:
        with self._lock:
            known = self._open.pop(name, None)
        if known:
            log.info("%s: well again", name)

    def lines(self) -> list[str]:
        with self._lock:
            return [f"{name}: {text}" for name, (text, _) in sorted(self._open.items())]

    @property
    def grave(self) -> bool:
        with self._lock:
            return any(grave for _, grave in self._open.values())
