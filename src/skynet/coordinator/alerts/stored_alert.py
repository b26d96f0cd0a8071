"""An alert as it rests in the database, on its way out."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import RowMapping

from skynet.coordinator.timestamp import from_ms
from skynet.domain.alert import Alert


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """A row of the table of alerts. `body` is the alert's JSON as it was taken in: it is passed on, not parsed anew,
    so that a contract that has become stricter since cannot hold up the feed."""

    row: RowMapping

    @property
    def seq(self) -> int:
        return int(self.row["seq"])

    @property
    def version(self) -> int:
        return int(self.row["version"])

    @property
    def etag(self) -> str:
        return f'"{self.version}"'

    def alert(self) -> Alert:
        """The alert itself. Raises ValidationError when it is older than a rule that the contract has now."""
        return Alert.model_validate_json(self.row["body"])

    def wire(self) -> dict[str, object]:
        """The shape of `skynet.domain.AlertRecord`."""
        acknowledged_ms = self.row["acknowledged_ms"]
        return {
            "seq": self.seq,
            "received_at": from_ms(self.row["received_ms"]),
            "state": self.row["state"],
            "version": self.version,
            "acknowledged_at": None if acknowledged_ms is None else from_ms(acknowledged_ms),
            "acknowledged_by": self.row["acknowledged_by"],
            "note": self.row["note"],
            "outcome": self.row["outcome"],
            "confirmed": self.row["confirmed"],
            "escalation": self.row["escalation"],
            "incident_id": self.row["incident_id"],
            "clip": self._clip(),
            "alert": json.loads(self.row["body"]),
        }

    def _clip(self) -> dict[str, object] | None:
        """The shape of `skynet.domain.ClipRef`."""
        row = self.row
        if row["clip_sha256"] is None or row["clip_erased_ms"] is not None:
            return None
        told = {name: row[f"clip_{name}"] for name in ("sha256", "bytes", "codec", "width", "height")}
        return told | {"starts_at": from_ms(row["clip_starts_ms"]), "ends_at": from_ms(row["clip_ends_ms"])}
