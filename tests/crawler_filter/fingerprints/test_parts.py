"""Where the parts of a picture are found, whatever the picture is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from crawler_filter.fingerprints.parts import MOST_OF_A_PAGE, MOST_OF_A_PICTURE, Box, boxes, parts
from crawler_filter.fingerprints.pdq import distance, pdq
from tests.crawler_filter.fingerprints.composed import page, sheet
from tests.crawler_filter.fingerprints.generated import pixels


def panels(count, side=120):
    return [pixels(side, side, 30, seed) for seed in range(count)]


def nearest(views, picture):
    """How many bits the part that is most like a picture is from it."""
    return min(distance(pdq(view).hash, pdq(picture).hash) for view in views)


@pytest.mark.parametrize("colour", [255, 0])
@pytest.mark.parametrize("gutter", [6, 12, 40])
def test_every_panel_of_a_page_is_found_without_its_frame(gutter, colour):
    of_page = panels(5, 140)
    framed = [np.pad(panel, ((3, 3), (3, 3), (0, 0)), constant_values=255 - colour) for panel in of_page]
    found = parts(sheet([framed[:2], framed[2:]], gutter, 25, colour))
    assert [nearest(found, panel) for panel in of_page] == [0] * 5


def test_rows_of_panels_are_parts_as_well_and_come_first():
    found = parts(page(pixels(300, 300, 60, 1)))
    areas = [view.shape[0] * view.shape[1] for view in found]
    assert areas == sorted(areas, reverse=True)
    assert len(found) > 4


def test_pictures_that_meet_without_a_gutter_are_cut_apart():
    left, right = (pixels(200, 300, 60, seed).astype(np.uint16) * 2 // 5 for seed in (3, 4))
    left, right = left.astype(np.uint8), (255 - right).astype(np.uint8)
    found = parts(np.concatenate([left, right], axis=1))
    assert any(abs(view.shape[1] - 200) <= 4 and view.shape[0] == 300 for view in found)


def test_the_pages_of_a_spread_and_windows_of_a_strip_are_parts():
    spread, strip = pixels(400, 300, 70, 5), pixels(100, 700, 70, 5)
    assert [view.shape[:2] for view in parts(spread)[:2]] == [(300, 200), (300, 200)]
    assert len(parts(strip)) >= 5
    assert {view.shape[1] for view in parts(strip)} == {100}


@pytest.mark.parametrize(("count", "most"), [(3, MOST_OF_A_PICTURE), (5, MOST_OF_A_PAGE)])
def test_there_are_no_more_parts_than_are_kept(count, most):
    pieces = panels(count * count, 60)
    rows = [pieces[start : start + count] for start in range(0, len(pieces), count)]
    assert len(parts(sheet(rows, 10))) <= MOST_OF_A_PAGE
    assert len(boxes(np.zeros((40, 400), dtype=np.uint8))) <= most


@pytest.mark.parametrize(
    "nothing",
    [
        np.zeros((0, 0, 3), dtype=np.uint8),
        np.zeros((1, 900, 3), dtype=np.uint8),
        np.full((300, 300, 3), 9, dtype=np.uint8),
        pixels(40, 40, 9, 1),
        np.tile(np.repeat(np.arange(0, 250, 50, dtype=np.uint8), 60)[None, :, None], (250, 1, 3)),
    ],
    ids=["no pixels", "a line", "one colour", "small", "stripes"],
)
def test_of_a_picture_without_parts_there_are_none(nothing):
    assert all(view.size for view in parts(nothing))
    assert len(parts(nothing)) <= 2


@settings(max_examples=60, deadline=None)
@given(
    arrays(
        np.uint8, st.tuples(st.integers(1, 150), st.integers(1, 150)), elements=st.sampled_from([0, 20, 60, 255])
    )
)
def test_parts_lie_within_the_picture_each_once(samples):
    found = boxes(samples)
    height, width = samples.shape
    assert len(set(found)) == len(found)
    assert all(
        Box(0, 0, height, width)
        == Box(min(0, box.top), min(0, box.left), max(height, box.bottom), max(width, box.right))
        for box in found
    )


def test_a_few_plain_areas_are_no_part():
    flag = np.zeros((300, 600, 3), dtype=np.uint8)
    flag[:, 300:] = 255
    flag[100:200, :300] = 120
    assert parts(flag) == []


@pytest.mark.parametrize("fine", [True, False], ids=["line art", "soft shades"])
def test_fine_lines_and_soft_shades_are_parts(fine):
    page_of_lines = (
        np.where(pixels(600, 300, 3, 1) > 128, 255, 0).astype(np.uint8) if fine else pixels(600, 300, 60, 1)
    )
    assert len(parts(page_of_lines)) >= 2
