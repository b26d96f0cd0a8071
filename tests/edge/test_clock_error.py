from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skynet.edge.clock_error import clock_error


@pytest.mark.parametrize(
    ("ahead_s", "said"),
    [
        (2.0, None),
        (-1.99, None),
        (5.0, "its clock is 5.0 s ahead, 2 s are allowed; let the camera ask a time server"),
        (-95.5, "its clock is 95.5 s behind, 2 s are allowed; let the camera ask a time server"),
        (8 * 3600 + 0.4, "its clock is a fixed 8 h ahead: the time zone is set wrong"),
        (-5.5 * 3600, "its clock is a fixed 5.5 h behind: the time zone is set wrong"),
        (3600 - 12.5, "its clock is a fixed 1 h ahead: the time zone is set wrong; and it has drifted by -12.5 s"),
        (3600 + 300, "its clock is 3900.0 s ahead, 2 s are allowed; let the camera ask a time server"),
        (
            -800 * 86_400.0,
            "its clock was never set: 800 days behind; let the camera ask a time server",
        ),
    ],
)
def test_what_is_said_of_a_clock(ahead_s: float, said: str | None) -> None:
    assert clock_error(ahead_s, 2.0) == said


@given(st.floats(-1e9, 1e9), st.floats(0.1, 60))
def test_a_clock_is_wrong_exactly_beyond_its_limit_and_one_line_says_so(ahead_s: float, limit_s: float) -> None:
    said = clock_error(ahead_s, limit_s)
    assert (said is None) == (abs(ahead_s) <= limit_s)
    assert said is None or (len(said) <= 200 and "\n" not in said)
