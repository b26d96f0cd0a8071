"""A registry file in any of its formats → its entries."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import BinaryIO

from skynet.coordinator.registry.registry_yaml import read_yaml
from skynet.domain.registry_entry import RegistryEntry
from skynet.domain.registry_json import read_json
from skynet.domain.registry_row import read_csv
from skynet.domain.row_error import BadRow, FileFormatError


class FileFormat(Enum):
    """Name (and the end of a file's name), media type, and the most bytes that are taken. CSV is read line by line, the
    others are held in memory as a whole."""

    CSV = ("csv", "text/csv", 64 << 20)
    JSON = ("json", "application/json", 16 << 20)
    YAML = ("yaml", "application/yaml", 4 << 20)

    def __init__(self, ending: str, media_type: str, max_bytes: int) -> None:
        self.ending = ending
        self.media_type = media_type
        self.max_bytes = max_bytes


def format_of(name: str) -> FileFormat | None:
    """The format that the end of a file's name, or a format's own name, tells."""
    ending = name.rpartition(".")[2].lower()
    return next((each for each in FileFormat if each.ending == ("yaml" if ending == "yml" else ending)), None)


def read_entries(file: BinaryIO, form: FileFormat) -> Iterator[RegistryEntry | BadRow]:
    """The entries of a file. Raises FileFormatError: at once, and for JSON also after entries have been given."""
    if form is FileFormat.CSV:
        return read_csv(file)
    content = file.read(form.max_bytes + 1)
    if len(content) > form.max_bytes:
        raise FileFormatError(1, f"is over {form.max_bytes >> 20} MiB; send less at once, or CSV")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileFormatError(line, "is not UTF-8; save it in UTF-8") from None
    return read_json(text) if form is FileFormat.JSON else read_yaml(text)
