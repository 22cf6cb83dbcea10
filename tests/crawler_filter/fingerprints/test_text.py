import base64
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.background import VERSION, background_of, is_background
from crawler_filter.fingerprints.normal_text import normalise
from crawler_filter.fingerprints.text import (
    MAX_FINGERPRINTS,
    MAX_TEXT,
    Excerpts,
    TextQuery,
    WholeText,
    parse_text_scope,
    text_scope,
)
from tests.costs import SECOND, cost

REPOSITORY = Path(__file__).parents[3]
BACKGROUND = sorted((REPOSITORY / "tests" / "vectors" / "background").iterdir())
HAIKU = "古池や蛙飛びこむ水の音"
ENGLISH = "It was a bright cold day in April, and the clocks on every tower of the old town were striking at once."
JAPANESE = "山路を登りながら、こう考えた。智に働けば角が立つ。情に棹させば流される。意地を通せば窮屈だ。"


CASES = json.loads((REPOSITORY / "tests" / "vectors" / "text.json").read_text("utf-8"))["cases"]


def random_text(size, seed=1):
    return np.random.default_rng(seed).integers(97, 123, size, dtype=np.uint8).tobytes().decode()


@given(
    st.sampled_from([(24, 16), (24, 1024), (16, 8)]),
    st.sets(st.integers(0, 2**64 - 1), min_size=3, max_size=50),
)
def test_every_set_of_fingerprints_has_one_spelling_and_is_read_back(pair, values):
    packed = np.array(sorted(values), dtype="<u8").tobytes()
    excerpts = Excerpts(*pair, packed)
    assert parse_text_scope(excerpts.encode()) == excerpts
    assert excerpts.values.tolist() == sorted(values)


@given(st.binary(min_size=32, max_size=32))
def test_every_digest_has_one_spelling_and_is_read_back(digest):
    assert parse_text_scope(WholeText(digest).encode()) == WholeText(digest)


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_every_case_of_the_vector_file_has_its_value(case):
    assert normalise(case["text"]) == case["normalised"]
    if case["scope"] is None:
        with pytest.raises(InvalidScopeError):
            text_scope(case["text"])
    else:
        assert text_scope(case["text"]).encode() == case["scope"]


def packed(*values):
    return base64.b64encode(np.array(values, dtype="<u8").tobytes()).decode()


REFUSED = {
    "nothing": "",
    "a digest of the bytes": "sha256:" + "0" * 64,
    "capital hex digits": "sha256-norm1:" + "A" * 64,
    "another normalisation": f"win2-24-16:{packed(1, 2, 3)}",
    "another k": f"win1-25-16:{packed(1, 2, 3)}",
    "a w that is no doubled 16": f"win1-24-24:{packed(1, 2, 3)}",
    "a w too wide": f"win1-24-2048:{packed(1, 2, 3)}",
    "a w with a leading zero": f"win1-24-016:{packed(1, 2, 3)}",
    "a wider w for short CJK": f"win1-16-16:{packed(1, 2, 3)}",
    "too few fingerprints": f"win1-24-16:{packed(1, 2)}",
    "too many fingerprints": f"win1-24-16:{packed(*range(MAX_FINGERPRINTS + 1))}",
    "not in order": f"win1-24-16:{packed(1, 3, 2)}",
    "one given twice": f"win1-24-16:{packed(1, 2, 2, 3)}",
    "half a fingerprint": "win1-24-16:" + base64.b64encode(bytes(28)).decode(),
    "no padding": f"win1-24-16:{packed(1, 2, 3, 4)}".rstrip("="),
    "stray bits at the end": f"win1-24-16:{packed(1, 2, 3, 4)[:-2]}B=",
    "a line end": f"win1-24-16:{packed(1, 2, 3)}\n",
}


@pytest.mark.parametrize("value", REFUSED.values(), ids=REFUSED)
def test_a_value_that_is_not_canonical_is_refused(value):
    with pytest.raises(InvalidScopeError):
        parse_text_scope(value)


@given(st.text(max_size=40), st.text(st.sampled_from("AB+/=-0 \n"), max_size=40))
def test_no_value_breaks_the_parser(text, tail):
    for value in (text, f"win1-24-16:{tail}", f"sha256-norm1:{tail}"):
        try:
            parse_text_scope(value)
        except InvalidScopeError:
            continue


def test_a_work_of_usual_length_is_known_by_excerpts():
    scope = text_scope(ENGLISH)
    assert (scope.k, scope.w) == (24, 16)
    assert set(scope.values.tolist()) <= set(
        TextQuery.of(f"He read: {ENGLISH} And went on.").excerpts.values.tolist()
    )


def test_a_short_work_in_japanese_is_known_by_shorter_excerpts():
    scope = text_scope(JAPANESE)
    assert (scope.k, scope.w) == (16, 8)
    page = TextQuery.of(f"<p>冒頭は「<ruby>山路<rt>やまみち</rt></ruby>{JAPANESE[2:]}」である。</p>")
    assert set(scope.values.tolist()) <= set(page.excerpts.values.tolist())


def test_a_longer_work_in_japanese_is_known_by_the_usual_excerpts():
    text = "".join(map(chr, np.random.default_rng(1).integers(0x4E00, 0x9000, 3_000)))
    assert (text_scope(text).k, text_scope(text).w) == (24, 16)


def test_a_work_too_short_for_excerpts_is_known_as_a_whole():
    assert text_scope(HAIKU) == WholeText(hashlib.sha256(HAIKU.encode()).digest())
    assert TextQuery.of(f"「{HAIKU}」").digests == (text_scope(HAIKU).digest,)
    assert isinstance(text_scope("abcdefgh " * 500), WholeText), "the same few words have too few fingerprints"


def test_the_windows_of_a_long_work_widen_until_it_fits():
    long = text_scope(random_text(400_000))
    assert (long.w, len(long.values) <= MAX_FINGERPRINTS) == (32, True)
    assert len(long.values) > MAX_FINGERPRINTS / 2


UNFIT = {
    "nothing": "",
    "markup alone": "<p></p>",
    "a title": "One Piece",
    "more than is read": "a" * (MAX_TEXT + 1),
    "a licence": (REPOSITORY / "tests/vectors/background/Apache-2.0").read_text("utf-8"),
    "the notice of a free library": (REPOSITORY / "tests/vectors/background/aozora-bunko").read_text("utf-8"),
}


@pytest.mark.parametrize("text", UNFIT.values(), ids=UNFIT)
def test_what_is_nobodys_work_or_not_recognisable_is_refused(text):
    with pytest.raises(InvalidScopeError):
        text_scope(text)


def test_background_has_no_part_in_a_query_and_the_text_around_it_has():
    licence = (REPOSITORY / "tests/vectors/background/Apache-2.0").read_text("utf-8")
    alone = TextQuery.of(licence).excerpts
    around = TextQuery.of(licence + ENGLISH + licence).excerpts
    assert not is_background(alone.values).any()
    assert not is_background(around.values).any()
    assert set(text_scope(ENGLISH).values.tolist()) <= set(around.values.tolist())


def test_the_shipped_list_is_the_one_its_texts_make():
    made = background_of(path.read_text("utf-8") for path in BACKGROUND)
    shipped = REPOSITORY / "crawler_filter" / "fingerprints" / f"background-{VERSION}.u64"
    assert shipped.read_bytes() == made
    assert is_background(np.array([0, 2**64 - 1], dtype=np.uint64)).tolist() == [False, False]


def test_a_page_with_hardly_a_letter_is_never_taken_for_a_whole_work():
    assert [TextQuery.of(text).digests for text in ("", "<p>!</p>", "One Piece")] == [()] * 3


def test_a_page_longer_than_what_is_read_says_so():
    assert [TextQuery.of("a" * size).truncated for size in (MAX_TEXT, MAX_TEXT + 1)] == [False, True]


def test_100_mb_of_one_letter_are_read_within_a_second_and_said_to_be_read_in_part():
    text = "a" * 100_000_000
    assert cost(lambda: TextQuery.of(text), limit=SECOND) <= SECOND
    query = TextQuery.of(text)
    assert (query.truncated, query.length, len(query.excerpts.values)) == (True, MAX_TEXT, 1)


def test_places_are_offsets_in_the_normalised_text():
    query = TextQuery.of("A b, c! " * 5 + ENGLISH)
    placed = dict(zip(query.excerpts.values.tolist(), query.excerpts.places.tolist(), strict=True))
    own = TextQuery.of(ENGLISH).excerpts
    assert [
        placed[value] - place for value, place in zip(own.values.tolist(), own.places.tolist(), strict=True)
    ] == [15] * len(own.values)
    assert query.length == 15 + TextQuery.of(ENGLISH).length


STORY = " ".join(f"The {noun} that {verb} the harbour was {adjective}, and nobody asked it why." for noun, verb, adjective in zip(
    ["lantern", "ferry", "sparrow", "widow", "anchor", "fiddle"], ["lit", "crossed", "circled", "watched", "held", "filled"],
    ["older", "braver", "smaller", "kinder", "heavier", "louder"], strict=True))  # fmt: skip
AROUND = {
    "a comment form": (BACKGROUND[0].parent / "comment-forms").read_text("utf-8"),
    "a cookie notice": (BACKGROUND[0].parent / "cookie-notices").read_text("utf-8"),
    "an imprint": (BACKGROUND[0].parent / "imprints").read_text("utf-8"),
    "a licence": (BACKGROUND[0].parent / "MIT").read_text("utf-8"),
    "menus": "<nav>"
    + "".join(f"<a>The {n}th chapter of our guide to sailing ships</a>" for n in range(40))
    + "</nav>",
    "a footer": "<footer>Written in the shed behind the lighthouse, with the kind help of every neighbour we ever had.</footer>",
}


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_a_registered_page_shuts_out_no_page_that_has_the_same_things_around_it(around):
    registered = text_scope(f"<p>{STORY}</p>{around}").values
    other = TextQuery.of(f"<p>{ENGLISH}</p>{around}").excerpts.values
    copy = TextQuery.of(f"<p>{STORY}</p>").excerpts.values
    assert np.isin(registered, other).sum() < 3
    assert np.isin(registered, copy).sum() >= 3
