"""Does a registered text exclude another's? All against all: `python -m benchmarks.texts_of_others`.

Books are manuals, novels and treatises of Debian, by name, in English and Japanese, and the classics of
`../shared/vectors/text`. Pages are ten of each package, which stands for a site; with `--sites`, pages of news,
blogs and recipes of which the registry's list has none (`tools/site_pages.py`). Each is registered as the
registry takes it, and every other one is looked up as a whole. Printed are the pairs of different projects
that decide, where the party has verified something and where it has verified nothing.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from platformdirs import user_cache_path

from benchmarks.documents import PACKAGES, Document, books, pages
from benchmarks.excerpts import BOOKS
from benchmarks.real_files import fetched
from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.text import Excerpts, TextQuery, text_scope
from crawler_filter.fingerprints.winnowing import Hashes
from crawler_filter.snapshot.similarity_search import LONG_WORK, UNVERIFIED_SHARE
from crawler_filter.snapshot.text_index import TextIndex, TextMatch, text_columns
from registry.rules.shared_texts import without_shared
from tools.site_pages import site_pages

_SAID: Final = 200


class Taken(NamedTuple):
    """A text that another was taken for, by how many passages, and whether that decides for anybody."""

    text: str
    other: str
    passages: int
    for_anybody: bool


def taken_for_one_another(found: Sequence[Document]) -> Iterator[Taken]:
    """Yield each text that one of another project is taken for."""
    works = [_registered(document.text) for document in found]
    owners = np.repeat(np.arange(len(works), dtype=np.uint32), [len(values) for values in works])
    index = TextIndex(text_columns(np.concatenate(works), owners))
    for document in found:
        for match in index.search(TextQuery.of(document.text).excerpts):
            other = found[match.owner]
            if match.decides and other.project != document.project:
                yield Taken(document.name, other.name, match.count, _decides_for_anybody(match))


def _registered(text: str) -> Hashes:
    """Return the fingerprints that the registry keeps of a text; none of one that it refuses."""
    try:
        scope = text_scope(text)
        return without_shared(scope).values if isinstance(scope, Excerpts) else np.zeros(0, dtype=np.uint64)
    except InvalidScopeError:
        return np.zeros(0, dtype=np.uint64)


def _decides_for_anybody(match: TextMatch) -> bool:
    return max(match.of_page, match.share if match.total >= LONG_WORK else 0.0) >= UNVERIFIED_SHARE


def _classics() -> Iterator[Document]:
    for path in sorted(BOOKS.glob("*.txt")):
        yield Document(path.stem, path.stem, path.read_text("utf-8"))


def _report(kind: str, found: Sequence[Document]) -> None:
    taken = sorted(taken_for_one_another(found), key=lambda each: -each.passages)
    for each in taken[:_SAID]:
        print(f"{each.passages:6} {each.text} for {each.other}{', whoever declared it' * each.for_anybody}")
    projects = [document.project for document in found]
    pairs = sum(other != project for project in projects for other in projects)
    print(
        f"{len(found)} {kind} of {len(set(projects))} projects: {len(taken)} of {pairs:,} pairs of different ones"
        f" decide for a party that has verified something, {sum(each.for_anybody for each in taken)} for any party"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch, compare and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.texts_of_others", description=__doc__)
    parser.add_argument("--folder", type=Path, help="unpacked packages to read instead of fetching any")
    parser.add_argument("--sites", type=Path, help="folder for repositories with pages of sites: only these")
    options = parser.parse_args(arguments)
    if options.sites:
        measured = [page for page in site_pages(options.sites) if page.is_measured]
        _report("pages", [Document(*page) for page in measured])
        return 0
    folder = options.folder or fetched(user_cache_path("training-optout") / "documents", (), PACKAGES)
    _report("pages", list(pages(folder)))
    _report("books", [*books(folder), *(() if options.folder else _classics())])
    return 0


if __name__ == "__main__":
    sys.exit(main())
