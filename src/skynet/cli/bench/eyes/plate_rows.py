"""The numbers of a plate reader, as rows of a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from skynet.cli.bench.eyes.plate_score import CLAIMED, PlateResult, PlateScore
from skynet.cli.bench.eyes.plate_set import Ground
from skynet.cli.bench.eyes.reliability import SURE, Reliability
from skynet.cli.bench.result import Row
from skynet.domain.plate import PROVINCES

LEAST_PLATES = 10
"""A province with fewer plates gets no row of its own."""
HELD_OUT = "held-out half"


def rows_of(score: PlateScore) -> list[Row]:
    """All numbers but the costs."""
    rows: list[Row] = []
    for set_name, results in (("crops", score.crops), ("scenes", score.scenes)):
        halves = ((set_name, results), (f"{set_name}, {HELD_OUT}", [one for one in results if one.held_out]))
        for words, chosen in halves:
            rows += _share_rows(score.name, words, chosen, with_scene=set_name == "scenes")
    rows += _province_rows(score)
    if score.pictures:
        rows.append(Row.of(score.name, "scenes, places looked at", "a picture", [score.finds / score.pictures]))
    for words, held_out in (("", False), (f", {HELD_OUT}", True)):
        share = 100 * score.sure_share(held_out=held_out)
        rows.append(Row.of(score.name, f"plates read at ≥ {SURE:g}{words}", "%", [share]))
        rows += _reliability_rows(score.name, words, score.reliability(held_out=held_out))
    rows += _band_rows(score.name, score.reliability(held_out=False))
    if score.street_pictures:
        for least in (CLAIMED, SURE):
            words = f"plates invented at ≥ {least:g} in {score.street_pictures} street pictures"
            rows.append(Row.of(score.name, words, "plates", [score.invented_at(least)]))
    return rows


def _share_rows(name: str, words: str, results: Sequence[PlateResult], *, with_scene: bool) -> list[Row]:
    sides: dict[str, Callable[[PlateResult], bool]] = {
        "exact": lambda one: one.exact,
        "without province": lambda one: one.without_province,
    }
    rows = []
    if with_scene:
        sides = {"found": lambda one: one.found, **sides}
    if results:
        rows += [_share(name, f"{words}, {side}", [test(one) for one in results]) for side, test in sides.items()]
    if any(one.find is not None and one.find.kind is not None and one.ground is not None for one in results):
        rows.append(_share(name, f"{words}, ground colour", [one.ground_right for one in results]))
    for ground in Ground:
        if own := [one.exact for one in results if one.ground is ground]:
            rows.append(_share(name, f"{words}, {ground.name.lower()}, exact", own))
    return rows


def _province_rows(score: PlateScore) -> list[Row]:
    """Over crops and scenes together; provinces with few plates in one row."""
    results = [*score.crops, *score.scenes]
    counts = {province: sum(one.text[0] == province for one in results) for province in PROVINCES}
    rows, rest = [], list[bool]()
    for province, count in counts.items():
        own = [one.exact for one in results if one.text[0] == province]
        if count >= LEAST_PLATES:
            rows.append(_share(score.name, f"{province} ({count} plates), exact", own))
        else:
            rest += own
    if rest:
        rows.append(_share(score.name, f"other provinces ({len(rest)} plates), exact", rest))
    return rows


def _reliability_rows(name: str, words: str, reliability: Reliability) -> list[Row]:
    if not reliability.reads:
        return []
    sure, right = reliability.sure()
    rows = []
    if sure:
        rows.append(Row.of(name, f"reads at ≥ {SURE:g}{words}, right", "%", [100 * right / sure]))
    rows.append(Row.of(name, f"reads{words}, claim off by", "%", [100 * reliability.gap()]))
    return rows


def _band_rows(name: str, reliability: Reliability) -> list[Row]:
    rows = []
    for band in reliability.bands():
        words = f"reads claimed {band.low:g}–{band.high:g}"
        rows.append(Row.of(name, words, "reads", [band.reads]))
        rows.append(Row.of(name, f"{words}, right", "%", [100 * band.right / band.reads]))
    return rows


def _share(name: str, words: str, answers: Sequence[bool]) -> Row:
    return Row.of(name, words, "%", [100 * sum(answers) / len(answers)])
