from __future__ import annotations

import pytest

from skynet.domain.place_class import CHINESE, FORBIDDEN, PlaceClass, place_class_of


def test_no_forbidden_place_can_be_written_down() -> None:
    assert not set(PlaceClass) & set(FORBIDDEN)
    assert not set(CHINESE) & set(FORBIDDEN)


@pytest.mark.parametrize("name", sorted(FORBIDDEN))
def test_each_forbidden_place_is_refused_with_its_reason(name: str) -> None:
    for written in (name, f" {name.upper()} ", name.replace("_", " "), name.replace("_", "-")):
        with pytest.raises(ValueError, match="forbidden place") as refused:
            place_class_of(written)
        assert FORBIDDEN[name] in str(refused.value)


def test_every_class_is_told_from_its_names() -> None:
    assert [place_class_of(place.value) for place in PlaceClass] == list(PlaceClass)
    assert all(place_class_of(name) is place for name, place in CHINESE.items())
