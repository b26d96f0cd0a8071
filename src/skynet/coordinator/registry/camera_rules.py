"""What stands in the way of a change to a registered camera."""

from __future__ import annotations

from sqlalchemy import Connection

from skynet.coordinator.problem import ProblemError, ProblemType
from skynet.coordinator.storage.registered_camera_rows import RegisteredCameraRows
from skynet.coordinator.storage.site_rows import SiteRows
from skynet.domain.camera_assignment import MAX_ASSIGNED
from skynet.domain.registered_camera import MOVES, RegisteredCamera, RegistryState, missing_for_activation
from skynet.domain.site import Site


def site_of(connection: Connection, camera: RegisteredCamera) -> Site:
    """The camera's site. Raises ProblemError: invalid."""
    row = SiteRows(connection).get(camera.site)
    if row is None:
        message = f"no site is registered as '{camera.site}'; register it first"
        raise _invalid("site", message)
    return Site.model_validate_json(row["body"])


def require_activatable(camera: RegisteredCamera, site: Site) -> None:
    """Raises ProblemError: activation-refused, with everything that is missing at once."""
    if missing := missing_for_activation(camera, site):
        raise ProblemError(
            ProblemType.ACTIVATION_REFUSED,
            "; ".join(f"{item.field}: {item.message}" for item in missing),
            members={"errors": list(missing)},
        )


def require_move(before: RegistryState, after: RegistryState) -> None:
    """Raises ProblemError: state-conflict."""
    if after in MOVES[before]:
        return
    ways = " or ".join(sorted(MOVES[before])) or "nothing: a retired camera stays so"
    raise ProblemError(ProblemType.STATE_CONFLICT, f"the camera is {before}; from there it can become {ways}")


def require_box_room(connection: Connection, box_id: str) -> None:
    """Raises ProblemError: state-conflict."""
    if RegisteredCameraRows(connection).count_of_box(box_id) >= MAX_ASSIGNED:
        raise ProblemError(
            ProblemType.STATE_CONFLICT, f"box '{box_id}' has {MAX_ASSIGNED} cameras, the most it may have"
        )


def require_whole_addresses(camera: RegisteredCamera) -> None:
    """Raises ProblemError: invalid when an address is one that was shown with its secrets left out."""
    if hidden := camera.hidden_addresses():
        raise _invalid(hidden[0], "ends in ?***, the mark of what is not shown; write the address as the camera has it")


def _invalid(field: str, message: str) -> ProblemError:
    return ProblemError(
        ProblemType.INVALID, f"{field}: {message}", members={"errors": [{"field": field, "message": message}]}
    )
