"""A picture is found where its pixels are numbers of a table or an array."""

import json

import numpy as np
import pytest

from crawler_filter.files.pixel_numbers import grids
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, opened, pictured

GREY = (PIXELS[::2, ::2] @ np.array([0.299, 0.587, 0.114])).astype(int)
COLOURED = np.asarray(PIXELS[::3, ::3])


def lines(grid, joint=","):
    return "\n".join(joint.join(map(str, row)) for row in grid)


def enumerated(shown, white=255):
    height, width, _ = shown.shape
    pixels = (
        f"{x},{y}: ({','.join(str(int(each) * (white // 255)) for each in shown[y, x])})  #000000  black"
        for y in range(height)
        for x in range(width)
    )
    return f"# ImageMagick pixel enumeration: {width},{height},{white},srgb\n" + "\n".join(pixels) + "\n"


WRITTEN = {
    "ImageMagick": lambda: enumerated(COLOURED),
    "ImageMagick, 16 bits": lambda: enumerated(COLOURED, 65_535),
    "CSV": lambda: lines(GREY),
    "CSV with a heading": lambda: ",".join(f"x{n}" for n in range(GREY.shape[1])) + "\n" + lines(GREY),
    "blanks": lambda: lines(GREY, " "),
    "shares of one": lambda: lines((GREY / 255).round(3)),
    "NumPy": lambda: np.array2string(GREY, threshold=10**9, max_line_width=10**6),
    "JSON": lambda: json.dumps(GREY.tolist()),
    "JSON in colour": lambda: json.dumps(COLOURED.tolist()),
    "several": lambda: json.dumps([GREY.tolist()] * 2),
    "channels first": lambda: json.dumps(np.moveaxis(COLOURED, 2, 0).tolist()),
    "in an object": lambda: json.dumps({"image": {"pixels": COLOURED.tolist()}}),
    "ImageData": lambda: json.dumps({
        "width": COLOURED.shape[1], "height": COLOURED.shape[0],
        "data": np.dstack([COLOURED, np.full(COLOURED.shape[:2], 255)]).ravel().tolist(),
    }),
    "PGM": lambda: f"P2\n# by hand\n{GREY.shape[1]} {GREY.shape[0]}\n255\n{lines(GREY, ' ')}\n",
    "PPM": lambda: f"P3 {COLOURED.shape[1]} {COLOURED.shape[0]} 255\n{lines(COLOURED.reshape(-1, 3), ' ')}\n",
}  # fmt: skip


@pytest.mark.parametrize("way", WRITTEN)
def test_a_picture_is_found_whose_pixels_are_numbers(way):
    pytest.importorskip("PIL")
    assert not opened(pictured()).check(content=WRITTEN[way]().encode()).keep


def test_another_picture_and_measurements_are_kept():
    optout = opened(pictured())
    for numbers in (OTHER.mean(axis=2), np.arange(40_000).reshape(200, 200), -np.ones((64, 64))):
        assert optout.check(content=lines(numbers.tolist()).encode()).keep


@pytest.mark.parametrize(
    "text", ["[" * 5000, "[[1, 2], [3]]", '{"width": 0, "height": 3, "data": [1]}', "[1e999]"]
)
def test_what_is_no_picture_has_none(text):
    assert list(grids(text.encode())) == []


def test_that_an_enumeration_of_pixels_is_cut_is_said():
    decision = opened(pictured()).check(content=enumerated(COLOURED)[:20_000].encode())
    assert "enumeration of pixels" in str(decision.unavailable)
