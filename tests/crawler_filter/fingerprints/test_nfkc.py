import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.fingerprints.nfkc import MOST_MARKS, nfkc

# Pieces that meet where normalising parts of a text could differ from normalising the whole.
# fmt: off
PIECES = st.sampled_from([
    "か", "ガ", "漢", "a", "\uff21", "\uff01", "\u2026", "\ufb01", "①", "\u3316", "\u1100", "\u1161", "\u11a8", "가", "\u3131", "\u314f",
    "\uffa1", "\uffc2", "\uff76", "\uff9e", "\u3099", "\u0301", "\u0323", "\u09c7", "\u09be", "\ud800", "\U0001d400", "\uf900", "\u0344",
    "\u2126", "\u1e9b", "\u0958", "\ufdfc", "\u00a8", "\u0f73",
])
# fmt: on
ARABIC_WORDS = "".join(map(chr, range(0xFDF0, 0xFDFC)))


@given(
    st.lists(PIECES, max_size=20).map("".join)
    | st.text(st.characters(exclude_characters=ARABIC_WORDS), max_size=30)
)
def test_it_is_the_nfkc_that_python_has(text):
    assert nfkc(text) == unicodedata.normalize("NFKC", text)


def test_every_code_point_between_kana_and_kanji_is_normalised_as_python_does():
    """Without marks and jamo, which send a whole text the long way."""
    usual = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code))[0] != "M"]
    text = "".join(
        f"か{letter}漢" for letter in usual if letter not in ARABIC_WORDS and letter not in "\uff9e\uff9f"
    )
    for start in range(0, len(text), 300):
        part = text[start : start + 300]
        assert nfkc(part) == unicodedata.normalize("NFKC", part)


def test_no_mark_and_no_letter_is_beyond_the_planes_that_are_looked_at():
    categories = {code: unicodedata.category(chr(code))[0] for code in range(0x20000, 0x110000)}
    assert [code for code, kind in categories.items() if kind == "M"] == list(range(0xE0100, 0xE01F0))
    assert max(code for code, kind in categories.items() if kind in "LN") < 0x40000


def test_of_a_run_of_marks_the_first_stay_and_of_some_ligatures_nothing():
    first_ones = "x" + "\u0301" * MOST_MARKS + "y\u0323"
    assert nfkc("x" + "\u0301" * 100 + "y\u0323") == unicodedata.normalize("NFKC", first_ones)
    assert nfkc("a\ufdfab\ufdf2c") == "abc"
