"""What a file says of itself: every reader that applies to its kind, which its own bytes show."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from crawler_filter.files.charset import as_utf8
from crawler_filter.files.content_coding import decode
from crawler_filter.files.media_type import HEAD, TEXTS, media_type
from crawler_filter.signals import headers, html, saved_pages, schema_org
from crawler_filter.signals.embedded import (
    c2pa,
    epub,
    members,
    plus,
    png_packets,
    rights_in_xml,
    rsl_embedded,
    xmp,
)
from crawler_filter.signals.embedded.xmp_packets import packets
from crawler_filter.signals.safe_xml import MAX_XML
from crawler_filter.signals.signal import Family, Signal, unread

_ARCHIVES: Final = frozenset({"application/epub+zip", "application/zip"})
_MEDIA: Final = ("image/", "video/", "audio/")
_PACKED: Final = "application/gzip"
_PNG: Final = "image/png"
_XML: Final = frozenset({"image/svg+xml", "text/xml"})
_NAMING_TERMS: Final = frozenset({"image/svg+xml", "text/xml", "text/plain"})
_ARCHIVE_MANIFEST: Final = b"META-INF/content_credential.c2pa"
"""Where an archive keeps the manifest store about itself; other stores in it are about single files."""


def read(
    content: bytes, url: str = "", *, user: str | None = None, trust_anchors: bytes | None = None
) -> tuple[Signal, ...]:
    """Return every statement inside a file: XMP, TDMRep in EPUB and PDF, RSL, C2PA manifests, NewsML-G2 and ONIX.

    Of an archive also those that its members make, as far as they forbid; of a packed drawing (SVGZ) its own.
    Never raises for content. What could not be read is a signal without preferences whose warning says so.
    `url` and `user`: see `xmp.read`; `trust_anchors`: see `c2pa.read`.
    """
    kind = media_type(content)
    reader = partial(_of_member, url=url, user=user)
    if kind in _ARCHIVES:
        manifests = c2pa.read(content, trust_anchors=trust_anchors) if _ARCHIVE_MANIFEST in content else ()
        of_members = members.read(content, reader)
        return (*manifests, *epub.read(content, url, user), *of_members)
    if kind == _PACKED and media_type(drawing := decode(content, ("gzip",), most=MAX_XML).octets) in _XML:
        content, kind = drawing, "text/xml"
    if kind in members.HOLDING:
        return members.within(content, kind, reader)
    content = as_utf8(content)
    within = members.within(content, kind, reader) if kind and members.may_hold(content, kind) else ()
    return (*_of_one_file(content, url, user, trust_anchors), *within)


def _of_member(content: bytes, url: str, user: str | None) -> tuple[Signal, ...]:
    """Return what a file in another says of itself, a page by its tags."""
    if members.is_page(content[:HEAD], media_type(content) or ""):
        return html.read(content, url, user=user)
    if media_type(content) == "text/plain" and saved_pages.is_saved(content):
        return tuple(_of_saved(content, url, user))
    return _of_one_file(content, url, user, None)


def _of_saved(content: bytes, url: str, user: str | None) -> Iterator[Signal]:
    """Yield what was said of pages that were saved in MHTML, in a mail or with their answer."""
    for part in saved_pages.parts(content):
        yield from headers.read(part.headers)
        yield from html.read(part.page, url, user=user)
        if part.fault:
            yield unread(Family.PLUS, "saved page", part.fault)


def _of_one_file(content: bytes, url: str, user: str | None, trust_anchors: bytes | None) -> tuple[Signal, ...]:
    content = as_utf8(content)
    kind = media_type(content)
    manifests = c2pa.read(content, trust_anchors=trust_anchors)
    statements = tuple(signal for packet in packets(content, kind) for signal in xmp.read(packet, url, user))
    statements = tuple(signal for signal in statements if signal.family is not Family.CAWG or not manifests)
    feed = rsl_embedded.read_feed(content, user) if kind == "text/xml" else ()
    items = (*feed, *(rights_in_xml.read(content) if kind in _XML else ()))
    terms = schema_org.read(content) if kind in _NAMING_TERMS else ()
    return (*manifests, *(statements or _bare(content, kind or "")), *items, *terms)


def _bare(content: bytes, kind: str) -> Iterable[Signal]:
    if not kind.startswith(_MEDIA) or kind in TEXTS:
        return ()
    return plus.in_comments(content, *(png_packets.packed_texts(content) if kind == _PNG else ()))
