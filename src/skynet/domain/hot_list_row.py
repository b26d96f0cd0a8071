"""One row of a hot-list file → an entry, or everything that is wrong with it and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from skynet.domain import hot_list_words as words
from skynet.domain.hot_list import MAX_VALIDITY, HotListEntry, parsed_plate
from skynet.domain.row_error import RowError, RowMistake

CHINA_TIME = timezone(timedelta(hours=8))
"""Of times that name no zone."""
_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)
_BETWEEN_PLACES = re.compile(r"[\s;；、]+")


def entry_of(cells: Mapping[str, str], at: float) -> HotListEntry:
    """The entry that `cells`, by the names of their columns, describe at the time `at` (POSIX s). Raises RowError."""
    mistakes: list[RowMistake] = []
    values: dict[str, object] = {}
    for name, read in _READERS.items():
        cell = cells.get(name, "").strip()
        if not cell and name not in words.OPTIONAL:
            mistakes.append(RowMistake(name, _EMPTY.get(name, "is empty; fill it in")))
            continue
        try:
            values[name] = read(cell)
        except ValueError as error:
            mistakes.append(RowMistake(name, str(error)))
    if mistakes:
        raise RowError(mistakes)
    values["valid_to"] = _end(values["valid_from"], values["valid_to"])
    try:
        entry = HotListEntry.model_validate(values)
    except ValidationError as error:
        raise RowError([_mistake(one) for one in error.errors(include_url=False)]) from None
    if entry.valid_to.timestamp() <= at:
        when = entry.valid_to.astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M")
        raise RowError([RowMistake("valid_to", f"has expired ({when}); remove the row, or have it reviewed anew")])
    return entry


@dataclass(frozen=True, slots=True)
class _Day:
    """A time that is given as a date alone. `start` is its first moment."""

    start: datetime


def _end(start: object, end: object) -> object:
    """A date alone ends with its day, but not after the days that an entry may hold."""
    begin = start.start if isinstance(start, _Day) else start
    if not isinstance(end, _Day) or not isinstance(begin, datetime):
        return end
    latest = begin + MAX_VALIDITY
    day_end = end.start + timedelta(days=1)
    return min(day_end, latest) if end.start <= latest else day_end


@lru_cache(maxsize=4096)
def _time(cell: str) -> datetime | _Day:
    found = _TIME.fullmatch(cell)
    try:
        if not found:
            raise ValueError(cell)
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        if found[4] is None:
            return _Day(datetime(year, month, day, tzinfo=CHINA_TIME))
        return datetime(year, month, day, hour, minute, second, tzinfo=_zone(found[7]))
    except ValueError:
        raise ValueError(
            f"'{cell[:40]}' is no time; write e.g. 2026-03-01 08:00 or 2026-03-01T08:00:00+08:00"
        ) from None


def _zone(text: str | None) -> timezone:
    if text is None:
        return CHINA_TIME
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _start(cell: str) -> datetime:
    time = _time(cell)
    return time.start if isinstance(time, _Day) else time


def _plate(cell: str) -> str:
    try:
        return parsed_plate(cell).text
    except ValueError as error:
        if re.search("[IOio]", cell[2:]):
            raise ValueError(
                f"{error}; the letters I and O never stand behind the second place: write 1 and 0"
            ) from None
        raise ValueError(f"{error}; correct it") from None


def _one_of(choices: Mapping[str, object], what: str) -> Callable[[str], object]:
    def read(cell: str) -> object:
        value = choices.get(cell)
        if value is None and (value := choices.get(cell.lower())) is None:
            names = ", ".join(name for name in choices if name.isascii() and name)
            raise ValueError(f"'{cell[:40]}' is no {what}; there is: {names}")
        return value

    return read


@lru_cache(maxsize=4096)
def _area(cell: str) -> tuple[str, ...]:
    return tuple(words.PLACES.get(place, place) for place in _BETWEEN_PLACES.split(cell) if place)


def _mistake(error: ErrorDetails) -> RowMistake:
    column = str(error["loc"][0]) if error["loc"] else ""
    context = error.get("ctx", {})
    match error["type"]:
        case "value_error":
            return RowMistake(column, str(context["error"]))
        case "string_too_long":
            return RowMistake(column, f"is longer than {context['max_length']} characters; shorten it")
        case "string_pattern_mismatch" if column == "area":
            return RowMistake(column, f"'{str(error['input'])[:70]}' is no id of a site or camera (e.g. gate-3)")
        case "string_pattern_mismatch":
            return RowMistake(column, "holds a control character; remove it")
    return RowMistake(column, f"{error['msg'][:1].lower()}{error['msg'][1:]}; correct it")


_EMPTY = {
    "approved_by": "is empty: the row is unsigned; somebody else than created_by must approve it",
    "area": "is empty; write the ids of sites and cameras, or everywhere",
}
_READERS: Mapping[str, Callable[[str], object]] = {
    "plate": _plate,
    "kind": _one_of(words.KINDS, "kind of plate"),
    "purpose": _one_of(words.PURPOSES, "purpose that a vehicle may be looked for"),
    "authority": str,
    "issuing_unit": str,
    "case_number": str,
    "valid_from": _start,
    "valid_to": _time,
    "priority": _one_of(words.PRIORITIES, "priority"),
    "area": _area,
    "created_by": str,
    "approved_by": str,
}
"""What makes a cell of each column a value of the entry. Raise ValueError."""
