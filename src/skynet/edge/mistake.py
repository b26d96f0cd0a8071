"""A mistake in a file that people write: where it stands and how to mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Keys and list indices from the root of a document to a value."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """`text` is one line: what is wrong and the remedy, never the value of a credential. `line` from 1."""

    path: Path
    text: str
    line: int | None = None
    """Only where the path alone does not tell it."""


def path_text(path: Path) -> str:
    """`cameras[0].zones.gate`, as people would write it."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            key = part if part and part.isprintable() and len(part) <= 64 else repr(part[:64])
            text += f".{key}" if text else key
    return text


def on_one_line(text: str) -> str:
    """`text` with everything that a terminal would not show, or obey, written as an escape."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The remedy for an unknown name: `did you mean 'x'?`, or the names there are."""
    names = sorted(known)
    if near := difflib.get_close_matches(word, names, n=1, cutoff=0.6):
        return f"did you mean '{near[0]}'?"
    return f"there is: {', '.join(names)}" if names else "there is none"
