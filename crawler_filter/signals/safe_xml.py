"""XML from strangers: parsed by lxml with no network, no entities, no DOCTYPE, and a limit on its size."""

import codecs
from typing import Final

from lxml import etree

from crawler_filter.errors import Sentence

MAX_QUOTES: Final = 10_000
"""Quotes of one tag and its text: libxml2 compares each attribute with every other one of its element."""
MAX_XML: Final = 8 << 20
"""Bytes of one document. Photographs with depth maps carry about 3 MiB of XMP; nothing known needs more."""

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class UnreadableXmlError(ValueError):
    """A document that is refused or does not parse; the message says why."""


def parse(document: bytes) -> etree._Element:
    """Return the root of a document in UTF-8, or in UTF-16 or UTF-32 with a byte order mark.

    Comments and processing instructions are left out, so every node is an element. Raises `UnreadableXmlError`
    also for a DOCTYPE: XMP, OPF and RSL need none, and entities are how XML bombs are made. The encoding named in
    the document is not obeyed, so that no exotic one can hide a DOCTYPE.
    """
    if len(document) > MAX_XML:
        raise UnreadableXmlError(Sentence("more than %(most)s bytes of XML", most=MAX_XML))
    if any(piece.count(b'"') + piece.count(b"'") > MAX_QUOTES for piece in document.split(b"<")):
        raise UnreadableXmlError(Sentence("more than %(most)s attributes of one element", most=MAX_QUOTES // 2))
    text = _decode(document)
    if "<!DOCTYPE" in text:
        raise UnreadableXmlError(Sentence("a DOCTYPE, which could define entities"))
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root: etree._Element = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        where = Sentence(
            "not well-formed XML at line %(line)s, column %(column)s", line=error.lineno, column=error.offset
        )
        raise UnreadableXmlError(where) from error
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableXmlError(Sentence("not well-formed XML")) from error
    return root


def _decode(document: bytes) -> str:
    encoding = "utf-8"
    for mark, marked in _BYTE_ORDER_MARKS:
        if document.startswith(mark):
            document, encoding = document[len(mark) :], marked
            break
    try:
        return document.decode(encoding).strip("\0 \t\r\n")
    except UnicodeDecodeError as error:
        raise UnreadableXmlError(
            Sentence("not %(encoding)s from byte %(byte)s on", encoding=encoding.upper(), byte=error.start)
        ) from error
