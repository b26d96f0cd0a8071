"""Scopes of tokens and what each opens."""

# ruff: noqa: PIE796  (members with the same scopes are different ones: see Access.__new__)
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
    """What a route demands: any of these scopes of a token, or a role that opens it (`skynet.coordinator.access.role`).
    A token for admins may do all that one for consoles may, but is no box and no unit."""

    def __new__(cls, scopes: frozenset[Scope]) -> Access:
        """Members with the same scopes stay different ones: roles tell them apart."""
        member = object.__new__(cls)
        member._value_ = len(cls.__members__)
        member.scopes = scopes
        return member

    scopes: frozenset[Scope]

    EDGE = frozenset({Scope.EDGE})
    UNIT = frozenset({Scope.UNIT})
    CAPTURE = frozenset({Scope.CAPTURE})
    CONSOLE = frozenset({Scope.CONSOLE, Scope.ADMIN})
    CONSOLE_OR_UNIT = frozenset({Scope.CONSOLE, Scope.UNIT, Scope.ADMIN})
    ADMIN = frozenset({Scope.ADMIN})
    FLEET = frozenset({Scope.CONSOLE, Scope.ADMIN})
    """How cameras and boxes are doing, and what is registered of them."""
    PLANNING = frozenset({Scope.ADMIN})
    """Changing the register of sites and cameras."""
    AUDIT = frozenset({Scope.ADMIN})
    METRICS = frozenset({Scope.CONSOLE, Scope.ADMIN})
    HOLDS = frozenset({Scope.ADMIN})
    """Legal holds, which are of the whole coordinator."""
    TOKENS = frozenset({Scope.ADMIN})
    USERS = frozenset({Scope.ADMIN})
    SESSION = frozenset[Scope]()
    """One's own session: people only."""
    SELF = frozenset(Scope)
    """Who am I."""
    ANY = frozenset(Scope)

    def admits(self, scope: Scope) -> bool:
        return scope in self.scopes

    @property
    def everywhere(self) -> bool:
        """Whether only who may see everywhere has it: ledger, metrics and holds are of the whole coordinator."""
        return self in (Access.AUDIT, Access.METRICS, Access.HOLDS)

    def __str__(self) -> str:
        return " or ".join(sorted(self.scopes))
