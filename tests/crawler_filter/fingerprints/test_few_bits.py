"""Hashes of stripes, boxes and mirrored figures are known by their bits, and those of works are not among them."""

import json
from pathlib import Path

import numpy as np
import pytest

from crawler_filter.fingerprints.few_bits import bits_set, rows_alike, says_little
from crawler_filter.fingerprints.pdq import pdq
from crawler_filter.fingerprints.variants import for_lookup, for_registration
from tests.crawler_filter.fingerprints.generated import pixels

_VECTORS = Path(__file__).parents[2] / "vectors/pdq.json"


def star():
    """A figure that is its own mirror image in eight ways."""
    sheet = np.full((300, 300, 3), 255, dtype=np.uint8)
    x, y = np.meshgrid(*[np.abs(np.arange(300) - 149.5)] * 2)
    sheet[(np.abs(x - y) < 14) | (np.minimum(x, y) < 10) | (np.abs(np.hypot(x, y) - 80) < 9)] = 0
    return sheet


def squares():
    """A pattern across times one down, which is neither a chessboard nor stripes."""
    bright = np.array([0, 1, 0, 0, 1, 1, 0, 1, 1, 0]).repeat(30)
    return (np.outer(bright, bright)[:200, :, None] * np.full(3, 200)).astype(np.uint8)


def test_few_bits_are_set_of_what_is_its_own_mirror_image():
    found = pdq(star())
    assert found.quality >= 50
    assert bits_set(found.hash) < 112
    assert says_little(found.hash)


def test_rows_repeat_where_a_pattern_across_is_multiplied_with_one_down():
    assert rows_alike(pdq(squares()).hash) > 671
    assert says_little(pdq(squares()).hash)


@pytest.mark.parametrize("number", range(8))
def test_a_work_says_enough(number):
    found = pdq(pixels(300, 260, 40, number)).hash
    assert rows_alike(found) < 600
    assert not says_little(found)


def test_the_most_that_rows_can_agree_is_960():
    assert rows_alike(bytes(32)) == 960
    assert rows_alike(bytes.fromhex("00ff" * 8 + "ff00" * 8)) == 960


def test_what_says_little_is_not_registered_but_looked_up():
    assert for_registration(star()) == []
    assert for_lookup(star())


def test_no_picture_of_the_vectors_that_has_something_in_it_says_little():
    found = [each for each in json.loads(_VECTORS.read_text())["pictures"] if each["quality"] >= 50]
    assert [each["name"] for each in found if says_little(bytes.fromhex(each["hash"]))] == []
