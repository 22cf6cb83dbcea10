"""What copies do to pictures, and which of it a registered work is recognised in."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.fingerprints.borders import BORDER_TOLERANCE, trimmed
from crawler_filter.fingerprints.pdq import Way, complement, distance, pdq
from crawler_filter.fingerprints.registered import OF_THE_WHOLE, WIDELY_COMPARED, Picture, Variant
from crawler_filter.fingerprints.variants import MIN_QUALITY, cropped, for_lookup, for_registration
from crawler_filter.snapshot.multi_index import CLOSE_RADIUS, MATCH_RADIUS, SAME_RENDITION
from tests.crawler_filter.fingerprints.composed import page, sheet
from tests.crawler_filter.fingerprints.generated import pixels
from tests.profiles import examples

WORK = pixels(480, 360, 60, 1)


def framed(picture, thickness, colour=(255, 255, 255)):
    height, width, _ = picture.shape
    page = np.full((height + 2 * thickness, width + 2 * thickness, 3), colour, dtype=np.uint8)
    page[thickness : thickness + height, thickness : thickness + width] = picture
    return page


def without(picture, percent):
    height, width, _ = picture.shape
    rows, columns = round(height * percent / 100), round(width * percent / 100)
    return picture[rows : height - rows, columns : width - columns]


def upright(picture):
    """The picture as high as it is wide and half as much again."""
    return picture.repeat(2, axis=0)[: picture.shape[1] * 3 // 2]


OTHER = upright(pixels(480, 360, 60, 9))


def nearest(work, copy):
    """The variants that are closest of those of the whole, and how far apart they are."""
    return min(
        (distance(registered.hash, found.hash), registered.variant, found.variant)
        for registered in for_registration(work)
        for found in for_lookup(copy)
        if registered.variant in OF_THE_WHOLE and found.variant in WIDELY_COMPARED
    )


COPIES = {
    "the work itself": (lambda work: work, "whole", "whole"),
    "half its size": (lambda work: work[::2, ::2], "whole", "whole"),
    "mirrored": (lambda work: work[:, ::-1], "whole", "mirrored"),
    "in a white frame": (lambda work: framed(work, 40), "whole", "trimmed"),
    "mirrored in a black frame": (lambda work: framed(work[:, ::-1], 25, 0), "whole", "trimmed-mirrored"),
    "without 2 % at each edge": (lambda work: without(work, 2), "crop4", "crop2"),
    "without 4 % at each edge": (lambda work: without(work, 4), "crop4", "whole"),
    "without 6 % at each edge": (lambda work: without(work, 6), "crop8", "crop2"),
    "without 10 % at each edge, mirrored": (lambda work: without(work, 10)[:, ::-1], "crop12", "crop2-mirrored"),
    "without 12 % at each edge, in a frame": (lambda work: framed(without(work, 12), 30), "crop12", "trimmed"),
}


@pytest.mark.parametrize(("copy", "registered", "found"), COPIES.values(), ids=COPIES)
def test_a_copy_is_recognised_by_the_variant_meant_for_it(copy, registered, found):
    bits, by, of = nearest(WORK, copy(WORK))
    assert bits <= MATCH_RADIUS
    assert (by, of) == (registered, found)


@pytest.mark.parametrize(
    "percent",
    [pytest.param(each, marks=() if each % 3 == 0 else pytest.mark.whole) for each in np.arange(0, 13, 0.5)],
)
def test_there_are_no_gaps_between_crops(percent):
    assert nearest(WORK, without(WORK, percent))[0] <= MATCH_RADIUS


CLOSE_COPIES = {
    "upside down": (lambda work: work[::-1], "whole", "upside-down"),
    "a quarter turn to the left": (np.rot90, "whole", "right-turn"),
    "a quarter turn to the right": (lambda work: np.rot90(work, 3), "whole", "left-turn"),
    "half a turn": (lambda work: np.rot90(work, 2), "whole", "half-turn"),
    "a negative": (lambda work: 255 - work, "whole", "negative"),
    "a negative, mirrored": (lambda work: 255 - work[:, ::-1], "whole", "mirrored-negative"),
    "a quarter turn in a frame": (lambda work: framed(np.rot90(work), 40), "whole", "trimmed-right-turn"),
}


@pytest.mark.parametrize(("copy", "registered", "found"), CLOSE_COPIES.values(), ids=CLOSE_COPIES)
def test_what_is_turned_is_recognised_closely(copy, registered, found):
    of = {key.variant: key.hash for key in for_lookup(copy(WORK))}
    keys = {key.variant: key.hash for key in for_registration(WORK)}
    assert found not in WIDELY_COMPARED
    assert distance(keys[registered], of[found]) <= CLOSE_RADIUS


COMPOSED = {
    "the left page of a spread": lambda work: np.concatenate([work, OTHER[: len(work)]], axis=1),
    "on a sheet with another": lambda work: sheet([[work, pixels(400, 360, 50, 8)]]),
    "a panel of a page": page,
    "a panel of a page, as a negative": lambda work: 255 - page(work),
    "under a caption": lambda work: sheet([[pixels(480, 40, 3, 5) // 5], [work]]),
}


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(COMPOSED[name], id=name, marks=() if "sheet" in name else pytest.mark.whole)
        for name in COMPOSED
    ],
)
def test_what_is_put_beside_others_is_recognised_closely_by_a_part(copy):
    parts = [key.hash for key in for_lookup(copy(WORK)) if key.variant.startswith("part")]
    assert min(distance(for_registration(WORK)[0].hash, value) for value in parts) <= CLOSE_RADIUS


def test_a_panel_that_was_cut_out_of_a_registered_page_is_recognised():
    parts = {key.variant: key.hash for key in for_registration(page(WORK)) if key.variant.startswith("part")}
    assert any(distance(value, pdq(WORK).hash) <= CLOSE_RADIUS for value in parts.values())
    assert any(distance(value, pdq(WORK[3:-3, 4:-4]).hash) <= MATCH_RADIUS for value in parts.values())


@pytest.mark.parametrize("seed", range(8))
def test_the_complement_of_a_hash_is_that_of_the_negative(seed):
    work = pixels(90 + seed, 120, 1 + 7 * seed, seed)
    assert distance(complement(pdq(work).hash), pdq(255 - work).hash) <= 2


def test_a_page_registered_with_its_margin_is_recognised_without_it():
    page = framed(WORK, 30)
    assert nearest(page, WORK) == (0, Variant.TRIMMED, Variant.WHOLE)
    assert nearest(page, framed(WORK, 80, 0))[:2] == (0, Variant.TRIMMED)


def test_another_picture_is_not_recognised():
    assert nearest(WORK, pixels(480, 360, 60, 2))[0] > 2 * MATCH_RADIUS


def test_what_is_registered_and_looked_up_of_a_picture_without_a_border():
    of_whole = ["whole", *(way.value for way in Way if way is not Way.UPRIGHT)]
    names = [*of_whole, "crop2", "crop2-mirrored", "part1", "part1-mirrored", "part2", "part2-mirrored"]
    negatives = ["negative", *(f"{name}-negative" for name in names[1:])]
    assert [key.variant for key in for_registration(WORK)] == [*OF_THE_WHOLE[:4], "part1", "part2"]
    assert [key.variant for key in for_lookup(WORK)] == [*names, *negatives]
    assert for_registration(WORK)[0][1:] == pdq(WORK)


def test_what_is_registered_can_be_declared_border_and_all():
    keys = for_registration(np.pad(WORK, ((30, 30), (0, 0), (0, 0))))
    picture = Picture(tuple((key.variant, key.hash) for key in keys))
    assert "trimmed" in [key.variant for key in keys]
    assert Picture.decode(picture.encode()) == picture


@pytest.mark.parametrize("of", [for_lookup, for_registration])
def test_a_picture_with_too_little_to_see_has_no_key(of):
    faint = (WORK // 64 + 100).astype(np.uint8)
    assert pdq(faint).quality < MIN_QUALITY
    assert of(faint) == of(np.zeros((200, 200, 3), dtype=np.uint8)) == of(WORK[:3]) == []


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 255))
def test_a_border_is_cut_off_to_the_pixel_at_each_edge_by_itself(top, bottom, left, right, grey):
    height, width = WORK.shape[:2]
    page = np.full((top + height + bottom, left + width + right, 3), grey, dtype=np.uint8)
    work = WORK.copy()
    work[[0, -1]] = work[:, [0, -1]] = 0
    work[[0, -1], ::2] = work[::2, [0, -1]] = 255
    page[top : top + height, left : left + width] = work
    assert np.array_equal(trimmed(page), work)


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (np.full((90, 90, 3), 7, dtype=np.uint8), "it is of one colour"),
        (framed(WORK[:20, :20], 40), "less than a quarter of a side would be left"),
        (WORK, "it has no border"),
        (WORK[:0], "it has no pixels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_picture_is_left_as_it_is_where(page, why):
    assert trimmed(page) is page or np.shares_memory(trimmed(page), page) or not page.size
    assert trimmed(page).shape == page.shape


@examples(25)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 12))
def test_a_crop_takes_the_same_from_opposite_edges_and_never_all(height, width, percent):
    middle = cropped(np.arange(height * width * 3).reshape(height, width, 3), percent)
    assert (height - len(middle)) == 2 * (height * percent // 100)
    assert middle.size


def test_the_document_names_the_limits_that_are_kept():
    document = Path(__file__, "../../../../docs/formats/fingerprints.md").resolve().read_text(encoding="utf-8")
    assert f"quality below **{MIN_QUALITY}**" in document
    assert f"at most **{MATCH_RADIUS}** are of the same work" in document
    assert f"at most **{SAME_RENDITION}** are of the same rendition" in document
    assert f"is within\n{BORDER_TOLERANCE} of the first pixel" in document
    assert f"at most **{CLOSE_RADIUS}**" in document
    assert all(f"`{variant}`" in document for variant in (*OF_THE_WHOLE, "part1", "part12"))


def in_margins_with_marks(contrast, margin=80):
    """A picture in wide margins that marks at their outer edges keep from being cut off."""
    sheet = framed(pixels(400, 400, 120, 0), margin)
    for row, column in ((3, 200), (-12, 200), (200, 3), (200, -12)):
        sheet[row:, column:][:9, :9] = 0
    return (255 - (255 - sheet.astype(float)) * contrast).round().astype(np.uint8)


@pytest.mark.parametrize("contrast", [0.35, 0.375, 0.5])
def test_a_work_of_which_only_the_middle_can_be_registered_is_found_whole(contrast):
    work = in_margins_with_marks(contrast)
    registered, found = for_registration(work), for_lookup(work)
    assert registered
    assert (registered[0].variant == Variant.WHOLE) is (contrast == 0.5)
    assert {each.hash for each in registered} & {each.hash for each in found}
