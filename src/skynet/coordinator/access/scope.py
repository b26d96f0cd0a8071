"""Scopes of tokens and what each opens."""

from __future__ import annotations

from enum import Enum, StrEnum


class Scope(StrEnum):
    """What a token is for. A token has exactly one."""

    EDGE = "edge"
    UNIT = "unit"
    """The device of a patrol unit."""
    CAPTURE = "capture"
    """A checkpoint or red-light system of others."""
    CONSOLE = "console"
    ADMIN = "admin"


class Access(Enum):
    """What a route demands: any of these scopes. An admin may do all that a console may, but is no box and no unit."""

    EDGE = frozenset({Scope.EDGE})
    UNIT = frozenset({Scope.UNIT})
    CAPTURE = frozenset({Scope.CAPTURE})
    CONSOLE = frozenset({Scope.CONSOLE, Scope.ADMIN})
    CONSOLE_OR_UNIT = frozenset({Scope.CONSOLE, Scope.UNIT, Scope.ADMIN})
    ADMIN = frozenset({Scope.ADMIN})
    ANY = frozenset(Scope)

    def admits(self, scope: Scope) -> bool:
        return scope in self.value

    def __str__(self) -> str:
        return " or ".join(sorted(self.value))
