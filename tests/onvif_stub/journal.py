"""What a stub was asked: each request in its order, for tests to look at."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree


@dataclass
class Call:
    """One request. `levels` holds the logins that came with it (token, digest, basic), `outcome` how it ended."""

    at_s: float
    port: int
    method: str
    target: str
    host: str
    service: str = ""
    action: str = ""
    body: etree._Element | None = None
    levels: set[str] = field(default_factory=set)
    outcome: str = ""

    def text(self, local_name: str) -> str | None:
        """The text of the first element of that name in the body, None where there is none."""
        if self.body is None:
            return None
        return next((element.text or "" for element in self.body.iter(f"{{*}}{local_name}")), None)


class Journal:
    """Thread-safe; `wait` returns as soon as what is waited for was asked."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.refused_logins = 0
        self._recent: deque[float] = deque()
        self._changed = threading.Condition()

    def add(self, call: Call) -> int:
        """Puts the call down and returns how many came in the second up to it."""
        with self._changed:
            self.calls.append(call)
            self._recent.append(call.at_s)
            while self._recent[0] <= call.at_s - 1.0:
                self._recent.popleft()
            return len(self._recent)

    def close(self, call: Call, outcome: str) -> None:
        with self._changed:
            call.outcome = outcome
            self._changed.notify_all()

    def named(self, action: str, outcome: str | None = None) -> list[Call]:
        """The calls of that action, of all outcomes or of one: answered, fault, refused."""
        with self._changed:
            return [call for call in self.calls if call.action == action and outcome in (None, call.outcome)]

    def with_both_levels(self) -> list[Call]:
        """Calls that carried a token and an HTTP login at once, which ONVIF asks clients not to do."""
        return [call for call in self.calls if "token" in call.levels and len(call.levels) > 1]

    def with_login(self) -> list[Call]:
        return [call for call in self.calls if call.levels]

    def wait(self, action: str, outcome: str = "answered", at_least: int = 1, timeout_s: float = 5.0) -> list[Call]:
        self.wait_until(
            lambda: len(self.named(action, outcome)) >= at_least, f"{at_least} × {action} {outcome}", timeout_s
        )
        return self.named(action, outcome)

    def wait_until(self, true: Callable[[], bool], what: str, timeout_s: float = 5.0) -> None:
        with self._changed:
            assert self._changed.wait_for(true, timeout_s), f"not seen in time: {what}; seen: {self._names()}"

    def _names(self) -> str:
        return ", ".join(f"{call.action or call.target} {call.outcome}" for call in self.calls[-20:])
