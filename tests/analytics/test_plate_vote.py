from skynet.analytics import PlateVote
from skynet.domain import PlateKind, PlateRead


def read(text: str, confidence: float) -> PlateRead:
    return PlateRead(text=text, kind=PlateKind.BLUE, confidence=confidence, corners=((0, 0), (9, 0), (9, 3), (0, 3)))


def test_no_reads_no_answer() -> None:
    vote = PlateVote()
    vote.add([])
    assert vote.best() is None
    assert not vote.settled


def test_reads_that_agree_beat_one_that_does_not() -> None:
    vote = PlateVote()
    for text, confidence in (("皖A12345", 0.9), ("皖A12346", 0.4), ("皖A12345", 0.95)):
        vote.add([read(text, confidence)])
    best = vote.best()
    assert best is not None
    assert best.text == "皖A12345"
    assert best.confidence < 0.85, "votes that disagree must cost confidence"


def test_votes_that_disagree_too_much_are_no_answer() -> None:
    vote = PlateVote()
    for text in ("皖A12345", "皖A12346", "皖A12347"):
        vote.add([read(text, 0.9)])
    assert vote.best() is None


def test_settled_after_enough_sure_reads_that_agree() -> None:
    vote = PlateVote()
    for _ in range(2):
        vote.add([read("皖A12345", 0.95)])
        assert not vote.settled
    vote.add([read("皖A12345", 0.95)])
    assert vote.settled


def test_settled_when_trying_on_is_hopeless() -> None:
    vote = PlateVote()
    for _ in range(12):
        vote.add([])
    assert vote.settled
