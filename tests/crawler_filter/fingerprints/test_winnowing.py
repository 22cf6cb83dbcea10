import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.fingerprints import winnowing
from crawler_filter.fingerprints.nfkc import code_points
from crawler_filter.fingerprints.winnowing import OFFSET_BITS, winnow, winnow_page, winnow_profiles

MASK = (1 << 64) - 1
TEXTS = st.text(st.sampled_from("abcdefgあいう漢\U00020000"), max_size=200)
PAIRS = st.sampled_from([(24, 16), (24, 64), (16, 8), (5, 3), (1, 1), (7, 5)])


def plainly(text, k, w):
    """The definition of docs/formats/text.md §2, word for word."""

    def hash_of(kgram):
        value = 0
        for character in kgram:
            value = (value * 0x9E3779B97F4A7C15 + ord(character)) & MASK
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & MASK
        value = (value ^ value >> 27) * 0x94D049BB133111EB & MASK
        return value ^ value >> 31

    hashes = [hash_of(text[start : start + k]) for start in range(len(text) - k + 1)]
    width = min(w, len(hashes))
    found = {}
    for start in range(len(hashes) - width + 1 if hashes else 0):
        window = hashes[start : start + width]
        found.setdefault(min(window), start + window.index(min(window)))
    return dict(sorted(found.items()))


def as_dict(winnowed):
    return dict(zip(winnowed.values.tolist(), winnowed.places.tolist(), strict=True))


@given(TEXTS, PAIRS)
def test_the_fingerprints_and_places_are_those_of_the_definition(text, pair):
    assert list(as_dict(winnow(code_points(text), *pair)).items()) == list(plainly(text, *pair).items())


@pytest.mark.parametrize("block", [1, 2, 7, 64])
def test_the_size_of_the_blocks_makes_no_difference(block, monkeypatch):
    text = "春はあけぼの。やうやう白くなりゆく山ぎは" * 7
    expected = as_dict(winnow(code_points(text), 24, 16))
    monkeypatch.setattr(winnowing, "_BLOCK", block)
    assert as_dict(winnow(code_points(text), 24, 16)) == expected == plainly(text, 24, 16)


@given(TEXTS, TEXTS, TEXTS, st.sampled_from([(24, 16, 16), (24, 64, 16), (24, 16, 8), (16, 8, 8)]))
def test_a_copy_shares_every_fingerprint_of_whole_windows_whatever_surrounds_it(work, before, after, pair):
    k, wide, narrow = pair
    own = winnow(code_points(work), k, wide)
    page = winnow(code_points(before + work + after), k, narrow)
    if len(work) >= k - 1 + wide:
        assert set(own.values.tolist()) <= set(page.values.tolist())


@given(st.text(st.sampled_from("abcdefghijklmnop"), min_size=71, max_size=71))
def test_71_code_points_are_three_windows_that_share_nothing(text):
    kgrams = {text[start : start + 24] for start in range(48)}
    if len(kgrams) == 48:
        assert len(winnow(code_points(text), 24, 16).values) >= 3


def test_a_page_is_cut_up_the_second_way_only_where_it_is_cjk():
    latin, mixed = "call me ishmael some years ago never mind", "call me ishmael some years ago never 心"
    cjk = {value: place + (1 << OFFSET_BITS) for value, place in plainly(mixed, 16, 8).items()}
    assert as_dict(winnow_page(code_points(latin))) == plainly(latin, 24, 8)
    assert as_dict(winnow_page(code_points(mixed))) == dict(sorted((plainly(mixed, 24, 8) | cjk).items()))


def test_on_a_page_that_is_half_cjk_few_letters_say_much():
    marks = {
        text: {
            int(place) >> OFFSET_BITS for each in winnow_profiles(code_points(text), 3) for place in each.places
        }
        for text in (
            "call me ishmael some years ago 何年か前のことだ",
            "春はあけぼの。やうやう白くなりゆく山ぎは少し明かりて",
        )
    }
    assert list(marks.values()) == [{12, 13}, {13}]


def test_a_reading_that_puts_words_together_says_so_in_its_places():
    (joined,) = winnow_profiles(code_points("call me ishmael some years ago"), 3, is_joined=True)
    assert {int(place) >> OFFSET_BITS for place in joined.places} == {14}


@pytest.mark.parametrize("kanji", ["", "心"])
def test_a_letter_of_another_script_takes_no_share_of_a_page_from_a_work(kanji):
    page = winnow_page(code_points("call me ishmael some years ago never mind how long" + kanji))
    of_work = np.isin(page.values, winnow(code_points("call me ishmael some years ago never"), 24, 8).values)
    alone = np.isin(page.values, [*plainly("call me ishmael some years ago never mind how long" + kanji, 24, 8)])
    assert page.share_of_each()[of_work].sum() == pytest.approx(of_work.sum() / alone.sum())
    assert page.share_of_each()[alone].sum() == pytest.approx(1)


def test_a_page_says_every_place_of_what_stands_on_it_twice():
    text = "call me ishmael some years ago never mind how long precisely"
    once = winnow_page(code_points(text))
    twice = winnow_page(code_points(text + "0123456789" * 5 + text))
    again = len(text) + 50
    found = set(zip(twice.values.tolist(), twice.places.tolist(), strict=True))
    assert {(value, place + at) for value, place in as_dict(once).items() for at in (0, again)} <= found
    assert (np.diff(twice.values.astype(object)) >= 0).all()


def test_one_letter_over_and_over_has_one_fingerprint():
    found = winnow(np.full(1_000_000, ord("a"), dtype=np.uint32), 24, 16)
    assert as_dict(found) == plainly("a" * 24, 24, 16)


def test_the_densities_are_those_that_sizes_are_planned_by():
    codes = np.random.default_rng(1).integers(97, 123, 200_000, dtype=np.uint32)
    assert [round(len(winnow(codes, k, w).values) / len(codes), 2) for k, w in [(24, 16), (16, 8), (24, 64)]] == [
        0.12,
        0.22,
        0.03,
    ]
