"""Feeds, sitemaps, drawings and packages of books that say something of mining in XML."""

import pytest

from crawler_filter import Filter, Policy, SnapshotId, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.signals.embedded import rights_in_xml
from crawler_filter.snapshot import Snapshot
from tests.simulators.published import NOW

EMPTY = Snapshot.from_records([], SnapshotId("registry.example", 1, 0, "", NOW))
FILTER = Filter(FixedSource(EMPTY), Policy.opt_out(Usage.TRAIN_AI), clock=lambda: NOW)

NAMES = 'xmlns:rsl="https://rslstandard.org/rsl" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:t="http://www.w3.org/ns/tdmrep/"'
LICENCE = (
    '<rsl:content url="https://a.example/b"><rsl:license><rsl:prohibits type="usage">ai-train</rsl:prohibits>'
    "</rsl:license></rsl:content>"
)
LINK = 'rel="license" type="application/rsl+xml" href="https://a.example/l.xml"'
RESERVED = "<t:reservation>1</t:reservation>"


def rss(inner: str) -> str:
    return f'<?xml version="1.0"?>\n<rss version="2.0" {NAMES}><channel><title>A</title>{inner}</channel></rss>'


def sitemap(inner: str) -> str:
    schema = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    return f'<?xml version="1.0"?>\n<urlset {schema} {NAMES}><url><loc>https://a.example/b</loc>{inner}</url></urlset>'


def drawing(inner: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {NAMES}><metadata>{inner}</metadata></svg>'


def package(inner: str) -> str:
    return f'<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf"><metadata>{inner}</metadata></package>'


REFUSING = {
    "a licence in a sitemap": sitemap(LICENCE),
    "a link to a licence in RSS": rss(f"<atom:link {LINK}/>"),
    "a link to a licence in Atom": f'<feed xmlns="http://www.w3.org/2005/Atom"><link {LINK}/></feed>',
    "a reservation in RSS": rss(RESERVED),
    "a reservation of an item": rss(f"<item>{RESERVED}</item>"),
    "a reservation in a sitemap": sitemap(RESERVED),
    "a reservation in a drawing": drawing(RESERVED),
    "a reservation as an attribute": f'<svg xmlns="http://www.w3.org/2000/svg" {NAMES} t:reservation="1"/>',
    "a package of EPUB 3 that lies open": package('<meta property="tdm:reservation">1</meta>'),
    "a package of EPUB 2 that lies open": package('<meta name="tdm:reservation" content="1"/>'),
    "a reservation that cannot be read": rss("<t:reservation>1"),
}
KEPT = {
    "nothing reserved": rss("<t:reservation>0</t:reservation>"),
    "a package without": package('<meta property="dcterms:modified">1</meta>'),
    "a licence of Creative Commons": rss(
        '<atom:link rel="license" href="https://creativecommons.org/licenses/by/4.0/"/>'
    ),
    "the rights of all": rss("<copyright>All rights reserved.</copyright>"),
    "a sitemap": sitemap(""),
    "reservations of a hotel": '<?xml version="1.0"?><hotel><reservation>1</reservation></hotel>',
}


@pytest.mark.parametrize("document", REFUSING.values(), ids=REFUSING.keys())
def test_what_xml_refuses_is_refused(document: str) -> None:
    assert not FILTER.check("https://a.example/file.xml", content=document.encode()).keep


@pytest.mark.parametrize("document", KEPT.values(), ids=KEPT.keys())
def test_xml_that_refuses_nothing_is_kept(document: str) -> None:
    assert FILTER.check("https://a.example/file.xml", content=document.encode()).keep


def test_an_element_of_very_many_attributes_is_not_read_for_they_are_compared_with_each_other() -> None:
    attributes = " ".join(f"a{number}='1'" for number in range(20_000))
    (said,) = rights_in_xml.read(f"<ONIXMessage><x318 {attributes}>11</x318></ONIXMessage>".encode())
    assert said.unchecked
