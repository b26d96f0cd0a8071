import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.analytics import PlateVote, VotedPlate
from skynet.analytics.plate_vote import MAX_ATTEMPTS
from skynet.domain import PlateKind, PlateRead, PlateScores, PlateText, decode_plate
from skynet.domain.plate_scores import SYMBOL_INDEX, Calibration
from tests.domain.plate_texts import grammatical_texts, scores_of


def read_of(scores: PlateScores, width: float = 120, left: float = 0) -> PlateRead:
    decoded = decode_plate(scores)
    return PlateRead(
        text=decoded.text,
        kind=decoded.kind,
        confidence=decoded.confidence,
        corners=((left, 0), (left + width, 0), (left + width, width / 3), (left, width / 3)),
        characters=decoded.characters,
        scores=scores,
    )


def told(text: str, confidence: float) -> PlateRead:
    """A read of a reader that gives no scores."""
    corners = ((0, 0), (120, 0), (120, 40), (0, 40))
    return PlateRead(text=text, kind=PlateKind.BLUE, confidence=confidence, corners=corners)


def seen(text: str, *, blur: tuple[int, ...] = (), seed: int = 0, noise: float = 0.5) -> PlateScores:
    """A plate of which the characters at `blur` cannot be told apart."""
    scores = scores_of(text, PlateText.parse(text).kinds[0], strength=9, noise=noise, seed=seed)
    characters = scores.characters.copy()
    for place in blur:
        characters[place] = np.random.default_rng(seed + place).normal(0, 0.3, 75) - math.log(75)
    return PlateScores.of_logits(characters, scores.kinds)


def noisy_track(random: np.random.Generator, frames: int) -> tuple[str, list[PlateRead]]:
    """A plate seen `frames` times: noise of each frame and of all, and now and then a character surely wrong."""
    serial = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
    text = "皖A" + "".join(random.choice(list(serial), 5))
    shared = random.normal(0, 1, (8, 75))
    reads = []
    for frame in range(frames):
        logits = shared + random.normal(0, 1.3, (8, 75))
        for row, symbol in zip(logits, text + "-", strict=True):
            row[SYMBOL_INDEX[symbol]] += 12 * random.uniform(0.25, 0.8) * random.normal(1, 0.3)
        if random.random() < 0.1:
            logits[random.integers(2, 7), SYMBOL_INDEX[random.choice(list(serial))]] += 16
        kinds = random.normal(0, 1, 12)
        kinds[0] += 5
        reads.append(read_of(PlateScores.of_logits(logits, kinds), left=100 * frame))
    return text, reads


def vote_of(reads: list[PlateRead]) -> VotedPlate | None:
    vote = PlateVote()
    for read in reads:
        vote.add(read)
    return vote.best()


def likeliest(reads: list[PlateRead]) -> str:
    """What the vote takes for likeliest, however unsure: the frames' scores say that every text is sure."""
    sure = Calibration(scale=0, offset=9)
    voted = vote_of(
        [
            read.model_copy(update={"scores": PlateScores(read.scores.characters, read.scores.kinds, sure)})
            for read in reads
            if read.scores
        ]
    )
    assert voted is not None
    return voted.read.text


reads_of_any_plate = st.builds(
    lambda text, strength, noise, seed, width: read_of(
        scores_of(text, PlateText.parse(text).kinds[0], strength=strength, noise=noise, seed=seed), width
    ),
    grammatical_texts,
    st.floats(0, 15),
    st.floats(0, 3),
    st.integers(0, 10_000),
    st.floats(20, 300),
)


def test_no_reads_no_answer() -> None:
    vote = PlateVote()
    vote.add(None)
    assert vote.best() is None
    assert not vote.settled


@given(reads_of_any_plate)
def test_one_read_alone_is_as_it_was_read(read: PlateRead) -> None:
    voted = vote_of([read])
    if read.confidence < 0.7:
        assert voted is None or voted.read.confidence == pytest.approx(0.7, abs=0.01)
    else:
        assert voted is not None
        assert (voted.read.text, voted.read.kind) == (read.text, read.kind)
        assert voted.read.confidence == pytest.approx(read.confidence, abs=1e-3)


def test_halves_that_two_frames_show_make_one_plate() -> None:
    front, rear = seen("皖A8K3D6", blur=(4, 5, 6), seed=1), seen("皖A8K3D6", blur=(0, 1, 2), seed=2)
    assert "皖A8K3D6" not in {decode_plate(front).text, decode_plate(rear).text}
    assert likeliest([read_of(front), read_of(rear)]) == "皖A8K3D6"


def test_a_vote_beats_the_best_single_frame() -> None:
    random = np.random.default_rng(7)
    tracks = [noisy_track(random, 6) for _ in range(60)]
    best_shots = sum(max(reads, key=lambda read: read.confidence).text == text for text, reads in tracks)
    voted = [(text, vote_of(reads)) for text, reads in tracks]
    right = sum(answer is not None and answer.read.text == text for text, answer in voted)
    wrong = sum(answer is not None and answer.read.text != text for text, answer in voted)
    assert best_shots < 45
    assert right + wrong >= 30, "most are sure enough to be told"
    assert wrong <= 1
    texts_right = sum(likeliest(reads) == text for text, reads in tracks)
    assert texts_right >= best_shots + 8


@given(st.lists(reads_of_any_plate, min_size=1, max_size=6), st.randoms())
def test_the_order_of_the_frames_is_of_no_matter(reads: list[PlateRead], random: object) -> None:
    shuffled = list(reads)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = vote_of(reads), vote_of(shuffled)
    assert (one is None) == (other is None)
    if one and other:
        assert one.read.confidence == pytest.approx(other.read.confidence, abs=2e-3)


@given(grammatical_texts, st.integers(2, 8))
def test_frames_that_agree_never_make_it_less_sure(text: str, frames: int) -> None:
    read = read_of(scores_of(text, PlateText.parse(text).kinds[0], strength=8))
    vote, before = PlateVote(), 0.0
    for _ in range(frames):
        vote.add(read)
        voted = vote.best()
        assert voted is not None
        assert voted.read.confidence >= before - 1e-3
        before = voted.read.confidence


@given(st.lists(reads_of_any_plate, min_size=3, max_size=8), reads_of_any_plate)
def test_what_is_settled_no_further_read_changes(reads: list[PlateRead], another: PlateRead) -> None:
    vote = PlateVote()
    for read in reads:
        vote.add(read)
    if vote.settled:
        before = vote.best()
        vote.add(another)
        after = vote.best()
        assert before is not None
        assert after is None or after.read.text == before.read.text


def test_a_good_frame_is_not_spoiled_by_poor_ones() -> None:
    good = read_of(seen("皖A8K3D6"))
    blurred = [seen("皖A8K3D6", blur=(0, 1, 2, 3, 4, 5, 6), seed=seed) for seed in range(4)]
    poor = [read_of(scores, width=40, left=100 + 50 * place) for place, scores in enumerate(blurred)]
    alone, together = vote_of([good]), vote_of([good, *poor])
    assert alone is not None
    assert together is not None
    assert together.read.text == "皖A8K3D6"
    assert together.read.confidence > 0.9 * alone.read.confidence
    assert together.read.corners == good.corners, "the best shot is shown"


def test_a_parked_car_is_no_surer_for_being_looked_at_again() -> None:
    scores = seen("皖A8K3D6", noise=0.6)
    alone = vote_of([read_of(scores)])
    parked = vote_of([read_of(scores, left=place) for place in (0, 3, -4, 2, 1)])
    driven = vote_of([read_of(scores, left=100 * place) for place in range(5)])
    assert alone is not None
    assert parked is not None
    assert driven is not None
    assert alone.read.confidence < 0.95
    assert parked.read.confidence == pytest.approx(alone.read.confidence, abs=1e-3)
    assert driven.read.confidence > alone.read.confidence + 0.03


def test_the_best_shot_is_the_widest_sure_one_that_shows_the_answer() -> None:
    vote = PlateVote()
    vote.add(read_of(seen("皖A8K3D6", seed=1), width=60, left=1), 1.0)
    vote.add(read_of(seen("皖A8K3D6", seed=2), width=150, left=2), 2.0)
    vote.add(read_of(seen("皖A8K3D6", blur=(3,), seed=3), width=200, left=3), 3.0)
    voted = vote.best()
    assert voted is not None
    assert voted.read.corners[0][0] == 2
    assert (voted.at, voted.frames) == (2.0, 3)


def test_frames_that_contradict_each_other_are_no_answer() -> None:
    assert vote_of([read_of(seen(text)) for text in ("皖A12345", "皖A12346", "皖A12347")]) is None


def test_settled_after_enough_sure_reads_that_agree() -> None:
    vote = PlateVote()
    for seed in range(2):
        vote.add(read_of(seen("皖A12345", seed=seed)))
        assert not vote.settled
    vote.add(read_of(seen("皖A12345", seed=9)))
    assert vote.settled


def test_poor_reads_settle_nothing() -> None:
    vote = PlateVote()
    for seed in range(5):
        vote.add(read_of(seen("皖A12345", blur=(4,), seed=seed), width=40))
    assert not vote.settled


def test_settled_when_trying_on_is_hopeless() -> None:
    vote = PlateVote()
    for _ in range(MAX_ATTEMPTS):
        assert not vote.settled
        vote.add(None)
    assert vote.settled


def test_readers_without_scores_vote_too() -> None:
    voted = vote_of([told("皖A12345", 0.9), told("皖A12346", 0.3), told("皖A12345", 0.95)])
    assert voted is not None
    assert voted.read.text == "皖A12345"
    assert vote_of([told("皖A12345", 0.9), told("皖A12346", 0.9)]) is None
