"""Roles of people, and what each opens. What no role opens is closed to people."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from skynet.coordinator.access.scope import Access


class Role(StrEnum):
    """What a person does. A person may have several roles."""

    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"
    LIST_OFFICER = "list_officer"
    LIST_APPROVER = "list_approver"
    PLANNER = "planner"
    AUDITOR = "auditor"
    ADMIN = "admin"


_ANYBODY = {Access.ANY, Access.SELF, Access.SESSION}
_DISPATCH = {Access.CONSOLE, Access.CONSOLE_OR_UNIT, Access.FLEET}
OPENS: dict[Role, frozenset[Access]] = {
    Role.DISPATCHER: frozenset(_ANYBODY | _DISPATCH),
    Role.SUPERVISOR: frozenset(_ANYBODY | _DISPATCH | {Access.METRICS}),
    Role.LIST_OFFICER: frozenset(_ANYBODY),
    Role.LIST_APPROVER: frozenset(_ANYBODY),
    Role.PLANNER: frozenset(_ANYBODY | {Access.FLEET, Access.PLANNING}),
    Role.AUDITOR: frozenset(_ANYBODY | {Access.AUDIT}),
    Role.ADMIN: frozenset(
        _ANYBODY
        | {Access.FLEET, Access.PLANNING, Access.METRICS, Access.HOLDS, Access.TOKENS, Access.USERS, Access.ADMIN}
    ),
}
"""The whole table. An admin sets up the service and the people, and sees neither alerts nor the ledger: who grants
access is not who uses it, nor who checks it."""


def opened(roles: Iterable[Role], access: Access) -> bool:
    """Whether one of `roles` opens `access`."""
    return any(access in OPENS[role] for role in roles)
