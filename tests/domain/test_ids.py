from hypothesis import given
from hypothesis import strategies as st

from skynet.domain.ids import uuid7


@given(st.floats(0, 2**47 / 1000))
def test_uuid7_carries_its_time(posix_s: float) -> None:
    value = uuid7(posix_s)
    assert value.version == 7
    assert value.variant == "specified in RFC 4122"
    assert value.int >> 80 == int(posix_s * 1000)


def test_uuid7_of_one_instant_differ_and_later_ones_sort_later() -> None:
    same = {uuid7(1000.0) for _ in range(1000)}
    assert len(same) == 1000
    assert max(same) < uuid7(1000.001)
