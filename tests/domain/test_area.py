from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from skynet.domain.area import Area, area_of, lies_in
from skynet.domain.site import Region


def test_a_region_is_a_path_from_the_city_down() -> None:
    assert area_of(Region(city="杭州市")) == "杭州市"
    assert area_of(Region(city="杭州市", county="西湖区", village="a/b")) == "杭州市/西湖区/a／b"


@pytest.mark.parametrize(
    ("area", "outer", "inside"),
    [
        ("c/a", "", True),
        ("", "", True),
        ("c/a", "c", True),
        ("c/a", "c/a", True),
        ("c/ab", "c/a", False),
        ("c", "c/a", False),
        ("", "c", False),
    ],
)
def test_what_lies_in_an_area(area: str, outer: str, inside: bool) -> None:
    assert lies_in(area, outer) is inside


@pytest.mark.parametrize("text", ["/", "a/", "a//b", "a/b/c/d/e", "a\n", "x" * 501, " "])
def test_what_is_no_area(text: str) -> None:
    with pytest.raises(ValidationError, match="is no area"):
        TypeAdapter(Area).validate_python(text)
