"""The rules of matching as plainly as they can be said: every entry is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from skynet.domain import HotListEntry, PlateKind

CLASSES = ("0ODQ", "1I", "2Z", "5S", "8B", "6G")
YELLOWS = {PlateKind.YELLOW, PlateKind.YELLOW_TWO_ROW}


def agree(one: PlateKind, other: PlateKind) -> bool:
    return one == other or PlateKind.UNKNOWN in (one, other) or {one, other} <= YELLOWS


def confusable(one: str, other: str) -> bool:
    return any(one in group and other in group for group in CLASSES)


def differences(one: str, other: str) -> list[int]:
    return [place for place in range(max(len(one), len(other))) if one[place : place + 1] != other[place : place + 1]]


def exact(text: str, kind: PlateKind, entries: Iterable[HotListEntry]) -> set[str]:
    return {entry.case_number for entry in entries if entry.plate == text and agree(kind, entry.kind)}


def confused(text: str, kind: PlateKind, entries: Iterable[HotListEntry]) -> set[str]:
    found = set()
    for entry in entries:
        places = differences(text, entry.plate)
        if len(text) == len(entry.plate) and len(places) == 1 and agree(kind, entry.kind):
            (place,) = places
            if confusable(text[place], entry.plate[place]):
                found.add(entry.case_number)
    return found


def filled_in(text: str, kind: PlateKind, unsure: Sequence[int], entries: Iterable[HotListEntry]) -> set[str]:
    """Entries that differ in one of the places `unsure`, which holds a letter or a digit."""
    found = set()
    for entry in entries:
        places = differences(text, entry.plate)
        if len(text) == len(entry.plate) and len(places) == 1 and agree(kind, entry.kind):
            (place,) = places
            listed = entry.plate[place]
            if place in unsure and listed.isascii() and (text[place].isascii()):
                found.add(entry.case_number)
    return found
