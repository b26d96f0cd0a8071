from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from skynet.domain import Point, Polygon
from skynet.media.picture_planes import PicturePlanes
from skynet.media.privacy_stencil import PrivacyStencil

shares = st.floats(0, 1)


@given(st.lists(st.tuples(shares, shares), min_size=3, max_size=3), st.integers(9, 90), st.integers(9, 90))
def test_no_pixel_inside_a_mask_is_left_open(points: list[tuple[float, float]], width: int, height: int) -> None:
    try:
        mask = Polygon(tuple(Point(*point) for point in points))
    except ValueError:
        assume(False)
        return
    stencil = PrivacyStencil.of([mask], width, height)
    assert stencil.luma.shape == (height, width)
    assert stencil.chroma.shape == ((height + 1) // 2, (width + 1) // 2)
    for y in range(0, height, 3):
        for x in range(0, width, 3):
            if mask.contains(Point((x + 0.5) / width, (y + 0.5) / height)):
                assert stencil.luma[y, x]
                assert stencil.chroma[y // 2, x // 2]


def test_what_is_far_from_the_mask_stays_open() -> None:
    square = Polygon((Point(0.25, 0.25), Point(0.5, 0.25), Point(0.5, 0.5), Point(0.25, 0.5)))
    stencil = PrivacyStencil.of([square], 100, 100)
    assert stencil.luma[25:50, 25:50].all()
    grown = np.zeros((100, 100), bool)
    grown[23:53, 23:53] = True
    assert not stencil.luma[~grown].any()


def test_burning_leaves_the_given_planes_alone() -> None:
    luma, chroma = np.full((8, 8), 200, np.uint8), np.full((4, 4), 90, np.uint8)
    half = Polygon((Point(0, 0), Point(0.5, 0), Point(0.5, 1), Point(0, 1)))
    burned = PrivacyStencil.of([half], 8, 8).burn(PicturePlanes(luma, chroma, chroma, full_range=False))
    assert (burned.luma[:, :4] == 16).all()
    assert (burned.u[:, :2] == 128).all()
    assert (burned.v[:, :2] == 128).all()
    assert (burned.luma[:, 6:] == 200).all()
    assert (luma == 200).all()
    assert (chroma == 90).all()
