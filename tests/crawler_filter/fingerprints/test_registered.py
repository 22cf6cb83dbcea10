"""Pictures and films have one spelling each, and what is not one is refused with what would be right."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.registered import MAX_FRAMES, VARIANTS, Film, Picture, Variant

A, B = "a5" * 32, "5a" * 32
hashes = st.binary(min_size=32, max_size=32)
frames = st.sets(st.tuples(st.integers(0, 2**32 - 1), hashes), min_size=1, max_size=20)


@given(st.dictionaries(st.sampled_from(VARIANTS), hashes, min_size=1))
def test_a_picture_is_read_back_as_it_was_written(given_hashes):
    picture = Picture(tuple((variant, given_hashes[variant]) for variant in VARIANTS if variant in given_hashes))
    assert Picture.decode(picture.encode()) == picture


def test_a_picture_is_spelled_with_the_name_of_every_variant_but_the_whole():
    picture = Picture(((Variant.WHOLE, bytes(32)), (Variant.CROP_4, b"\1" * 32), (Variant.TRIMMED, b"\2" * 32)))
    assert picture.encode() == f"{'00' * 32},crop4:{'01' * 32},trimmed:{'02' * 32}"


@given(frames)
def test_a_film_is_read_back_as_it_was_written(given_frames):
    film = Film(tuple(sorted(given_frames)))
    assert Film.decode(film.encode()) == film


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param("", "64 lower-case", id="nothing"),
        pytest.param(A[:-1], "64 lower-case", id="a digit is missing"),
        pytest.param(A.upper(), "lower-case", id="capitals"),
        pytest.param(f"{A},{B}", "once at most", id="the whole twice"),
        pytest.param(f"{A},crop8:{B},crop4:{B}", "in this order", id="another order"),
        pytest.param(f"{A},crop5:{B}", "expected one of crop4", id="a variant that is none"),
        pytest.param(f"whole:{A}", "expected one of crop4", id="the whole by its name"),
        pytest.param(f":{A}", "expected one of crop4", id="a variant without a name"),
        pytest.param(f"{A}," * 100_000, "64 lower-case", id="a very long list"),
    ],
)
def test_what_is_no_picture_is_refused(value, message):
    with pytest.raises(InvalidScopeError, match=message):
        Picture.decode(value)


def film(*parts: bytes) -> str:
    return base64.b64encode(b"".join(parts)).decode()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param("", "1 to 7200 frames", id="nothing"),
        pytest.param("...", "base64", id="not base64"),
        pytest.param(film(bytes(35)), "36 bytes", id="half a frame"),
        pytest.param(film(bytes(36), bytes(36)), "ascending", id="a frame twice"),
        pytest.param(film(b"\1" + bytes(35), bytes(36)), "ascending", id="another order"),
        pytest.param(film(bytes(36)) + "\n", "base64", id="a line feed"),
        pytest.param(film(bytes(36 * MAX_FRAMES + 36)), "1 to 7200 frames", id="too many"),
        pytest.param("A" * 10_000_000, "at most 7200", id="far too many"),
        pytest.param("é", "base64", id="not ASCII"),
    ],
)
def test_what_is_no_film_is_refused(value, message):
    with pytest.raises(InvalidScopeError, match=message):
        Film.decode(value)
