"""A picture that was cut into a grid of tiles is put together again, whichever of its numbers is the row."""

import numpy as np
import pytest

from crawler_filter.files.budget import Skipped
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded, opened, pictured
from tests.crawler_filter.files.test_strips import joined, png, zipped
from tests.crawler_filter.fingerprints.generated import pixels

pytest.importorskip("PIL", reason="the media extra is not installed")

SHOWN = pixels(500, 380, 20, 5)
NAMES = {
    "Deep Zoom": "picture_files/9/{column}_{row}.png",
    "rows first": "tile-{row:02}-{column:02}.png",
    "maps": "4/{column}/{row}.png",
    "with a word behind": "x{column}y{row}tile.png",
}


def tiles(shown, name, side=150, shared=0):
    height, width, _ = shown.shape
    return {
        name.format(row=top // side, column=left // side): png(
            shown[max(top - shared, 0) : top + side + shared, max(left - shared, 0) : left + side + shared]
        )
        for top in range(0, height, side)
        for left in range(0, width, side)
    }


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_the_tiles_of_a_picture_are_put_together(name):
    found = joined(zipped(tiles(SHOWN, name)), "application/zip")
    assert any(np.array_equal(each.content, SHOWN) for each in found)


@pytest.mark.parametrize("shared", [0, 1])
def test_a_registered_picture_is_found_in_its_tiles(shared):
    large = np.asarray(__import__("PIL.Image").Image.fromarray(PIXELS).resize((960, 720)))
    content = zipped(tiles(large, NAMES["Deep Zoom"], side=254, shared=shared))
    assert not opened(pictured()).check(content=content).keep


def test_several_levels_are_several_pictures():
    smaller = SHOWN[::2, ::2]
    content = zipped({**tiles(SHOWN, "a/9/{column}_{row}.png"), **tiles(smaller, "a/8/{column}_{row}.png")})
    shapes = {each.content.shape for each in joined(content, "application/zip")}
    assert {SHOWN.shape, smaller.shape} <= shapes


@pytest.mark.parametrize(
    "lacking",
    [
        lambda named: dict(list(named.items())[1:]),
        lambda named: {name: each for name, each in named.items() if name.endswith("_0.png")},
        lambda named: {**named, "picture_files/9/1_1.png": png(SHOWN[:140, :150])},
        lambda named: {**named, "picture_files/9/9_9.png": png(SHOWN[:150, :150])},
    ],
    ids=["a hole", "a row", "another size", "one far away"],
)
def test_what_is_no_whole_grid_is_no_picture(lacking):
    named = lacking(tiles(SHOWN, NAMES["Deep Zoom"]))
    assert all(min(each.content.shape[:2]) < 300 for each in joined(zipped(named), "application/zip"))


def test_pages_of_chapters_are_no_tiles():
    page = encoded(OTHER, "PNG", size=(800, 1200))
    content = zipped({f"chapter {part} page {number}.png": page for part in (1, 2) for number in (1, 2, 3)})
    assert all(each.content.shape[0] == 1200 for each in joined(content, "application/zip"))


def test_tiles_beyond_the_budget_of_a_file_are_said_to_be():
    (*_, skipped) = joined(zipped(tiles(SHOWN, NAMES["Deep Zoom"])), "application/zip", pixels=60_000)
    assert isinstance(skipped, Skipped)
    assert "tiles of a picture" in skipped.reason
