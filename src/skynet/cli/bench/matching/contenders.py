"""Who looks plates up: our hot list, and the linear scan that one would write with rapidfuzz."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from skynet.analytics.matching import HotList, Reading, match
from skynet.domain import PlateKind


class Contender(Protocol):
    """One way of looking plates up."""

    name: str

    def find(self, text: str) -> Sequence[str]:
        """The listed plates that `text` may be."""
        ...

    def rate(self, texts: Sequence[str]) -> float:
        """Look-ups of `texts` a CPU second, one by one."""
        ...


class Ours:
    """The look-up alone: rows of the entries with the text or one confusion away from it."""

    name = "ours"

    def __init__(self, hot_list: HotList) -> None:
        self._hot_list = hot_list

    def find(self, text: str) -> Sequence[str]:
        return [self._hot_list.entry(row).plate for row in self._hot_list.look_up(text, PlateKind.BLUE)]

    def rate(self, texts: Sequence[str]) -> float:
        look_up, kind = self._hot_list.look_up, PlateKind.BLUE
        began = time.process_time()
        for text in texts:
            look_up(text, kind)
        return len(texts) / (time.process_time() - began)


class OursWhole:
    """All that a box does with a read: kind, validity, area, score and words of each hit."""

    name = "ours, whole hits"

    def __init__(self, hot_list: HotList, at: float) -> None:
        self._hot_list = hot_list
        self._at = at
        self._places = frozenset({"gate-3", "school-12"})

    def find(self, text: str) -> Sequence[str]:
        reading = Reading(text, PlateKind.BLUE, 0.97)
        return [hit.entry.plate for hit in match(self._hot_list, reading, self._places, self._at)]

    def rate(self, texts: Sequence[str]) -> float:
        began = time.process_time()
        for text in texts:
            match(self._hot_list, Reading(text, PlateKind.BLUE, 0.97), self._places, self._at)
        return len(texts) / (time.process_time() - began)


class RapidFuzz:
    """Every listed text compared with the plate, those kept that differ in one character. Raises ImportError."""

    name = "rapidfuzz scan"

    def __init__(self, plates: Sequence[str]) -> None:
        from rapidfuzz.distance import Hamming
        from rapidfuzz.process import extract

        self._plates = plates
        self._extract: Callable[..., Any] = extract
        self._scorer = Hamming.distance

    def find(self, text: str) -> Sequence[str]:
        found = self._extract(text, self._plates, scorer=self._scorer, score_cutoff=1, limit=None)
        return [plate for plate, _, _ in found]

    def rate(self, texts: Sequence[str]) -> float:
        began = time.process_time()
        for text in texts:
            self.find(text)
        return len(texts) / (time.process_time() - began)
