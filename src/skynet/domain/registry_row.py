"""One row of a registry file in CSV ↔ its site and camera.

A row with `id` describes a camera; one with `site_name` describes the site that `site` names; one with both does both.
A cell that a spreadsheet would take for a formula is written with an apostrophe before it, which reading takes off.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from skynet.domain.csv_table import read_table
from skynet.domain.hot_list_row import CHINA_TIME
from skynet.domain.registered_camera import RegisteredCamera
from skynet.domain.registry_columns import BY_NAME, BY_PATH, COLUMNS, OPTIONAL, OWNERS, STATES, TABLE, YES_NO, Column
from skynet.domain.registry_entry import RegistryEntry, Wanted, collect
from skynet.domain.row_error import BadRow, RowError, RowMistake
from skynet.domain.site import Site

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", re.IGNORECASE)


def read_csv(lines: Iterable[bytes]) -> Iterator[RegistryEntry | BadRow]:
    """The rows of a file. Raises FileFormatError, where the header is no good, before any row is given."""
    return _entries(lines)


def _entries(lines: Iterable[bytes]) -> Iterator[RegistryEntry | BadRow]:
    for row in read_table(lines, COLUMNS, OPTIONAL):
        if isinstance(row, BadRow):
            yield row
            continue
        try:
            yield entry_of(row.line, row.cells)
        except RowError as error:
            yield BadRow(row.line, error.mistakes)


def entry_of(line: int, cells: Mapping[str, str]) -> RegistryEntry:
    """What a row describes. Raises RowError with all that is wrong."""
    mistakes: list[RowMistake] = []
    values: dict[str, dict[str, object]] = {"site": {}, "camera": {}, "wanted": {}}
    for name, written in cells.items():
        if not (cell := _bare(written.strip())):
            continue
        column = BY_NAME[name]
        try:
            _put(values, column.path, _READERS[column.kind](cell))
        except ValueError as error:
            mistakes.append(RowMistake(column.name, str(error)))
    site_id = values["camera"].get("site")
    if site_id is None:
        mistakes.append(RowMistake("site", "is empty; name the site, e.g. school-3"))
    has_camera = bool(values["wanted"] or values["camera"].keys() - {"site"})
    has_site = bool(values["site"])
    if not has_camera and not has_site and not mistakes:
        mistakes.append(RowMistake("", "describes neither a camera (id …) nor a site (site_name …); fill it in"))
    known = len(mistakes)
    camera = collect(RegisteredCamera, values["camera"], _below("camera"), mistakes) if has_camera else None
    site = collect(Site, {"id": site_id, **values["site"]}, _below("site"), mistakes) if has_site else None
    wanted = collect(Wanted, values["wanted"], _below("wanted"), mistakes)
    if mistakes or wanted is None:
        raise RowError(_once(mistakes, known))
    return RegistryEntry(line, site, camera, wanted)


def header() -> list[str]:
    """The first line of an export."""
    return [column.name for column in TABLE]


def row_of(site: Site | None = None, camera: RegisteredCamera | None = None, wanted: Wanted | None = None) -> list[str]:
    """The cells of a row of an export, safe to open in a spreadsheet."""
    parts: dict[str, object] = {"site": _plain(site), "camera": _plain(camera), "wanted": _plain(wanted)}
    if site is not None and camera is None:
        parts["camera"] = {"site": site.id}
    return [_cell(_get(parts, column.path), column) for column in TABLE]


def _once(mistakes: list[RowMistake], known: int) -> list[RowMistake]:
    """A cell that could not be read is not told a second time as missing."""
    told = {mistake.column for mistake in mistakes[:known]}
    return mistakes[:known] + [mistake for mistake in mistakes[known:] if mistake.column not in told]


def _below(part: str) -> Callable[[Sequence[int | str]], str]:
    def column(loc: Sequence[int | str]) -> str:
        path = (part, *(str(name) for name in loc))
        if path == ("site", "id"):
            return "site"
        for length in range(len(path), 1, -1):
            if name := BY_PATH.get(path[:length]):
                return name
        return next((name for known, name in BY_PATH.items() if known[: len(path)] == path and len(path) > 1), "")

    return column


def _put(values: dict[str, dict[str, object]], path: tuple[str, ...], value: object) -> None:
    inner: dict[str, object] = values[path[0]]
    for name in path[1:-1]:
        inner = inner.setdefault(name, {})  # type: ignore[assignment]  # only this function makes the inner ones
    inner[path[-1]] = value


def _get(value: object, path: tuple[str, ...]) -> object:
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _plain(value: BaseModel | None) -> object:
    return None if value is None else to_jsonable_python(value, by_alias=True)


def _cell(value: object, column: Column) -> str:
    if value is None or (column.kind == "json" and value in ([], {}, {"zones": {}, "lines": {}, "rules": []})):
        return ""
    if column.kind == "json":
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if text.startswith("'") or (text.startswith(_FORMULA) and not _NUMBER.fullmatch(text)):
        return f"'{text}"
    return text


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:2] in ("'", *_FORMULA) else cell


def _one_of(choices: Mapping[str, object], what: str) -> Callable[[str], object]:
    def read(cell: str) -> object:
        value = choices.get(cell.lower())
        if value is None:
            raise ValueError(f"'{cell[:40]}' is no {what}; there is: {', '.join(choices)}")
        return value

    return read


def _json(cell: str) -> object:
    try:
        value: object = json.loads(cell)
    except (ValueError, RecursionError):
        raise ValueError("is no JSON; write e.g. [[[0, 0], [0.2, 0], [0.2, 0.3]]]") from None
    return value


def _time(cell: str) -> datetime:
    try:
        found = datetime.fromisoformat(cell.replace("/", "-"))
    except ValueError:
        raise ValueError(f"'{cell[:40]}' is no time; write e.g. 2026-03-01 08:00 (then it is China's time)") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=CHINA_TIME)


def _whole(cell: str) -> int:
    if not cell.isascii() or not cell.isdigit() or len(cell) > 9:
        raise ValueError(f"'{cell[:40]}' is no whole number; correct it")
    return int(cell)


_READERS: Mapping[str, Callable[[str], object]] = {
    "text": str,
    "yes_no": _one_of(YES_NO, "answer"),
    "owner": _one_of(OWNERS, "kind of unit"),
    "state": _one_of(STATES, "state"),
    "time": _time,
    "json": _json,
    "whole": _whole,
}
"""What makes a cell of each kind a value. Raise ValueError."""
