"""A text is read whose bytes were taken for letters: once, twice, or by a tokenizer."""

from crawler_filter.files.mistaken_letters import (
    is_mistaken,
    is_of_kanji,
    is_of_tokens,
    read_again,
    read_kanji,
    read_tokens,
)
from tests.crawler_filter.files.published_layouts import NOVEL

_SHOWN = [*range(33, 127), *range(161, 173), *range(174, 256)]
_HIDDEN = [octet for octet in range(256) if octet not in _SHOWN]
LETTERS = {octet: chr(octet) for octet in _SHOWN} | {octet: chr(256 + at) for at, octet in enumerate(_HIDDEN)}


def test_bytes_that_were_mistaken_twice_are_read():
    twice = NOVEL.encode().decode("latin-1").encode().decode("latin-1")
    assert is_mistaken(twice)
    assert read_again(twice) == NOVEL


def test_the_letters_of_a_tokenizer_are_read_as_bytes():
    tokens = "".join(LETTERS[octet] for octet in NOVEL.encode())
    assert is_of_tokens(tokens)
    assert read_tokens(tokens) == NOVEL


def test_most_of_what_was_taken_for_kanji_is_read():
    for encoding in ("cp932", "gb18030"):
        taken = NOVEL.encode().decode(encoding, "ignore")
        assert is_of_kanji(taken)
        assert len(read_kanji(taken)) > 0.8 * len(NOVEL)


def test_a_novel_as_it_is_was_not_mistaken():
    assert not is_mistaken(NOVEL)
    assert not is_of_tokens(NOVEL)
    assert not is_of_kanji(NOVEL)
