"""Who is asking, and why."""

from __future__ import annotations

from dataclasses import dataclass

from skynet.coordinator.access.scope import Scope
from skynet.coordinator.storage.audit_rows import AuditNote
from skynet.domain.area import EVERYWHERE


@dataclass(frozen=True, slots=True)
class Principal:
    """The holder of a token, for one request. `purpose` is what the X-Purpose header said, None without one."""

    token_id: str
    name: str
    scope: Scope
    purpose: str | None
    areas: tuple[str, ...] = (EVERYWHERE,)
    """What it may see lies in one of these (`skynet.domain.area`)."""
    bound_to: str | None = None
    """The one box or unit that the holder speaks for, None when it is bound to none."""

    @property
    def actor(self) -> str:
        """How the audit ledger names the holder: scope, name and id of the token."""
        return f"{self.scope}:{self.name}:{self.token_id}"

    def note(self, action: str, subject: str, **detail: object) -> AuditNote:
        """What this principal did, for the ledger."""
        return AuditNote(self.actor, action, subject, self.purpose, detail)
