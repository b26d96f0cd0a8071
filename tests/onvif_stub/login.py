"""A camera's account."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Login:
    user: str = "admin"
    password: str = field(default="Dahlia-73!&<", repr=False)
