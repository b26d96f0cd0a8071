"""What is wrong with one row of a file that people have written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowMistake:
    """`text` says what is wrong and how to mend it; `column` is empty where it is of the row as a whole."""

    column: str
    text: str

    def __str__(self) -> str:
        return f"{self.column}: {self.text}" if self.column else self.text


class RowError(Exception):
    """A row that makes no entry."""

    def __init__(self, mistakes: Sequence[RowMistake]) -> None:
        super().__init__("; ".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True, slots=True)
class BadRow:
    """`line` counts from 1, the header included."""

    line: int
    mistakes: tuple[RowMistake, ...]

    def __str__(self) -> str:
        return "; ".join(map(str, self.mistakes))


class FileFormatError(Exception):
    """The file as a whole cannot be read. The text is one line; `line` from 1."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
