"""What a backup says of itself. It is written last: a folder without one is no backup."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skynet.coordinator.storage.row_dump import TableFile
from skynet.domain.errors import BadInputError

FORMAT = 1
NAME = "manifest.json"


class Manifest(BaseModel):
    """`head` is the ledger's: number and hash of its last entry. `gone` are files that rows name and that were not
    there: deleted for good while the backup ran, or lost."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = Field(ge=FORMAT, le=FORMAT)
    made_at: datetime
    revision: str
    head: tuple[int, str]
    tables: dict[str, TableFile]
    snapshots: int
    clips: int
    gone: list[str]

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises BadInputError."""
        try:
            return cls.model_validate_json((folder / NAME).read_bytes())
        except OSError as error:
            raise BadInputError(f"{folder}: holds no finished backup ({NAME}: {error.strerror})") from None
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"])) or "the file"
            raise BadInputError(f"{folder / NAME}: {where}: {first['msg']}; is it of a newer Skynet?") from None
