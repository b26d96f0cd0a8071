from __future__ import annotations

import pytest

from skynet.coordinator.routes.byte_range import UnsatisfiableRangeError, asked, names, still


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-", range(100)),
        ("bytes=0-0", range(1)),
        ("Bytes=10-19", range(10, 20)),
        ("bytes=90-500", range(90, 100)),
        ("bytes=-1", range(99, 100)),
        ("bytes=-500", range(100)),
        (" bytes= 99-99 ", range(99, 100)),
        (None, None),
        ("", None),
        ("bytes=-", None),
        ("bytes=5-4", None),
        ("bytes=0-1,4-5", None),
        ("bytes=a-b", None),
        ("lines=1-2", None),
        ("bytes=0-9999999999999999999999", None),
    ],
)
def test_one_range_is_understood_and_the_rest_is_the_whole(header: str | None, found: range | None) -> None:
    assert asked(header, 100) == found


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_behind_the_end_cannot_be_given(header: str) -> None:
    with pytest.raises(UnsatisfiableRangeError):
        asked(header, 100)


def test_tags_are_compared_as_the_standard_says() -> None:
    assert names('"a", W/"b"', '"b"')
    assert names("*", '"b"')
    assert not names('"a"', '"b"')
    assert still(None, '"b"')
    assert still('"b"', '"b"')
    assert not still('W/"b"', '"b"')
    assert not still("Sun, 01 Feb 2026 08:00:00 GMT", '"b"')
