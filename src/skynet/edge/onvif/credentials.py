"""User and password of one device; no `repr` shows the password."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    user: str
    password: str = field(repr=False)
