"""The files that catalogues come in, known by what is in them: lists, sitemaps, trade feeds, folders of works.

Text with one value a line, CSV and JSON Lines are read as `crawler-filter compile` reads them.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from crawler_filter.declaring import newsml, onix
from crawler_filter.declaring.claims import MAX_TITLE, Claim, Problem, Row, Unstated
from crawler_filter.declaring.xml_feed import records
from crawler_filter.errors import DataError, extra_of
from crawler_filter.fingerprints.of_file import Declarable, digest_of, likenesses_of
from crawler_filter.formats import urls
from crawler_filter.formats.identifiers import CANONICAL_IDENTIFIER
from crawler_filter.formats.record import ScopeKind
from crawler_filter.lists.reading import Refused, read_list

MAX_JSON: Final = 256 << 20
"""Bytes of a JSON file of books that are read."""
_HEAD: Final = 4096


def read(path: Path, *, digests_only: bool = False) -> Iterator[Row]:
    """Yield what one file or folder asks to have reserved. Raises OSError, and DataError for a broken feed."""
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
        for work in files:
            yield from _work(work, str(work.relative_to(path)), digests_only=digests_only)
        return
    with path.open("rb") as head:
        begin = head.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin.startswith(b"<"):
        with path.open("rb") as file:
            yield from _xml(file, path.name, begin)
    elif begin.startswith(b"["):
        yield from _books(path)
    else:
        yield from _listed(path)


def _listed(path: Path) -> Iterator[Row]:
    for entry in read_list(path):
        if isinstance(entry, Refused):
            yield Problem(entry.place, entry.why)
        else:
            yield Claim(entry.kind, entry.value, entry.place, title=entry.reason[:MAX_TITLE])


def _xml(file: BinaryIO, name: str, begin: bytes) -> Iterator[Row]:
    if b"ONIXMessage" in begin or b"ONIXmessage" in begin:
        yield from onix.read(file, name)
    elif b"<newsMessage" in begin or b"<newsItem" in begin or b"iptc.org/std/nar" in begin:
        yield from newsml.read(file, name)
    elif b"<urlset" in begin:
        yield from _sitemap(file, name)
    elif b"<sitemapindex" in begin:
        raise DataError("%(name)s: it lists other sitemaps: give those", name=name)
    else:
        raise DataError("%(name)s: expected ONIX, NewsML-G2 or a sitemap in XML", name=name)


def _sitemap(file: BinaryIO, name: str) -> Iterator[Row]:
    """Yield the pages of a sitemap (sitemaps.org), and the pictures and films that it names."""
    for element in records(file, name, "loc", "content_loc"):
        place = f"{name} line {element.sourceline}"
        try:
            yield Claim(ScopeKind.URL, urls.canonical_url_scope((element.text or "").strip()), place)
        except ValueError as error:
            yield Problem(place, str(error))


def _books(path: Path) -> Iterator[Row]:
    """Yield the books of a JSON array as openBD has them; none says anything of mining."""
    if path.stat().st_size > MAX_JSON:
        raise DataError("%(name)s: more than %(most)s bytes: cut it into several", name=path.name, most=MAX_JSON)
    try:
        books = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise DataError("%(name)s: not JSON: %(error)s", name=path.name, error=error) from error
    for number, book in enumerate(books, 1):
        place = f"{path.name} item {number}"
        summary = book.get("summary", book) if isinstance(book, dict) else None
        isbn = summary.get("isbn") if isinstance(summary, dict) else None
        if not isinstance(summary, dict) or not isinstance(isbn, str):
            yield Problem(place, "no isbn, nor a summary with one")
            continue
        try:
            value = CANONICAL_IDENTIFIER["isbn"](isbn)
        except ValueError as error:
            yield Problem(place, str(error))
            continue
        yield Unstated(Claim(ScopeKind.ISBN, value, place, title=str(summary.get("title") or "")[:MAX_TITLE]))


def _work(path: Path, name: str, *, digests_only: bool) -> Iterator[Row]:
    """Yield the digest of a file, and what copies of it are found by."""
    try:
        yield from _claims([digest_of(path)], name)
        if not digests_only:
            yield from _claims(likenesses_of(path), name)
    except ImportError as error:
        yield Problem(name, f"only its digest is declared: {error}: install {extra_of(error)}")
    except DataError as error:
        yield Problem(name, f"only its digest is declared: {error}")


def _claims(found: Iterable[Declarable], name: str) -> Iterator[Claim]:
    for each in found:
        yield Claim(ScopeKind(each.kind), each.value, name)
