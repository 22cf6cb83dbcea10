"""Words of appearance: text in English or Japanese → concepts, so that `locks`, `髪` and `haired` are one.

The concepts are those of the published list `appearance-1.txt`. A word that is on no list is a concept of its own,
by its stem, so that what is peculiar to a character counts too.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

APPEARANCE: Final = 1
"""Number of the published list of words of appearance."""

MAX_TEXT: Final = 1 << 12
"""Most characters of a prompt that are read."""

_TOKEN: Final = re.compile(
    r"[^\W_\u3041-\uffff]+(?:[-'][^\W_\u3041-\uffff]+)*|[\u3041-\u30ff\u3400-\u9fff]+|[.!?;\n\u3002]"
)
_SENTENCE_ENDS: Final = frozenset(".!?;\n\u3002")
_POSSESSIVE: Final = re.compile(r"'s?$")
_KANJI_OR_KATAKANA: Final = re.compile(r"[\u3400-\u9fff]{2,}|[\u30a1-\u30fc]{3,}")
_SAY_NOTHING: Final = """
a an and are as at be by can for from has have he her him his i if in into is it its like me my of off on one
onto or she so some than that the their them then there these they this to up very was wearing wears wear who which
when while whose with you your over under down out all each every but not just also only more most
"""
_STOP: Final = frozenset(_SAY_NOTHING.split())


class Term(NamedTuple):
    """A concept in a text: which word it is of, counted without words that say nothing, and in which sentence."""

    concept: str
    place: int
    sentence: int


def terms(text: str) -> list[Term]:
    """Return the concepts of a text in their order; a word may stand for several at one place."""
    found: list[Term] = []
    place = sentence = 0
    for token in _TOKEN.findall(unicodedata.normalize("NFKC", text[:MAX_TEXT]).casefold()):
        if token in _SENTENCE_ENDS:
            sentence += 1
            continue
        for concepts in _concepts(token):
            found += [Term(concept, place, sentence) for concept in concepts]
            place += 1
    return found


def _concepts(written: str) -> Iterator[tuple[str, ...]]:
    if written >= "\u3041":
        yield from _japanese(written)
        return
    if (known := _english().get(written)) is not None:
        yield known
        return
    words = written.replace("'", "-").split("-") if "-" in written else (_POSSESSIVE.sub("", written),)
    for word in words:
        if word and word not in _STOP:
            yield _english_word(word)


def _english_word(word: str) -> tuple[str, ...]:
    known = _english()
    for form in (word, *_stems(word)):
        if form in known:
            return known[form]
    stems = _stems(word)
    return (f"={stems[0] if stems else word}",)


def _stems(word: str) -> tuple[str, ...]:
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            stem = word.removesuffix(ending)
            return stem + instead, stem + "e", stem
    return ()


def _japanese(run: str) -> Iterator[tuple[str, ...]]:
    known, longest = _japanese_words()
    start = rest = 0
    while start < len(run):
        sizes = range(min(longest, len(run) - start), 0, -1)
        size = next((size for size in sizes if run[start : start + size] in known), 0)
        if size:
            yield from _unknown(run[rest:start])
            yield known[run[start : start + size]]
            rest = start + size
        start += size or 1
    yield from _unknown(run[rest:])


def _unknown(run: str) -> Iterator[tuple[str, ...]]:
    for word in _KANJI_OR_KATAKANA.findall(run):
        yield (f"={word}",)


@cache
def _read() -> tuple[tuple[str, str, str], ...]:
    """Return the lines of the list: a concept, its English words, its Japanese words."""
    listed = files("crawler_filter.characters") / f"appearance-{APPEARANCE}.txt"
    lines = (line for line in listed.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    split = (re.split(r": | ?\| ?", line, maxsplit=2) for line in lines)
    return tuple((concept, english, japanese) for concept, english, japanese in split)


@cache
def _english() -> dict[str, tuple[str, ...]]:
    return _words(1)


@cache
def _japanese_words() -> tuple[dict[str, tuple[str, ...]], int]:
    known = _words(2)
    return known, max(map(len, known))


def _words(column: int) -> dict[str, tuple[str, ...]]:
    """Return word → concepts. A word of several says which, `redhead+red+hair`, or stands on several lines."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _read():
        for entry in line[column].split():
            word, *concepts = entry.split("+")
            own = tuple(concepts) or (line[0],)
            found[word] = tuple(dict.fromkeys((*found.get(word, ()), *own)))
    return found
