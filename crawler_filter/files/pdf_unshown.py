"""Pictures and files in a PDF that no page leads to: of form fields, fonts, soft masks, older revisions.

They are found by the dictionaries of their streams, which are never packed (ISO 32000-1, 7.5.7). So that PDFium
reads pictures of every colour space and filter, a page that shows them all is put behind the file, as an update
would be.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

from crawler_filter.files.budget import MAX_HELD

MOST: Final = 4_000
"""Pictures, and files, of one PDF that are found."""

_DICTIONARY: Final = 4_096
"""Bytes behind a key in which its stream begins."""

_BEFORE: Final = 24

_PICTURE: Final = re.compile(rb"/Subtype\s{0,9}/Image[\s/>]")
_FILE: Final = re.compile(rb"/Type\s{0,9}/EmbeddedFile[\s/>]")
_MASK: Final = re.compile(rb"/S?Mask\s{1,9}(\d{1,9})\s{1,9}\d{1,5}\s{1,9}R")
_OBJECT: Final = re.compile(rb"(\d{1,9})\s{1,9}(\d{1,5})\s{1,9}obj")
_NUMBERED: Final = re.compile(rb"(?<!\d)(\d{1,9})\s{1,9}\d{1,5}\s{0,9}$")
_SIZE: Final = re.compile(rb"/Size\s{1,9}(\d{1,9})")
_START: Final = re.compile(rb"startxref\s{1,9}(\d{1,12})")
_STREAM: Final = re.compile(rb">>\s{0,9}stream(?:\r\n|\n|\r)")
_DEFLATED: Final = re.compile(rb"/Filter\s{0,9}\[?\s{0,9}/(?:FlateDecode|Fl)\b")
_FILTERED: Final = re.compile(rb"/Filter\b")
_ENCRYPTED: Final = re.compile(rb"/Encrypt\s{0,9}(?:\d|<<)")


def is_encrypted(content: bytes) -> bool:
    """Tell whether streams that are put behind a file would be taken for encrypted ones."""
    return _ENCRYPTED.search(content) is not None


def pictures(content: bytes) -> list[tuple[int, int]]:
    """Return number and generation of each picture that is no mask of another."""
    masks = {int(found[1]) for found in _MASK.finditer(content)}
    found = dict.fromkeys(_objects(content, _PICTURE))
    return [each for each in found if each[0] not in masks]


def with_page_of(content: bytes, shown: list[tuple[int, int]]) -> bytes:
    """Return the file with an update behind it whose only page shows these pictures."""
    numbered = (_NUMBERED.search(piece[-_BEFORE:]) for piece in content.split(b"obj"))
    first = 1 + max(int(found[1]) for found in (*numbered, *_SIZE.finditer(content)) if found)
    names = b" ".join(b"/X%d %d %d R" % (at, *each) for at, each in enumerate(shown))
    drawn = b" ".join(b"q 9 0 0 9 0 0 cm /X%d Do Q" % at for at in range(len(shown)))
    pages, page, stream = first + 1, first + 2, first + 3
    added = (
        b"<</Type/Catalog/Pages %d 0 R>>" % pages,
        b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % page,
        b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 9 9]/Contents %d 0 R/Resources<</XObject<<%b>>>>>>"
        % (pages, stream, names),
        b"<</Length %d>>stream\n%b\nendstream" % (len(drawn), drawn),
    )
    whole, places = bytearray(content + b"\n"), []
    for number, body in enumerate(added, first):
        places.append(len(whole))
        whole += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    return bytes(whole + _index(content, first, places, len(whole)))


def _index(content: bytes, first: int, places: list[int], start: int) -> bytes:
    """Return a cross-reference section of the kind that the file has: one of PDF 1.5 is a stream."""
    before = [int(found[1]) for found in _START.finditer(content)][-1:] or [0]
    said = b"/Root %d 0 R/Prev %d" % (first, before[0])
    if content[before[0] : before[0] + 40].lstrip().startswith(b"xref"):
        rows = b"".join(b"%010d 00000 n \n" % place for place in places)
        table = b"xref\n%d %d\n%btrailer\n<</Size %d%b>>" % (first, len(places), rows, first + len(places), said)
        return b"%b\nstartxref\n%d\n%%%%EOF\n" % (table, start)
    rows = b"".join(b"\x01" + place.to_bytes(4) + b"\0\0" for place in [*places, start])
    index = b"/Type/XRef/W[1 4 2]/Index[%d %d]/Size %d" % (first, len(places) + 1, first + len(places) + 1)
    stream = b"%d 0 obj\n<<%b%b/Length %d>>stream\n%b\nendstream\nendobj\n"
    return stream % (first + len(places), index, said, len(rows), rows) + b"startxref\n%d\n%%%%EOF\n" % start


def files(content: bytes) -> Iterator[bytes | None]:
    """Yield what is attached, None for what is kept in a way that is not read here."""
    for count, (key, begun) in enumerate(_keys(content, _FILE)):
        stream = _STREAM.search(content, key.start(), key.start() + _DICTIONARY)
        if begun is None or stream is None or count >= MOST:
            yield None
            continue
        header = content[begun.end() : stream.start()]
        end = content.find(b"endstream", stream.end())
        body = content[stream.end() : end if end >= 0 else None]
        if _DEFLATED.search(header):
            yield _inflated(body)
        else:
            yield None if _FILTERED.search(header) else body.rstrip(b"\r\n")


def _inflated(body: bytes) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(body, MAX_HELD)
    except zlib.error:
        return None


def _objects(content: bytes, key: re.Pattern[bytes]) -> Iterator[tuple[int, int]]:
    for _, begun in _keys(content, key):
        if begun:
            yield int(begun[1]), int(begun[2])


def _keys(content: bytes, key: re.Pattern[bytes]) -> Iterator[tuple[re.Match[bytes], re.Match[bytes] | None]]:
    """Yield each place of a key, and the beginning of the object that it is in. All is searched once."""
    begun, before = None, 0
    for found in key.finditer(content):
        last = content.rfind(b"obj", before, found.start())
        while last >= 0:
            begun = _begun(content, last)
            if begun or content.startswith(b"endobj", last - 3):
                break
            last = content.rfind(b"obj", before, last)
        before = found.start()
        yield found, begun


def _begun(content: bytes, word: int) -> re.Match[bytes] | None:
    """Return the beginning of an object whose word `obj` stands at a place, None where it is no such word."""
    found = list(_OBJECT.finditer(content, max(0, word - _BEFORE), word + 3))
    return found[-1] if found else None
