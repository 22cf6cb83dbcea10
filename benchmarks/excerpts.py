"""Pages that hold an excerpt of a registered book among foreign text, clean or with mistakes, and what is found.

The books are in the public domain (`../shared/vectors/text`). English: two novels are registered, a third is the
foreign text and the negative. Japanese: half a novel is registered, and its other half, with the same people and
the same translator, is both: nothing is harder to tell apart.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from crawler_filter.fingerprints.nfkc import code_points
from crawler_filter.fingerprints.normal_text import normalise
from crawler_filter.fingerprints.text import TextQuery, parse_text_scope, text_scope
from crawler_filter.fingerprints.winnowing import K, W, winnow
from crawler_filter.snapshot.text_index import TextIndex, text_columns

BOOKS = Path(__file__).resolve().parents[1].parent / "shared" / "vectors" / "text"
PAGE = 5_000
_FOREIGN = 4_000
_LETTERS = {"en": "etaoinshrdlu", "ja": "のにはをたがでとしもいる"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of the table: excerpts of so many letters, so many of a hundred of them wrong."""

    length: int
    noise: float = 0.0

    def __str__(self) -> str:
        return f"{self.length} letters" + (f", {self.noise:.0%} wrong" if self.noise else "")


# What the published measurement of these parameters found with at least 1 and at least 3 hits, in percent. Of 60
# letters it was 96: those that stand nearer together than a sentence do not decide (decision 24).
EXPECTED = {
    "en": {
        Cell(60): (100, 91),
        Cell(100): (100, 100),
        Cell(200): (100, 100),
        Cell(100, 0.02): (96, 82),
        Cell(200, 0.02): (100, 99),
        Cell(200, 0.05): (97, 86),
        Cell(500, 0.05): (100, 100),
    },
    "ja": {
        Cell(60): (100, 91),
        Cell(100): (100, 100),
        Cell(200): (100, 100),
        Cell(100, 0.02): (95, 89),
        Cell(200, 0.02): (100, 100),
        Cell(200, 0.05): (99, 83),
        Cell(500, 0.05): (100, 100),
    },
}


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is registered and what is foreign to it, both normalised; `written` is a book as it was published."""

    language: str
    registered: tuple[str, ...]
    foreign: str
    written: str

    @classmethod
    def read(cls, language: str) -> "Corpus":
        """Read the books of `en` or `ja`."""
        if language == "ja":
            written = _read("ja-crime-and-punishment")
            book = normalise(written)
            half = len(book) // 2
            return cls(language, (book[:half],), book[half:], written)
        registered = tuple(normalise(_read(f"en-{name}")) for name in ("pride-and-prejudice", "frankenstein"))
        written = _read("en-moby-dick")
        return cls(language, registered, normalise(written), written)

    def index(self) -> TextIndex:
        """Return the index of the registered books in full detail, w 16, as of books registered in parts."""
        return _index([winnow(code_points(text), K, W).values for text in self.registered])

    def index_of_scopes(self) -> TextIndex:
        """Return the index of the registered books as they are declared in one scope each."""
        return _index([parse_text_scope(text_scope(text).encode()).values for text in self.registered])

    def in_parts(self, size: int, count: int) -> "Corpus":
        """Return a corpus of the first `count` parts of the registered books, each so many letters."""
        whole = "".join(self.registered)
        parts = tuple(whole[start : start + size] for start in range(0, size * count, size))
        return replace(self, registered=parts)

    def negatives(self) -> Iterator[str]:
        """Yield the pages of the foreign text."""
        for start in range(0, len(self.foreign) - PAGE + 1, PAGE):
            yield self.foreign[start : start + PAGE]

    def pages(self, cell: Cell, count: int) -> Iterator[tuple[int, str]]:
        """Yield pages with the number of the book that an excerpt on each is from; the same in every run."""
        source = random.Random(f"{self.language} {cell}")
        for _ in range(count):
            book = source.randrange(len(self.registered))
            excerpt = _cut(source, self.registered[book], cell.length)
            around = _cut(source, self.foreign, _FOREIGN)
            at = source.randrange(_FOREIGN)
            yield book, around[:at] + self._mistaken(source, excerpt, cell.noise) + around[at:]

    def _mistaken(self, source: random.Random, text: str, noise: float) -> str:
        letters = _LETTERS[self.language]
        kept = []
        for letter in text:
            if source.random() >= noise:
                kept.append(letter)
            else:
                kept.append(source.choice(("", source.choice(letters), letter + source.choice(letters))))
        return "".join(kept)


def recall(corpus: Corpus, index: TextIndex, cell: Cell, count: int) -> tuple[float, float]:
    """Return on how many pages of a hundred the excerpt is found by at least 1 hit, and decided by at least 3."""
    found = decided = 0
    for book, page in corpus.pages(cell, count):
        own = [match for match in index.search(TextQuery.of(page).excerpts) if match.owner == book]
        found += bool(own)
        decided += any(match.decides for match in own)
    return 100 * found / count, 100 * decided / count


def false_pages(corpus: Corpus, index: TextIndex) -> tuple[int, int, int]:
    """Return how many negative pages there are, how many have a hit, and how many are decided, which is wrong."""
    matches = [index.search(TextQuery.of(page).excerpts) for page in corpus.negatives()]
    decided = sum(any(match.decides for match in of_page) for of_page in matches)
    return len(matches), sum(map(bool, matches)), decided


def _read(name: str) -> str:
    return (BOOKS / f"{name}.txt").read_text("utf-8")


def _index(works: list[np.ndarray]) -> TextIndex:
    owners = np.repeat(np.arange(len(works), dtype=np.uint32), [len(values) for values in works])
    return TextIndex(text_columns(np.concatenate(works), owners))


def _cut(source: random.Random, text: str, length: int) -> str:
    start = source.randrange(len(text) - length)
    return text[start : start + length]
