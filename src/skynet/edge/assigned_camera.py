"""From what the coordinator assigns to what a box watches."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from skynet.domain.camera_assignment import CameraAssignment
from skynet.edge.camera_logins import CameraLogin
from skynet.edge.config import CameraConfig


class AssignmentError(Exception):
    """A camera cannot be watched as it is assigned. One line: what is wrong and how to mend it."""


def camera_config(assigned: CameraAssignment, logins: Mapping[str, CameraLogin]) -> CameraConfig:
    """The camera with its login. Raises AssignmentError."""
    login = None
    if assigned.login is not None:
        login = logins.get(assigned.login)
        if login is None:
            raise AssignmentError(
                f"camera {assigned.id}: this box has no login '{assigned.login}'; add it to its camera_logins file"
            )

    def address(url: str) -> SecretStr:
        return SecretStr(login.into(url) if login else url)

    secure = any(url and url.startswith("rtsps:") for url in (assigned.source, assigned.sub_source))
    return CameraConfig(
        id=assigned.id,
        name=assigned.name,
        site=assigned.site,
        source=address(assigned.source),
        sub_source=address(assigned.sub_source) if assigned.sub_source else None,
        transport=assigned.transport,
        verify_tls=assigned.verify_tls or not secure,
        analysis_fps=assigned.analysis_fps,
        zones=assigned.rules.zones,
        lines=assigned.rules.lines,
        rules=assigned.rules.rules,
        privacy_masks=assigned.privacy_masks,
        declared=assigned.declared,
    )
