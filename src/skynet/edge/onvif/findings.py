"""What a device got wrong and how we got by, each once, in the order in which it was met."""

from __future__ import annotations

MAX_FINDINGS = 64


class Findings:
    def __init__(self) -> None:
        self._lines: dict[str, None] = {}

    def note(self, line: str) -> None:
        if len(self._lines) < MAX_FINDINGS:
            self._lines.setdefault(line)

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self._lines)
