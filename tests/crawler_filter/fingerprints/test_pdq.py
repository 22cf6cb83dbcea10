"""PDQ: the bits of Meta's own code, exactly, on the same pixels."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.fingerprints.pdq import HASH_SIZE, MIN_SIDE, Way, distance, pdq, pdq_and_mirrored, pdq_each_way
from tests.crawler_filter.fingerprints.generated import pixels
from tests.profiles import examples

PICTURES = json.loads(Path(__file__, "../../../vectors/pdq.json").resolve().read_text())["pictures"]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture["name"])
def test_a_generated_picture_has_the_bits_of_the_vectors(picture):
    made = pixels(*(picture[name] for name in ("width", "height", "cell", "seed")))
    plain, mirrored = pdq_and_mirrored(made)
    assert plain == pdq(made)
    assert (plain.hash.hex(), plain.quality, mirrored.hash.hex()) == (
        picture["hash"],
        picture["quality"],
        picture["mirrored"],
    )


sides = st.integers(MIN_SIDE, 300)


@examples(20)
@given(sides, sides, st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_the_mirrored_hash_is_that_of_the_mirrored_pixels(width, height, cell, seed):
    picture = pixels(width, height, cell, seed)
    mirrored = np.ascontiguousarray(picture[:, ::-1])
    assert pdq_and_mirrored(picture) == (pdq(picture), pdq(mirrored))


@examples(20)
@given(sides, sides, st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_a_transposed_picture_has_the_transposed_hash(width, height, cell, seed):
    picture = pixels(width, height, cell, seed)
    one, other = (
        np.unpackbits(np.frombuffer(pdq(of).hash, dtype=np.uint8)).reshape(16, 16)
        for of in (picture, picture.transpose(1, 0, 2))
    )
    assert np.array_equal(one, other.T)


def test_a_view_of_a_larger_picture_is_hashed_as_its_copy_is():
    crop = pixels(300, 200, 23, 3)[20:150, 31:-7]
    assert pdq(crop) == pdq(np.ascontiguousarray(crop))


def test_a_grey_picture_of_one_channel_in_memory_is_hashed_as_one_of_three_is():
    grey = np.broadcast_to(pixels(301, 203, 23, 3)[:, :, :1], (203, 301, 3))
    assert pdq_and_mirrored(grey) == pdq_and_mirrored(np.ascontiguousarray(grey))


def test_a_side_too_long_for_exact_single_precision_is_hashed_all_the_same():
    long = pixels(6, 40_000, 400, 3)
    one, other = (
        np.unpackbits(np.frombuffer(pdq(of).hash, dtype=np.uint8)).reshape(16, 16)
        for of in (long, long.transpose(1, 0, 2))
    )
    assert np.array_equal(one, other.T)


@pytest.mark.parametrize(("width", "height"), [(4, 300), (300, 4), (1, 1)])
def test_a_picture_of_fewer_than_five_pixels_a_side_has_no_hash(width, height):
    none = (bytes(HASH_SIZE), 0)
    assert pdq_and_mirrored(pixels(width, height, 3, 1)) == (none, none)


@pytest.mark.parametrize("axis", [0, 1], ids=["rows", "columns"])
def test_what_rounding_alone_would_decide_is_zero(axis):
    stripes = np.repeat(pixels(300, 1, 7, 5), 200, axis=0)
    assert pdq(stripes if axis else stripes.transpose(1, 0, 2)).hash == bytes(HASH_SIZE)


def test_as_many_bits_are_set_as_not_where_no_two_coefficients_are_equal():
    assert distance(pdq(pixels(300, 200, 23, 3)).hash, bytes(HASH_SIZE)) == 128


def test_distance_counts_the_bits_that_differ():
    assert distance(b"\x0f" + bytes(31), b"\xf0" + bytes(31)) == 8
    assert distance(bytes(32), b"\xff" * 32) == 256


def published(vectors):
    expected = json.loads(Path(vectors, "pdq/expected.json").read_text())
    return {Path(vectors, "pdq", name): bytes.fromhex(value) for name, value in expected.items() if "jpg" in name}


def test_published_hashes_are_met_where_pictures_are_first_made_small_as_the_publisher_did(vectors):
    """Meta's `pdq_photo_hasher_tool.py`, which made them, calls `thumbnail((512, 512))`: no full resolution."""
    image = pytest.importorskip("PIL.Image")
    for path, value in published(vectors).items():
        picture = image.open(path).convert("RGB")
        picture.thumbnail((512, 512))
        found = pdq(np.asarray(picture))
        assert distance(found.hash, value) <= 2, path.name
        assert found.quality == 100


def test_published_hashes_are_within_the_upstream_tolerance_of_16_at_full_resolution_too(vectors):
    image = pytest.importorskip("PIL.Image")
    for path, value in published(vectors).items():
        assert distance(pdq(np.asarray(image.open(path).convert("RGB"))).hash, value) <= 12, path.name


def test_the_published_code_gives_the_same_bits_at_full_resolution(vectors):
    image, upstream = pytest.importorskip("PIL.Image"), pytest.importorskip("pdqhash")
    for path in sorted(Path(vectors, "pdq").glob("*.jpg")):
        picture = np.asarray(image.open(path).convert("RGB"))
        bits, quality = upstream.compute(picture)
        assert pdq(picture) == (np.packbits(bits).tobytes(), quality), path.name


WAYS = {
    Way.UPRIGHT: lambda work: work,
    Way.MIRRORED: lambda work: work[:, ::-1],
    Way.UPSIDE_DOWN: lambda work: work[::-1],
    Way.HALF_TURN: lambda work: np.rot90(work, 2),
    Way.TRANSPOSED: lambda work: work.swapaxes(0, 1),
    Way.LEFT_TURN: np.rot90,
    Way.RIGHT_TURN: lambda work: np.rot90(work, 3),
    Way.TRANSVERSED: lambda work: np.rot90(work, 2).swapaxes(0, 1),
}


@pytest.mark.parametrize(("width", "height"), [(97, 140), (512, 300), (4, 90)])
def test_each_way_is_the_hash_of_the_turned_picture(width, height):
    work = pixels(width, height, 30, 3)
    found = pdq_each_way(work)
    assert [*found] == [*Way]
    for way, turn in WAYS.items():
        expected = pdq(turn(work))
        assert distance(found[way].hash, expected.hash) <= 2, way
        assert abs(found[way].quality - expected.quality) <= 1
