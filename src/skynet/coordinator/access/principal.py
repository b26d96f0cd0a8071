"""Who is asking, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from skynet.coordinator.access.scope import Scope
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.audit_rows import AuditNote
from skynet.domain.area import EVERYWHERE, lies_in


@dataclass(frozen=True, slots=True)
class Principal:
    """The holder of a token or a person with a session (`token_id` is its id), for one request. `purpose` is what the
    X-Purpose header said, None without one."""

    token_id: str
    name: str
    scope: Scope | None
    """None for a person, whom roles open doors."""
    purpose: str | None
    areas: tuple[str, ...] = (EVERYWHERE,)
    """What it may see lies in one of these (`skynet.domain.area`)."""
    bound_to: str | None = None
    """The one box or unit that the holder speaks for, None when it is bound to none."""

    user_id: str | None = None
    """The person who asks, None for the holder of a token."""

    @property
    def person(self) -> str | None:
        """The login of the person who asks; what a holder of a token says of themselves is not known to be true."""
        return self.name if self.user_id is not None else None

    @property
    def actor(self) -> str:
        """How the audit ledger names who asks: scope, name and id of the token, or the user with login and id."""
        if self.user_id is not None:
            return f"user:{self.name}:{self.user_id}"
        return f"{self.name}:{self.token_id}" if self.scope is None else f"{self.scope}:{self.name}:{self.token_id}"

    @property
    def everywhere(self) -> bool:
        return EVERYWHERE in self.areas

    def sees(self, area: str) -> bool:
        """Whether what lies in `area` is for these eyes."""
        return any(lies_in(area, outer) for outer in self.areas)

    def sees_all(self, areas: Iterable[str]) -> bool:
        """Whether all of `areas` lie within the principal's."""
        return all(self.sees(area) for area in areas)

    def require_box(self, box_id: str) -> None:
        """Raises ProblemError: forbidden, when the holder speaks for another box."""
        if self.bound_to is not None and self.bound_to != box_id:
            raise ProblemError(
                ProblemType.FORBIDDEN, f"the token speaks for box '{self.bound_to}', this is of box '{box_id}'"
            )

    def note(self, action: str, subject: str, **detail: object) -> AuditNote:
        """What this principal did, for the ledger."""
        return AuditNote(self.actor, action, subject, self.purpose, detail)
