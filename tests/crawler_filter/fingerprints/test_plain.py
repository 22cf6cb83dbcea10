"""What a formula draws is not registered; what people draw is, by a wide margin."""

import numpy as np
import pytest

pytest.importorskip("PIL.Image", reason="the extra `content` is not installed")

from PIL import Image as Pictures
from PIL import ImageDraw, ImageOps

from crawler_filter.errors import MalformedMediaError
from crawler_filter.fingerprints.of_file import likenesses_of
from crawler_filter.fingerprints.pdq import samples_of
from crawler_filter.fingerprints.plain import MOST_LEFT, is_fine, is_plain, soft_sixteenths
from crawler_filter.fingerprints.plain_families import left_over
from crawler_filter.fingerprints.variants import for_lookup, for_registration, of_frame_for_registration
from tests.crawler_filter.fingerprints.composed import page
from tests.crawler_filter.fingerprints.generated import pixels
from tests.crawler_filter.fingerprints.plain_pictures import KINDS, drawn

_SEEDS = range(8)
_MOST_MISSED = {"halftone": 4}
"""Of which dots differ from place to place."""
_QUICK = ("linear gradient", "stripes")


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=() if kind in _QUICK else pytest.mark.whole) for kind in KINDS]
)
def test_nearly_no_picture_that_a_formula_draws_can_be_registered(kind):
    missed = [seed for seed in _SEEDS if for_registration(drawn(kind, seed))]
    assert len(missed) <= _MOST_MISSED.get(kind, 1), missed


def stripes(width=400, height=300, size=40):
    row = np.where(np.arange(width) // size % 2, 230, 30).astype(np.uint8)
    return np.repeat(np.repeat(row[None, :, None], height, axis=0), 3, axis=2)


def test_a_plain_picture_in_a_border_is_plain():
    framed = np.asarray(ImageOps.expand(Pictures.fromarray(stripes()), 30, "white"))
    assert for_registration(framed) == []


def test_a_plain_picture_is_looked_up_all_the_same():
    assert for_lookup(stripes())


def test_a_plain_part_of_a_picture_is_no_key():
    work = pixels(300, 300, 40, 3)
    plain = np.asarray(Pictures.fromarray(drawn("radial gradient", 6)).resize((300, 300)))
    assert not is_plain(np.concatenate([work, plain], axis=1))
    keys = for_registration(np.concatenate([work, plain], axis=1))
    every = of_frame_for_registration(np.concatenate([work, plain], axis=1), closely=True)
    assert {key.variant for key in keys} < {key.variant for key in every}
    assert "whole" in {key.variant for key in keys}


WORKS = {
    "a picture": lambda: pixels(300, 260, 40, 3),
    "a small one": lambda: pixels(70, 60, 20, 4),
    "a smooth one": lambda: pixels(400, 300, 100, 5),
    "a page": lambda: page(pixels(300, 260, 40, 3)),
}


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_of_a_work_more_than_twice_as_much_is_left_as_of_what_is_plain(work):
    seen = work()
    for family, left in left_over(samples_of(seen), seen.shape[1] / seen.shape[0]):
        assert left > 2 * MOST_LEFT[family], family


def test_a_figure_on_stripes_is_a_work():
    picture = Pictures.fromarray(stripes())
    picture.paste(Pictures.fromarray(pixels(160, 200, 30, 8)), (120, 50))
    ImageDraw.Draw(picture).ellipse((20, 40, 130, 150), fill="red", outline="black")
    assert not is_plain(np.asarray(picture))


@pytest.mark.parametrize("kind", ["polka dots", "zigzag", "shippo"])
def test_a_figure_on_a_pattern_is_a_work(kind):
    picture = Pictures.fromarray(drawn(kind, 3)).resize((400, 400))
    assert is_plain(np.asarray(picture))
    picture.paste(Pictures.fromarray(pixels(150, 180, 12, 8)), (120, 90))
    assert not is_plain(np.asarray(picture))


@pytest.mark.parametrize("count", [2, 3])
def test_a_sheet_of_one_work_is_a_work(count):
    assert not is_plain(np.tile(pixels(160, 160, 30, 8), (count, count, 1)))


@pytest.mark.parametrize("kind", ["asanoha", "hexagons"])
def test_large_tiles_are_plain_by_their_few_lines_or_by_turning(kind):
    left = dict(left_over(samples_of(drawn(kind, 7006 if kind == "asanoha" else 7004)), 1.0))
    assert left["tiled"] <= MOST_LEFT["tiled"]
    assert left.get("turned", 1) > MOST_LEFT["turned"]


@pytest.mark.parametrize("count", [2, 3])
def test_a_sheet_of_pages_has_lines_in_many_directions(count):
    sheet = np.tile(page(pixels(300, 260, 40, 3)), (count, count, 1))
    assert "tiled" not in dict(left_over(samples_of(sheet), sheet.shape[1] / sheet.shape[0]))


def test_four_mirror_images_of_a_work_are_a_work():
    half = np.concatenate([pixels(160, 160, 30, 8), pixels(160, 160, 30, 8)[:, ::-1]], axis=1)
    assert not is_plain(np.concatenate([half, half[::-1]]))


@pytest.mark.parametrize("seed", [2, 10])
def test_rings_too_narrow_for_the_samples_are_plain_by_their_pieces(seed):
    assert is_fine(samples_of(drawn("rings", seed)))
    assert is_plain(drawn("rings", seed))


def test_rays_whose_middle_is_too_narrow_for_the_samples_are_plain_by_their_sixteenths():
    assert soft_sixteenths(samples_of(drawn("sunburst", 17)))
    assert is_plain(drawn("sunburst", 17))


@pytest.mark.parametrize("shape", [(1, 1), (4, 900), (5, 5), (1, 3000), (700, 6)])
@pytest.mark.parametrize("value", [0, 255, None], ids=["black", "white", "noise"])
def test_no_shape_and_no_colour_breaks_it(shape, value):
    noise = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert is_plain(noise if value is None else np.full_like(noise, value)) in (True, False)


def test_the_owner_is_told_why(tmp_path):
    path = tmp_path / "stripes.png"
    Pictures.fromarray(stripes()).save(path)
    with pytest.raises(MalformedMediaError, match="no more than a gradient, stripes"):
        list(likenesses_of(path))
