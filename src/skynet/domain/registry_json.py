"""A registry file in JSON → its entries, one item decoded at a time, each with the line on which it begins. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from skynet.domain.registry_entry import RegistryEntry, camera_entry, site_entry
from skynet.domain.row_error import BadRow, FileFormatError, RowError

ENTRY_OF: dict[str, Callable[[int, object], RegistryEntry]] = {"sites": site_entry, "cameras": camera_entry}
_SPACE = re.compile(r"[ \t\r\n]*")


def read_json(text: str) -> Iterator[RegistryEntry | BadRow]:
    """The entries of `{"sites": [...], "cameras": [...]}`. Raises FileFormatError, with the entries before it given."""
    return _Reader(text).entries()


def entry_or_mistakes(kind: str, line: int, value: object) -> RegistryEntry | BadRow:
    """An item of the list called `kind`."""
    try:
        return ENTRY_OF[kind](line, value)
    except RowError as error:
        return BadRow(line, error.mistakes)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text.removeprefix("\ufeff")
        self._decoder = json.JSONDecoder(parse_constant=_no_constant)
        self._at = 0
        self._line = 1

    def entries(self) -> Iterator[RegistryEntry | BadRow]:
        self._take("{")
        seen: list[str] = []
        while self._peek() != "}":
            if seen:
                self._take(",")
            kind = self._value()
            if kind not in ENTRY_OF or kind in seen:
                raise self._error(f"names {kind!r:.60}; a registry file has 'sites' and then 'cameras', each once")
            if kind == "sites" and seen:
                raise self._error("names the sites behind the cameras that stand there; write the sites first")
            seen.append(str(kind))
            self._take(":")
            yield from self._items(str(kind))
        self._take("}")
        if self._peek():
            raise self._error("goes on behind the end of its object; remove what is too much")

    def _items(self, kind: str) -> Iterator[RegistryEntry | BadRow]:
        self._take("[")
        first = True
        while self._peek() != "]":
            if not first:
                self._take(",")
            first = False
            self._peek()
            line = self._line
            yield entry_or_mistakes(kind, line, self._value())
        self._take("]")

    def _peek(self) -> str:
        """The next character that is no space; empty at the end."""
        found = _SPACE.match(self._text, self._at)
        end = found.end() if found else self._at
        self._go_to(end)
        return self._text[self._at : self._at + 1]

    def _take(self, wanted: str) -> None:
        if self._peek() != wanted:
            raise self._error(f"is no registry file in JSON: '{wanted}' is expected here")
        self._go_to(self._at + 1)

    def _value(self) -> object:
        self._peek()
        try:
            value, end = self._decoder.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            self._go_to(error.pos)
            raise self._error(f"is no JSON: {error.msg.lower()}") from None
        except (RecursionError, ValueError):
            raise self._error("is no JSON that can be read: nested too deep, or a number too long") from None
        self._go_to(end)
        return value

    def _go_to(self, at: int) -> None:
        self._line += self._text.count("\n", self._at, at)
        self._at = at

    def _error(self, text: str) -> FileFormatError:
        return FileFormatError(self._line, text)
