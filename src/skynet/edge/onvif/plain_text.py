"""Text from a device as it may be shown: devices put anything into their names."""

from __future__ import annotations

import unicodedata

MAX_LENGTH = 120


def plain_text(text: str | None, limit: int = MAX_LENGTH) -> str:
    """`text` on one line of at most `limit` characters, without what a terminal would obey or hide."""
    if not text:
        return ""
    # an answer may be megabytes long: only what can be shown is looked at
    shown = "".join(" " if _unseen(c) else c for c in text.strip()[: limit * 4])
    return " ".join(shown.split())[:limit].rstrip()


def _unseen(character: str) -> bool:
    """Controls, line breaks, surrogates, and the formats that turn the direction of writing around."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
