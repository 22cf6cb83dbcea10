"""RSL licences inside works: in XMP packets and EPUB packages (RSL 1.0 section 4.8), and in feeds (section 4.7).

A licence inside a work goes wherever a copy goes, and its `url` is the work's own address, seldom the one where a
copy was found. What it refuses, it refuses for every copy. What it permits counts only for a file that was found
at that address, and nothing in a feed permits: an item's licence is about the item.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from lxml import etree

from crawler_filter.errors import Sentence
from crawler_filter.files.charset import ascii_lines
from crawler_filter.signals import rsl
from crawler_filter.signals.safe_xml import UnreadableXmlError, parse
from crawler_filter.signals.signal import Family, Signal, believed, unread

MAX_ITEMS: Final = 500
"""Licences of one feed that are read."""

_HEAD: Final = 4096
# The root of RSS 2.0, of Atom, of a sitemap, or of RSS 1.0, whose namespace tells it from other RDF such as XMP.
_FEED: Final = re.compile(
    rb"(?>(?:\s+|<\?[^>]{0,500}>|<!--.{0,2000}?-->|<!DOCTYPE[^>]{0,500}>){0,100})"
    rb"<(?:[\w.-]{1,30}:)?(?:(?:rss|feed|urlset|sitemapindex)[\s>]|RDF\s[^>]*http://purl\.org/rss/1\.0/)",
    re.DOTALL,
)
_LICENSED: Final = etree.XPath(
    "//r:content | //r:license[not(ancestor::r:content)]/..", namespaces={"r": rsl.NAMESPACE}
)
"""What has licences: the scopes, and an item or a channel that holds one itself."""


def read(
    root: etree._Element, url: str, *, user: str | None, locator: str, may_allow: Callable[[etree._Element], bool]
) -> Iterator[Signal]:
    """Yield what the `rsl:rsl` element somewhere below `root` says of the file found at `url`.

    `may_allow` tells of that element whether it is surely about the whole file.
    """
    licences = list(islice(root.iter(rsl.ROOT), 2))
    if not licences:
        return
    said = list(rsl.read_element(licences[0], url, user=user, locator=locator))
    found = [believed(signal, may_allow=may_allow(licences[0])) for signal in said]
    found = found or list(_of_a_copy(licences[0].iterfind(rsl.CONTENT), user, locator))
    yield from found or [
        unread(Family.RSL, locator, Sentence("an RSL licence that says nothing of this file"), "rsl:rsl")
    ]
    if len(licences) > 1:
        yield unread(Family.RSL, locator, Sentence("more than one RSL licence"), "rsl:rsl")


def read_feed(feed: str | bytes, user: str | None) -> Iterator[Signal]:
    """Yield what the items of a feed refuse, since a feed is made of them; what is no RSS or Atom is silent."""
    octets = ascii_lines(feed) if is_feed(feed) else b""
    if rsl.NAMESPACE.encode() not in octets:
        return
    try:
        root = parse(octets)
    except UnreadableXmlError as error:
        yield unread(Family.RSL, "feed", error)
        return
    contents = _LICENSED(root)
    for element in contents[:MAX_ITEMS]:
        yield from _of_a_copy([element], user, f"feed line {element.sourceline}")
    if len(contents) > MAX_ITEMS:
        yield unread(Family.RSL, "feed", Sentence("more than %(most)s RSL licences", most=MAX_ITEMS))


def is_feed(data: str | bytes) -> bool:
    """Tell whether a text begins as RSS, Atom or a sitemap does."""
    return _FEED.match(ascii_lines(data[:_HEAD])) is not None


def _of_a_copy(contents: Iterable[etree._Element], user: str | None, locator: str) -> Iterator[Signal]:
    for content in contents:
        for signal in rsl.read_content(content, user=user, locator=locator):
            yield believed(signal, may_allow=False)
