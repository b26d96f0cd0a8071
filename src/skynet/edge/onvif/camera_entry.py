"""The entry of a camera in a box's configuration, out of what a probe chose. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from skynet.edge.onvif.address import Reached
from skynet.edge.onvif.camera_report import CameraReport, Choice

_UNFIT = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class CameraEntry:
    """`logs_in` says whether it needs the user and password, which stand in two environment variables."""

    id: str
    name: str
    site: str
    source: str
    sub_source: str = ""
    logs_in: bool = False
    onvif: str = ""
    """Its device service, where it has events to subscribe to."""

    @property
    def variables(self) -> tuple[str, str]:
        """The environment variables for user and password."""
        stem = self.id.upper().replace("-", "_")
        return f"CAMERA_{stem}_USER", f"CAMERA_{stem}_PASSWORD"

    def yaml(self, indent: int = 2) -> str:
        """The lines of the entry, ending with a line break. No credential stands in it."""
        lines = [f"- id: {_quoted(self.id)}", f"  name: {_quoted(self.name)}", f"  site: {_quoted(self.site)}"]
        lines.append(f"  source: {_quoted(self._address(self.source))}")
        if self.sub_source:
            lines.append(f"  sub_source: {_quoted(self._address(self.sub_source))}")
        if self.onvif:
            lines.append(f"  onvif: {_quoted(self._address(self.onvif))}")
        return "".join(f"{' ' * indent}{line}\n" for line in lines)

    def _address(self, url: str) -> str:
        url = url.replace("${", "$%7B")  # else the configuration would take it for a variable of its own
        if not self.logs_in:
            return url
        scheme, _, rest = url.partition("://")
        user, password = self.variables
        return f"{scheme}://${{{user}}}:${{{password}}}@{rest}"


def entry_of(
    report: CameraReport, logs_in: bool, camera_id: str = "", name: str = "", site: str = ""
) -> CameraEntry | None:
    """None when no stream was chosen. What is not given is made from make, model and address."""
    choice: Choice = report.choice
    if choice.record is None:
        return None
    identity = report.identity
    said = " ".join(part for part in (identity.make, identity.model) if part) or "Camera"
    host = Reached.of(report.address).host
    return CameraEntry(
        camera_id or slug(f"{identity.model or 'camera'}-{host}"),
        name or f"{said} {host}"[:120],
        site or "site-1",
        choice.record.stream_uri,
        choice.analysis.stream_uri if choice.analysis else "",
        logs_in,
        report.address if report.events and not report.tls.startswith("NOT") else "",
    )


def slug(text: str) -> str:
    """An id out of any text."""
    return _UNFIT.sub("-", text.lower())[:64].strip("-") or "camera"


def _quoted(text: str) -> str:
    return (
        text if re.fullmatch(r"[a-z][a-z0-9-]*", text) and text not in _WORDS else json.dumps(text, ensure_ascii=False)
    )


_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
