import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.domain import Box, Line, Point, Polygon

SQUARE = Polygon((Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1)))
inner = st.floats(0.01, 0.99)


@given(inner, inner)
def test_a_square_contains_its_inside(x: float, y: float) -> None:
    assert SQUARE.contains(Point(x, y))


@given(st.floats(1.01, 5), st.floats(-5, 5))
def test_a_square_does_not_contain_its_outside(x: float, y: float) -> None:
    assert not SQUARE.contains(Point(x, y))
    assert not SQUARE.contains(Point(y, x))


def test_a_hollow_zone_leaves_its_hollow_out() -> None:
    horseshoe = Polygon(
        tuple(Point(*p) for p in ((0, 0), (1, 0), (1, 1), (0.6, 1), (0.6, 0.4), (0.4, 0.4), (0.4, 1), (0, 1)))
    )
    assert horseshoe.contains(Point(0.2, 0.8))
    assert not horseshoe.contains(Point(0.5, 0.8))


@pytest.mark.parametrize(
    ("points", "why"),
    [
        (((0, 0), (1, 1)), "at least 3"),
        (((0, 0), (1, 1), (0, 0)), "at least 3"),
        (((0, 0), (0.5, 0.5), (1, 1)), "no area"),
        (((0, 0), (1, 1), (1, 0), (0.2, 1)), "cross each other"),
    ],
)
def test_what_is_no_polygon_says_why(points: tuple[tuple[float, float], ...], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Polygon(tuple(Point(*p) for p in points))


@given(st.floats(-1, 2), st.floats(-1, 2), st.floats(-1, 2), st.floats(-1, 2))
def test_going_back_crosses_the_other_way(ax: float, ay: float, bx: float, by: float) -> None:
    line = Line(Point(0.5, 0.2), Point(0.5, 0.8))
    a, b = Point(ax, ay), Point(bx, by)
    assert line.crossing(a, b) == -line.crossing(b, a)


def test_box_normalised_is_cut_at_the_edge() -> None:
    assert Box(-10, 20, 60, 100).normalised(100, 100) == Box(0, 0.2, 0.5, 0.8)
    assert Box(150, 150, 10, 10).normalised(100, 100).width == 0
