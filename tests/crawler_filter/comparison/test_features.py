"""Two pictures beside each other: copies that hashes miss are found, and other works are not."""

from itertools import combinations

import numpy as np
import pytest

pytest.importorskip("cv2", reason="the extra `compare` is not installed")

from PIL import Image, ImageDraw, ImageOps

from crawler_filter.comparison.drawing import side_by_side
from crawler_filter.comparison.features import ALIKE, compare
from crawler_filter.errors import DataError


def drawing(seed: int, size=(420, 380)) -> Image.Image:
    """Some drawing: lines, circles and patches of grey, other ones for each seed."""
    random = np.random.default_rng(seed)
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    for _ in range(60):
        x, y = random.integers(0, size[0]), random.integers(0, size[1])
        points = [(int(x + random.normal(0, 40)), int(y + random.normal(0, 40))) for _ in range(5)]
        grey = int(random.integers(0, 220))
        pen.polygon(points, fill=(grey, grey, grey) if random.random() < 0.5 else None, outline="black")
    return image


WORK = drawing(1)
WIDTH, HEIGHT = WORK.size


def within(image):
    sheet = Image.new("RGB", (WIDTH * 2, HEIGHT * 2), "grey")
    sheet.paste(image, (WIDTH // 3, HEIGHT // 2))
    return sheet


EDITS = {
    "an off-centre quarter": WORK.crop((20, 30, 20 + WIDTH // 2, 30 + HEIGHT // 2)),
    "a turn by 30 degrees": WORK.rotate(30, expand=True, fillcolor="white"),
    "a turn by 180 degrees": WORK.rotate(180),
    "half the size": WORK.resize((WIDTH // 2, HEIGHT // 2)),
    "a picture within another": within(WORK),
    "a perspective": WORK.transform(
        WORK.size, Image.Transform.QUAD, (40, 0, 0, HEIGHT, WIDTH, HEIGHT - 40, WIDTH - 20, 40)
    ),
    "grey": WORK.convert("L"),
}


def pixels(image):
    return np.asarray(image)


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_a_copy_is_found_whatever_was_done_to_it(edit):
    found = compare(pixels(WORK), pixels(edit))
    assert found.alike
    assert not found.mirrored


def test_a_mirrored_and_a_negative_copy_are_found_and_said_so():
    mirrored = compare(pixels(WORK), pixels(ImageOps.mirror(WORK)))
    assert (mirrored.alike, mirrored.mirrored, mirrored.negative) == (True, True, False)
    ((x, y), (other_x, other_y)) = mirrored.places[0]
    assert (x, y) == pytest.approx((WIDTH - 1 - other_x, other_y), abs=3)
    both = compare(pixels(WORK), pixels(ImageOps.invert(ImageOps.mirror(WORK))))
    assert both.alike


def test_other_works_share_few_places():
    for one, other in combinations([pixels(drawing(seed)) for seed in range(2, 6)], 2):
        assert len(compare(one, other).places) < ALIKE / 2


def test_where_a_copy_lies_is_said_in_the_pixels_of_each_picture():
    found = compare(pixels(WORK), pixels(within(WORK)))
    for (x, y), (there_x, there_y) in found.places:
        assert (there_x, there_y) == pytest.approx((x + WIDTH // 3, y + HEIGHT // 2), abs=6)
    assert found.share_of_first > 0.6
    assert found.share_of_second < 0.35


def test_the_same_pictures_give_the_same_answer():
    turned = pixels(EDITS["a turn by 30 degrees"])
    assert compare(pixels(WORK), turned) == compare(pixels(WORK), turned)


@pytest.mark.parametrize("plain", [Image.new("RGB", (200, 200), "white"), Image.new("L", (2000, 40), 0)])
def test_a_picture_with_nothing_to_see_is_like_none(plain):
    assert not compare(pixels(WORK), pixels(plain)).alike
    assert not compare(pixels(plain), pixels(plain)).alike


def test_one_that_is_too_small_is_refused_with_its_size():
    with pytest.raises(DataError, match="got 31 x 200"):
        compare(pixels(WORK), pixels(Image.new("RGB", (31, 200))))


def test_both_are_drawn_beside_each_other():
    found = compare(pixels(WORK), pixels(within(WORK)))
    sheet = side_by_side(WORK, within(WORK), found)
    assert sheet.height == 700
    assert (0, 140, 90) in set(
        sheet.get_flattened_data() if hasattr(sheet, "get_flattened_data") else sheet.getdata()
    )
