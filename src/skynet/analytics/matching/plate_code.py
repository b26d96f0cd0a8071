"""Plate texts as 64-bit integers, made so that likeness is arithmetic.

One byte a character, the first character lowest. Its upper six bits are the character's confusion class, its lower two
tell the members of the class apart; so two texts that differ only inside classes have the same code under `CLASSES`.
A province is a class of its own.

The classes are Genetec's default set, which the project's standards notes (§4) quote. The wider sets of other makers
(3-8-B, H-K-M-R, E-F-P, V-Y-T) are none here: they would make possible hits of plates that a reader tells apart with
certainty. Where it cannot, its own confidences say so (see `match`).
"""

from __future__ import annotations

from skynet.domain.plate import PROVINCES

CONFUSION_CLASSES = ("0ODQ", "1I", "2Z", "5S", "8B", "6G")
PLAIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Characters that may be taken for another; province and last signs such as 警 never are."""
UNSEEN = "?"
"""Stands for one character that was not seen."""
CLASSES = 0xFCFC_FCFC_FCFC_FCFF
"""What of a code says in which classes its characters are; of the first character all counts."""

CLASS_OF = {
    character: next((group for group in CONFUSION_CLASSES if character in group), character) for character in PLAIN
}
"""All characters that share a character's class, itself included."""
LEADERS = tuple(dict.fromkeys(group[0] for group in CLASS_OF.values()))
"""One character of each class."""
_SIGNS = "警学挂港澳使领"
_GROUPS = (*(CLASS_OF[leader] for leader in LEADERS), *_SIGNS)
_BYTES = {character: 4 * number + at for number, group in enumerate(_GROUPS, 1) for at, character in enumerate(group)}
_BYTES |= {province: 4 * (len(_GROUPS) + 1) + number for number, province in enumerate(PROVINCES)}
_CHARACTERS = {byte: character for character, byte in _BYTES.items()}
_TO_CODE = {ord(character): byte for character, byte in _BYTES.items()} | {ord(UNSEEN): 0}


def code_of(text: str) -> int:
    """The code of `text`: at most eight characters that plates bear, or `UNSEEN`. Below 2**63."""
    return int.from_bytes(text.translate(_TO_CODE).encode("latin-1"), "little")


def text_of(code: int) -> str:
    """The text of a code, without anything unseen."""
    return "".join(_CHARACTERS[byte] for byte in code.to_bytes(8, "little") if byte)


def place_of_difference(one: int, other: int) -> int | None:
    """The one place (from 0) in which two codes differ; None where they differ in none, or in several."""
    difference = one ^ other
    place = (difference & -difference).bit_length() - 1 >> 3
    return place if difference and difference >> 8 * place < 256 else None
