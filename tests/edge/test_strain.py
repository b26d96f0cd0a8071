"""An overloaded box analyses less, says so, and takes it back when it can."""

from skynet.edge.issues import Issues
from skynet.edge.strain import BETTER_AFTER, RATES, Strain


class Hand:
    """A clock that is moved by hand."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.now


def seconds(strain: Strain, clock: Hand, count: int, lag_s: float) -> None:
    for _ in range(count):
        clock.now += 1.01
        strain.lags(lag_s)


def test_lasting_lag_halves_the_rate_step_by_step_and_ends() -> None:
    clock, issues = Hand(), Issues()
    strain = Strain(clock, issues)
    assert (strain.rate, issues.lines()) == (1.0, [])
    rates = []
    for _ in range(6):
        seconds(strain, clock, 3, 1.5)
        rates.append(strain.rate)
    assert rates == [0.5, 0.25, 0.125, 0.125, 0.125, 0.125]
    assert strain.raised == len(RATES) - 1
    assert "12% of the frames" in issues.lines()[0]


def test_a_single_hiccup_changes_nothing() -> None:
    clock = Hand()
    strain = Strain(clock, Issues())
    for _ in range(20):
        seconds(strain, clock, 2, 1.5)
        seconds(strain, clock, 1, 0.3)
    assert strain.rate == 1.0


def test_one_camera_that_lags_counts_among_many_that_do_not() -> None:
    clock = Hand()
    strain = Strain(clock, Issues())
    for _ in range(40):
        clock.now += 0.1
        for lag_s in (0.0, 0.0, 2.0, 0.0):
            strain.lags(lag_s)
    assert strain.level == 1


def test_ease_that_lasts_gives_everything_back_and_closes_the_issue() -> None:
    clock, issues = Hand(), Issues()
    strain = Strain(clock, issues)
    seconds(strain, clock, 6, 1.5)
    assert strain.level == 2
    seconds(strain, clock, BETTER_AFTER - 1, 0.0)
    seconds(strain, clock, 1, 0.4)
    assert strain.level == 2, "it begins to count anew"
    seconds(strain, clock, BETTER_AFTER, 0.0)
    assert strain.level == 1
    seconds(strain, clock, BETTER_AFTER, 0.0)
    assert (strain.level, issues.lines()) == (0, [])
