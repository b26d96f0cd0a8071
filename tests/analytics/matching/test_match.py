"""Matching against the rules said plainly, and what each hit says."""

from __future__ import annotations

import random
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skynet.analytics.matching import HotList, Reading, match
from skynet.domain import Certainty, HitReason, HotListEntry, PlateHit, PlateKind, PlateRead
from skynet.domain.plate_scores import READ_KINDS, SYMBOL_INDEX, PlateScores
from tests.analytics.matching import naive_matcher as naive
from tests.analytics.matching.listed_plates import KINDS, any_texts, entries, random_list, similar_texts
from tests.domain.hot_list_entries import AT, NOW, entry

HERE = frozenset({"gate-3", "school-12"})
listed = st.lists(st.tuples(similar_texts, st.sampled_from(KINDS)), max_size=40).map(entries)


def hits(hot_list: list[HotListEntry], reading: Reading) -> tuple[PlateHit, ...]:
    return match(HotList.of(hot_list, 7), reading, HERE, AT)


def cases(found: tuple[PlateHit, ...], *reasons: HitReason) -> set[str]:
    return {hit.entry.case_number for hit in found if hit.reason in reasons}


def only(hot_list: list[HotListEntry], reading: Reading) -> PlateHit:
    (hit,) = hits(hot_list, reading)
    return hit


@given(listed, similar_texts, st.sampled_from(KINDS))
def test_a_sure_reading_hits_what_the_rules_say_and_nothing_else(
    hot_list: list[HotListEntry], text: str, kind: PlateKind
) -> None:
    found = hits(hot_list, Reading(text, kind, 0.97))
    assert cases(found, HitReason.SAME_TEXT) == naive.exact(text, kind, hot_list)
    assert cases(found, HitReason.CONFUSED_CHARACTER) == naive.confused(text, kind, hot_list)
    assert len(found) == len({hit.entry.case_number for hit in found})
    assert all(hit.reason in (HitReason.SAME_TEXT, HitReason.CONFUSED_CHARACTER) for hit in found)


@given(st.lists(st.tuples(any_texts(), st.sampled_from(list(PlateKind))), max_size=20).map(entries), any_texts())
def test_plates_of_every_kind_are_found(hot_list: list[HotListEntry], text: str) -> None:
    found = hits(hot_list, Reading(text, PlateKind.UNKNOWN, 0.97))
    assert cases(found, HitReason.SAME_TEXT) == naive.exact(text, PlateKind.UNKNOWN, hot_list)
    assert cases(found, HitReason.CONFUSED_CHARACTER) == naive.confused(text, PlateKind.UNKNOWN, hot_list)


@given(listed, similar_texts, st.sampled_from(KINDS), st.integers(1, 6))
def test_a_doubtful_character_may_be_any(hot_list: list[HotListEntry], text: str, kind: PlateKind, place: int) -> None:
    sure = tuple(0.45 if at == place else 0.99 for at in range(7))
    found = hits(hot_list, Reading(text, kind, 0.42, sure))
    expected = naive.exact(text, kind, hot_list) | naive.confused(text, kind, hot_list)
    expected |= naive.filled_in(text, kind, [place], hot_list)
    assert {hit.entry.case_number for hit in found} == expected
    assert all(hit.confirmation_required for hit in found)


@given(listed, similar_texts, st.integers(1, 6))
def test_a_character_that_was_not_seen_may_be_any(hot_list: list[HotListEntry], text: str, place: int) -> None:
    seen = f"{text[:place]}?{text[place + 1 :]}"
    found = hits(hot_list, Reading(seen, PlateKind.BLUE, 0.9))
    fitting = [one for one in hot_list if one.plate[:place] + "?" + one.plate[place + 1 :] == seen]
    agreeing = {one.case_number for one in fitting if naive.agree(PlateKind.BLUE, one.kind)}
    assert cases(found, HitReason.MISSING_CHARACTER) == agreeing
    assert len(found) == len(agreeing)


@given(listed, similar_texts, st.integers(1, 6))
def test_a_character_too_few_is_filled_in(hot_list: list[HotListEntry], text: str, place: int) -> None:
    short = text[:place] + text[place + 1 :]
    found = hits(hot_list, Reading(short, PlateKind.BLUE, 0.9))
    fitting = [one for one in hot_list if any(short == one.plate[:at] + one.plate[at + 1 :] for at in range(1, 7))]
    assert cases(found, HitReason.MISSING_CHARACTER) == {
        one.case_number for one in fitting if naive.agree(PlateKind.BLUE, one.kind)
    }


def test_every_exact_and_single_confusion_hit_of_a_long_list_is_found() -> None:
    """100,000 entries; the look-ups behind `match` are held to the same."""
    long_list = random_list(100_000, seed=5)
    hot_list = HotList.of(long_list)
    chance = random.Random(6)
    for one in chance.sample(long_list, 3000):
        place = chance.randrange(7)
        rivals = next((group for group in naive.CLASSES if one.plate[place] in group), one.plate[place])
        text = one.plate[:place] + chance.choice(rivals) + one.plate[place + 1 :]
        found = [hot_list.entry(row) for row in hot_list.look_up(text, PlateKind.BLUE)]
        assert one in found
        assert all(len(naive.differences(text, other.plate)) <= 1 for other in found)


def test_another_province_is_no_hit_however_unsure_it_is() -> None:
    sure = (0.3, *[0.99] * 6)
    assert hits([entry("浙A12345")], Reading("皖A12345", PlateKind.BLUE, 0.28, sure)) == ()
    assert hits([entry("浙A12345")], Reading("?A12345", PlateKind.BLUE, 0.9)) == ()


def test_two_confusions_are_no_hit() -> None:
    assert hits([entry("皖AB8B45")], Reading("皖A8B845", PlateKind.BLUE)) == ()
    assert hits([entry("皖AB8345")], Reading("皖A88345", PlateKind.BLUE)) != ()


def test_kinds_that_disagree_are_no_hit_and_a_lorry_has_two_yellow_plates() -> None:
    assert hits([entry("皖A12345", "yellow")], Reading("皖A12345", PlateKind.BLUE)) == ()
    assert hits([entry("皖A12345", "yellow")], Reading("皖A12345", PlateKind.YELLOW_TWO_ROW))[0].certainty == "exact"


def test_expired_and_coming_entries_never_match() -> None:
    hot_list = HotList.of([entry(valid_from=NOW, valid_to=NOW + timedelta(days=2))])
    reading = Reading("皖A12345", PlateKind.BLUE)
    times = (AT - 0.001, AT, AT + 2 * 86400 - 0.001, AT + 2 * 86400)
    assert [len(match(hot_list, reading, HERE, at)) for at in times] == [0, 1, 1, 0]


def test_an_entry_holds_only_in_its_area() -> None:
    area = {"everywhere": True, "gate-3": True, "school-12": True, "gate-4": False}
    for place, expected in area.items():
        hot_list = HotList.of([entry(area=("some-other-place", place) if place != "everywhere" else (place,))])
        assert bool(match(hot_list, Reading("皖A12345"), HERE, AT)) == expected, place


def test_the_sure_hit_comes_first_and_says_why() -> None:
    first, second = hits([entry("皖A1234S"), entry("皖A12345")], Reading("皖A12345", PlateKind.BLUE, 0.93))
    assert (first.certainty, first.reason, first.score, first.list_version) == ("exact", "same_text", 0.93, 7)
    assert first.explanation == "read 皖A12345, listed 皖A12345: the same, 93 % sure"
    assert (second.certainty, second.confirmation_required) == (Certainty.POSSIBLE, True)
    assert second.explanation.endswith("character 7 was read as 5, for which S is easily taken")
    assert 0 < second.score < 0.07


def test_an_unsure_reading_of_the_listed_text_is_a_possible_hit() -> None:
    doubtful = only([entry()], Reading("皖A12345", PlateKind.BLUE, 0.6, (0.99, 0.99, 0.99, 0.62, 0.99, 0.99, 0.99)))
    assert (doubtful.certainty, doubtful.reason, doubtful.score) == ("possible", "doubtful_character", 0.6)
    assert doubtful.explanation.endswith("the same, but character 4, 2, is only 62 % sure")
    assert only([entry()], Reading("皖A12345", PlateKind.BLUE, 0.7)).reason == "doubtful_reading"


def test_a_reading_that_is_unsure_of_more_than_one_character_is_none() -> None:
    assert hits([entry()], Reading("皖A12345", PlateKind.BLUE, 0.2, (0.99, 0.99, 0.45, 0.45, 0.99, 0.99, 0.99))) == ()


def scores(text: str, kinds: dict[PlateKind, float], **second: float) -> PlateScores:
    """A reader sure of all of `text` but of the fourth character, which it shares out."""
    characters = np.full((8, len(SYMBOL_INDEX)), 1e-6)
    for place, symbol in enumerate(text.ljust(8, "-")):
        characters[place, SYMBOL_INDEX[symbol]] = 1
    for symbol, share in second.items():
        characters[3, SYMBOL_INDEX[symbol.removeprefix("_")]] = share
    shares = np.array([kinds.get(kind, 1e-6) for kind in READ_KINDS])
    return PlateScores.of_logits(np.log(characters), np.log(shares))


def read(text: str, kind: PlateKind, confidence: float, sure: float, seen: PlateScores) -> Reading:
    characters = tuple(sure if place == 3 else 0.995 for place in range(7))
    corners = ((0.0, 0.0), (9.0, 0.0), (9.0, 3.0), (0.0, 3.0))
    return Reading.of(
        PlateRead(text=text, kind=kind, confidence=confidence, corners=corners, characters=characters, scores=seen)
    )


def test_what_the_reader_saw_decides_what_a_doubtful_character_may_be() -> None:
    seen = scores("皖A18345", {PlateKind.BLUE: 1.0}, _8=0.6, _3=0.38, B=0.02)
    reading = read("皖A18345", PlateKind.BLUE, 0.58, 0.6, seen)
    found = hits([entry("皖A13345", case_number="3"), entry("皖A1B345", case_number="B"), entry("皖A1T345")], reading)
    by_case = {hit.entry.case_number: hit for hit in found}
    assert list(by_case) == ["3", "B"]
    assert by_case["3"].reason == HitReason.DOUBTFUL_CHARACTER
    assert by_case["3"].score == pytest.approx(0.38, abs=0.02)
    assert by_case["B"].score == pytest.approx(0.02, abs=0.01)
    assert by_case["3"].explanation.endswith("character 4 was read as 8, only 60 % sure, and may be 3")


def test_a_doubtful_colour_leaves_a_possible_hit_and_a_sure_one_none() -> None:
    yellow = entry("皖A18345", "yellow")
    torn = scores("皖A18345", {PlateKind.BLUE: 0.85, PlateKind.YELLOW: 0.15})
    hit = only([yellow], read("皖A18345", PlateKind.BLUE, 0.97, 0.99, torn))
    assert (hit.reason, hit.confirmation_required) == (HitReason.DOUBTFUL_KIND, True)
    assert hit.score == pytest.approx(0.97 * 0.15, abs=0.01)
    sure = scores("皖A18345", {PlateKind.BLUE: 0.99, PlateKind.YELLOW: 0.01})
    assert hits([yellow], read("皖A18345", PlateKind.BLUE, 0.97, 0.99, sure)) == ()


def test_a_green_plate_that_lost_a_character_is_found_when_the_reader_is_unsure() -> None:
    green = [entry("皖AD12345", "green_small")]
    assert only(green, Reading("皖A12345", PlateKind.UNKNOWN, 0.6)).reason == HitReason.MISSING_CHARACTER
    assert hits(green, Reading("皖A12345", PlateKind.UNKNOWN, 0.97)) == ()
    assert hits(green, Reading("皖A12345", PlateKind.BLUE, 0.6)) == ()
    assert only(green, Reading("皖A12345", PlateKind.GREEN_SMALL, 0.97)).reason == HitReason.MISSING_CHARACTER


@settings(max_examples=200)
@given(similar_texts, st.lists(st.floats(0.3, 1), min_size=7, max_size=7))
def test_scores_are_probabilities_of_which_there_is_one_in_all(text: str, sure: list[float]) -> None:
    reading = Reading(text, PlateKind.BLUE, float(np.prod(sure)), tuple(sure))
    for place in range(1, 7):
        alone = sum(
            reading.likelihood(place, other) for other in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if other != text[place]
        )
        assert alone + reading.confidence <= 1 + 1e-9
