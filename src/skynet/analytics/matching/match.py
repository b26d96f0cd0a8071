"""A reading against the hot list: which entries it fits, how surely, and why.

- The same text, surely read on an agreeing kind of plate, is an exact hit. Everything else is a possible hit:
- one substitution inside a confusion class, however sure the reader is;
- one character that the reader is unsure of, or has not seen, and that the entry fills in;
- one character too few, where the grammar says so, or the reader is unsure and the kind does not speak against it;
- the same text, where the reader was unsure of it or of the plate's kind.

Two differences are no hit, nor is another province: the province is never filled in, and belongs to no confusion class.
"""

from __future__ import annotations

from collections.abc import Iterator

from skynet.analytics.matching.fit import Fit
from skynet.analytics.matching.hot_list import HotList, kinds_agree
from skynet.analytics.matching.plate_code import LEADERS, UNSEEN, code_of, place_of_difference, text_of
from skynet.analytics.matching.reading import DOUBTFUL_BELOW, Reading
from skynet.domain.plate import PlateKind
from skynet.domain.plate_hit import Certainty, HitReason, PlateHit

MIN_SCORE = 0.001
"""What is less probable than that is not worth anybody's time. Confusions are told all the same."""
MIN_KIND_SHARE = 0.05
"""Two vehicles may bear the same text on plates of different kinds: the reader must not rule the listed kind out."""
_SHORT, _FULL = 7, 8
_GREEN = (PlateKind.GREEN_SMALL, PlateKind.GREEN_LARGE)
"""The kinds of eight characters."""


def match(hot_list: HotList, reading: Reading, places: frozenset[str], at: float) -> tuple[PlateHit, ...]:
    """Hits of `reading`, taken at `places` (the ids of the camera and its site) at the time `at` (POSIX s): at most one
    for each entry that holds there and then, the likeliest first."""
    if not reading.legible:
        return ()
    hits: dict[int, PlateHit] = {}
    table = hot_list.table
    for fit in _fits(hot_list, reading):
        if fit.row not in hits and table.valid(fit.row, at) and table.covers(fit.row, places):
            hits[fit.row] = fit.hit(hot_list, reading)
    if not hits:
        return ()
    return tuple(sorted(hits.values(), key=lambda hit: (hit.certainty is not Certainty.EXACT, -hit.score)))


def _fits(hot_list: HotList, reading: Reading) -> Iterator[Fit]:
    """Every entry that the reading fits, whatever its time and area; the strongest reason of an entry comes first."""
    doubtful = reading.doubtful
    if UNSEEN not in reading.text:
        yield from _same_or_confused(hot_list, reading)
        if len(reading.text) < _SHORT or (len(reading.text) < _FULL and reading.kind in _GREEN):
            yield from _missing(hot_list, reading, reading.confidence)
        elif doubtful and len(reading.text) < _FULL and reading.kind is PlateKind.UNKNOWN:
            yield from _missing(hot_list, reading, 1 - reading.confidence)
        if not doubtful:
            return
    yield from _doubtful(hot_list, reading)


def _same_or_confused(hot_list: HotList, reading: Reading) -> Iterator[Fit]:
    code = code_of(reading.text)
    for row in hot_list.rows_like(code):
        listed = hot_list.code(row)
        agree = kinds_agree(reading.kind, hot_list.kind(row))
        if listed == code and agree:
            yield _same(row, reading)
        elif listed == code:
            share = reading.likelihood_of_kind(hot_list.kind(row))
            if share >= MIN_KIND_SHARE:
                yield Fit(row, HitReason.DOUBTFUL_KIND, reading.confidence * share)
        elif agree and (place := place_of_difference(code, listed)) is not None:
            score = reading.likelihood(place, text_of(listed)[place])
            yield Fit(row, HitReason.CONFUSED_CHARACTER, score, place)


def _same(row: int, reading: Reading) -> Fit:
    if not reading.doubtful:
        return Fit(row, HitReason.SAME_TEXT, reading.confidence)
    unsure = [place for place, sure in enumerate(reading.characters) if sure < DOUBTFUL_BELOW]
    if len(unsure) == 1:
        return Fit(row, HitReason.DOUBTFUL_CHARACTER, reading.confidence, unsure[0])
    return Fit(row, HitReason.DOUBTFUL_READING, reading.confidence)


def _doubtful(hot_list: HotList, reading: Reading) -> Iterator[Fit]:
    """Entries that differ in one place that the reader is unsure of."""
    text, code = reading.text, code_of(reading.text)
    for place in reading.doubtful_places():
        for leader in LEADERS:
            for row in hot_list.rows_like(code_of(text[:place] + leader + text[place + 1 :])):
                listed = hot_list.code(row)
                if place_of_difference(code, listed) != place:
                    continue
                score = reading.likelihood(place, text_of(listed)[place])
                if score >= MIN_SCORE and kinds_agree(reading.kind, hot_list.kind(row)):
                    reason = HitReason.MISSING_CHARACTER if text[place] == UNSEEN else HitReason.DOUBTFUL_CHARACTER
                    yield Fit(row, reason, score, place)


def _missing(hot_list: HotList, reading: Reading, probability: float) -> Iterator[Fit]:
    """Entries with one character more; `probability` that one is missing at all."""
    text = reading.text
    for place in range(1, len(text) + 1):
        wanted = code_of(text[:place] + UNSEEN + text[place:])
        for leader in LEADERS:
            for row in hot_list.rows_like(code_of(text[:place] + leader + text[place:])):
                listed = hot_list.code(row)
                agree = kinds_agree(reading.kind, hot_list.kind(row))
                if agree and place_of_difference(wanted, listed) == place:
                    yield Fit(row, HitReason.MISSING_CHARACTER, probability / len(LEADERS), place)
