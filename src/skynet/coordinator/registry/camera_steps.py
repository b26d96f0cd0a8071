"""The steps that a registered camera can take, and what stands in the way of each. Pure but for `site_of`."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from skynet.coordinator.access.principal import Principal
from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.registered_camera_rows import Registration
from skynet.coordinator.storage.site_rows import SiteRows
from skynet.domain.camera_assignment import MAX_ASSIGNED
from skynet.domain.registered_camera import MOVES, RegisteredCamera, RegistryState, missing_for_activation
from skynet.domain.site import Site


def site_of(connection: Connection, camera: RegisteredCamera, principal: Principal) -> Site:
    """The camera's site, in the principal's areas. Raises ProblemError: invalid."""
    row = SiteRows(connection).get(camera.site)
    if row is None or not principal.sees(row["area"]):
        raise invalid_field("site", f"no site is registered as '{camera.site}'; register it first")
    return Site.model_validate_json(row["body"])


def declared(camera: RegisteredCamera, known: Registration | None, site: Site, at_ms: int) -> Registration:
    """The registration with a new declaration. Raises ProblemError: invalid, activation-refused, state-conflict."""
    if known is not None:
        camera = camera.with_hidden_of(known.camera)
    if hidden := camera.hidden_addresses():
        message = "ends in ?***, the mark of what is not shown; write the address as the camera has it"
        raise invalid_field(hidden[0], message)
    if known is None:
        return Registration(camera, RegistryState.DRAFT, 1, None, at_ms)
    if known.state is RegistryState.RETIRED:
        raise ProblemError(ProblemType.STATE_CONFLICT, "the camera is retired; register its successor with another id")
    if known.state is RegistryState.ACTIVE:
        _require_activatable(camera, site)
    return replace(known, camera=camera, version=known.version + 1, changed_ms=at_ms)


def moved(known: Registration, state: RegistryState, site: Site, at_ms: int) -> Registration:
    """The registration in another state; a retired camera is no box's. Raises ProblemError: state-conflict,
    activation-refused."""
    if state not in MOVES[known.state]:
        ways = " or ".join(sorted(MOVES[known.state])) or "nothing else"
        raise ProblemError(ProblemType.STATE_CONFLICT, f"the camera is {known.state}; from there it can become {ways}")
    if state is RegistryState.ACTIVE:
        _require_activatable(known.camera, site)
    box_id = None if state is RegistryState.RETIRED else known.box_id
    return replace(known, state=state, box_id=box_id, version=known.version + 1, changed_ms=at_ms)


def given(known: Registration, box_id: str | None, taken: int, at_ms: int) -> Registration:
    """The registration with another box, which has `taken` cameras. Raises ProblemError: state-conflict."""
    if known.state is RegistryState.RETIRED and box_id is not None:
        raise ProblemError(ProblemType.STATE_CONFLICT, "the camera is retired; no box may have it")
    if box_id is not None and box_id != known.box_id and taken >= MAX_ASSIGNED:
        raise ProblemError(ProblemType.STATE_CONFLICT, f"box '{box_id}' has {taken} cameras, the most it may have")
    return replace(known, box_id=box_id, version=known.version + 1, changed_ms=at_ms)


def invalid_field(field: str, message: str) -> ProblemError:
    """The problem of one field."""
    return ProblemError(
        ProblemType.INVALID, f"{field}: {message}", members={"errors": [{"field": field, "message": message}]}
    )


def _require_activatable(camera: RegisteredCamera, site: Site) -> None:
    """Everything that is missing is told at once."""
    if missing := missing_for_activation(camera, site):
        raise ProblemError(
            ProblemType.ACTIVATION_REFUSED,
            "; ".join(f"{item.field}: {item.message}" for item in missing),
            members={"errors": list(missing)},
        )
