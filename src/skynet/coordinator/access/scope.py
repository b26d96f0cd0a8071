"""Scopes of tokens and what each opens."""

from __future__ import annotations

from enum import Enum, StrEnum


class Scope(StrEnum):
    """What a token is for. A token has exactly one."""

    EDGE = "edge"
    CONSOLE = "console"
    ADMIN = "admin"


class Access(Enum):
    """What a route demands: any of these scopes. An admin may do all that a console may, but is not a box."""

    EDGE = frozenset({Scope.EDGE})
    CONSOLE = frozenset({Scope.CONSOLE, Scope.ADMIN})
    ADMIN = frozenset({Scope.ADMIN})
    ANY = frozenset(Scope)

    def admits(self, scope: Scope) -> bool:
        return scope in self.value

    def __str__(self) -> str:
        return " or ".join(sorted(self.value))
