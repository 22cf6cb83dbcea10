"""The files that catalogues come in, known by what is in them: lists, sitemaps, trade feeds, folders of works.

Text with one value a line, CSV and JSON Lines are read as `crawler-filter compile` reads them.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from lxml import etree

from crawler_filter.declaring import newsml, onix
from crawler_filter.declaring.claims import MAX_TITLE, Claim, FeedError, Row, Unstated
from crawler_filter.declaring.folder import works_in
from crawler_filter.declaring.xml_feed import records
from crawler_filter.errors import DataError, InvalidScopeError, InvalidUrlError, extra_of
from crawler_filter.fingerprints.frame_codes import Coder
from crawler_filter.fingerprints.of_file import Declarable, digest_of, likenesses_of
from crawler_filter.formats import urls
from crawler_filter.formats.identifiers import CANONICAL_IDENTIFIER
from crawler_filter.formats.record import ScopeKind
from crawler_filter.lists.reading import Refused, read_list
from crawler_filter.signals import safe_json

MAX_JSON: Final = 256 << 20
"""Bytes of a JSON file of books that are read."""
_HEAD: Final = 4096


def read(path: Path, *, digests_only: bool = False, coder: Coder | None = None) -> Iterator[Row]:
    """Yield what one file or folder asks to have reserved, of pictures codes by `coder` too.

    Raises OSError, and DataError for a broken feed or what is neither.
    """
    if path.is_dir():
        for found in works_in(path):
            if isinstance(found, Refused):
                yield found
            else:
                yield from _work(*found, digests_only=digests_only, coder=coder)
    elif path.exists() and not path.is_file():
        raise FeedError("%(name)s: expected a file or a folder", name=path)
    else:
        yield from read_file(path)


def read_file(path: Path, *, name: str = "", most_json: int = MAX_JSON) -> Iterator[Row]:
    """Yield what one file asks to have reserved; `name` is what places and errors call it.

    `most_json` bounds the bytes of a JSON array, which is read at once. Raises OSError, and DataError for a broken
    feed.
    """
    name = name or path.name
    with path.open("rb") as head:
        begin = head.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin.startswith(b"<"):
        with path.open("rb") as file:
            yield from _xml(file, name, begin)
    elif begin.startswith(b"["):
        yield from _books(path, name, most_json)
    else:
        yield from _listed(path, name)


def _listed(path: Path, name: str) -> Iterator[Row]:
    for entry in read_list(path, name=name):
        if isinstance(entry, Refused):
            yield entry
        else:
            yield Claim(
                entry.kind,
                entry.value,
                entry.place,
                title=entry.reason[:MAX_TITLE],
                row=entry.row,
                column=entry.column,
            )


def _xml(file: BinaryIO, name: str, begin: bytes) -> Iterator[Row]:
    if b"ONIXMessage" in begin or b"ONIXmessage" in begin:
        yield from onix.read(file, name)
    elif b"<newsMessage" in begin or b"<newsItem" in begin or b"iptc.org/std/nar" in begin:
        yield from newsml.read(file, name)
    elif b"<urlset" in begin:
        yield from _sitemap(file, name)
    elif b"<sitemapindex" in begin:
        raise FeedError("%(name)s: it lists other sitemaps: give those", name=name)
    else:
        raise FeedError("%(name)s: expected ONIX, NewsML-G2 or a sitemap in XML", name=name)


def _sitemap(file: BinaryIO, name: str) -> Iterator[Row]:
    """Yield the pages of a sitemap (sitemaps.org), and the pictures and films that it names."""
    for element in records(file, name, "loc", "content_loc"):
        row, column = element.sourceline or 0, etree.QName(element).localname
        place = f"{name} line {row}"
        try:
            value = urls.canonical_url_scope((element.text or "").strip())
            yield Claim(ScopeKind.URL, value, place, row=row, column=column)
        except (InvalidUrlError, InvalidScopeError) as error:
            yield Refused(place, error.sentence, row=row, column=column)


def _books(path: Path, name: str, most: int) -> Iterator[Row]:
    """Yield the books of a JSON array as openBD has them; none says anything of mining."""
    if path.stat().st_size > most:
        raise FeedError("%(name)s: more than %(most)s bytes: cut it into several", name=name, most=most)
    try:
        books = safe_json.parse(path.read_bytes())
    except safe_json.UnreadableJsonError as error:
        raise FeedError("%(name)s: %(error)s", name=name, error=error.sentence) from error
    for number, book in enumerate(books if isinstance(books, list) else [books], 1):
        yield _book(book, f"{name} item {number}", number)


def _book(book: object, place: str, number: int) -> Row:
    summary = book.get("summary", book) if isinstance(book, dict) else None
    isbn = summary.get("isbn") if isinstance(summary, dict) else None
    if not isinstance(summary, dict) or not isinstance(isbn, str):
        return Refused(place, "no isbn, nor a summary with one", row=number)
    try:
        value = CANONICAL_IDENTIFIER["isbn"](isbn)
    except InvalidScopeError as error:
        return Refused(place, error.sentence, row=number, column="isbn")
    title = str(summary.get("title") or "")[:MAX_TITLE]
    return Unstated(Claim(ScopeKind.ISBN, value, place, title=title, row=number, column="isbn"))


def _work(path: Path, name: str, *, digests_only: bool, coder: Coder | None) -> Iterator[Row]:
    """Yield the digest of a file, and what copies of it are found by."""
    try:
        yield from _claims([digest_of(path)], name)
        if not digests_only:
            yield from _claims(likenesses_of(path, coder), name)
    except ImportError as error:
        yield Refused(
            name, "only its digest is declared: %(error)s: install %(extra)s", error=error, extra=extra_of(error)
        )
    except DataError as error:
        yield Refused(name, "only its digest is declared: %(error)s", error=error)
    except OSError as error:
        yield Refused(name, "it cannot be read: %(error)s", error=error.strerror)


def _claims(found: Iterable[Declarable], name: str) -> Iterator[Claim]:
    for each in found:
        yield Claim(ScopeKind(each.kind), each.value, name)
