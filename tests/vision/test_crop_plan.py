from hypothesis import given
from hypothesis import strategies as st

from skynet.domain.geometry import Box
from skynet.vision.crop_plan import overlap, plan_crops

WIDTH, HEIGHT, SIDE = 1920, 1080, 416
changes = st.lists(
    st.builds(
        Box,
        st.floats(0, WIDTH - 1),
        st.floats(0, HEIGHT - 1),
        st.floats(1, 900),
        st.floats(1, 600),
    ),
    max_size=8,
)


@given(changes)
def test_every_change_is_covered_by_a_crop_within_the_picture(boxes: list[Box]) -> None:
    crops = plan_crops(boxes, WIDTH, HEIGHT, SIDE)
    for crop in crops:
        assert min(crop.width, crop.height) >= SIDE
        assert min(crop.x, crop.y) >= 0
        assert crop.x + crop.width <= WIDTH
        assert crop.y + crop.height <= HEIGHT
    for box in boxes:
        shown = Box(box.x, box.y, min(WIDTH - box.x, box.width), min(HEIGHT - box.y, box.height))
        assert any(overlap(shown, crop) >= 0.99 * shown.width * shown.height - 2 for crop in crops)


@given(changes)
def test_no_two_crops_overlap(boxes: list[Box]) -> None:
    crops = plan_crops(boxes, WIDTH, HEIGHT, SIDE)
    assert all(overlap(a, b) == 0 for i, a in enumerate(crops) for b in crops[:i])


def test_neighbours_share_a_crop_and_the_largest_change_comes_first() -> None:
    crops = plan_crops([Box(100, 100, 20, 20), Box(160, 120, 20, 40), Box(1500, 600, 300, 300)], WIDTH, HEIGHT, SIDE)
    assert [(crop.width, crop.height) for crop in crops] == [(420, 420), (416, 416)]
    assert crops[0].x > 1200


def test_a_crop_in_a_corner_is_moved_into_the_picture() -> None:
    assert plan_crops([Box(1900, 1070, 20, 10)], WIDTH, HEIGHT, SIDE) == [Box(WIDTH - SIDE, HEIGHT - SIDE, SIDE, SIDE)]


def test_a_picture_smaller_than_a_crop_is_looked_at_whole() -> None:
    assert plan_crops([Box(10, 10, 20, 20)], 320, 240, SIDE) == [Box(0, 0, 320, 240)]
