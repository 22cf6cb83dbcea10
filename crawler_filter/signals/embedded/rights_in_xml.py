"""What news items, records of books and other XML say of data mining: NewsML-G2, ONIX for Books, TDMRep.

NewsML-G2 2.34 has `dataMining` in `rightsInfo`, with a value of the PLUS vocabulary. ONIX has usage constraints:
type 11 of its list 145 is text and data mining, and its list 146 says that it is prohibited (03) or limited (02).
Properties of TDMRep stand in packages of books that lie open, and people put them into feeds and drawings.
A record may stand beside a book or in it, and be of several: only what it forbids is believed.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from lxml import etree

from crawler_filter.errors import Sentence
from crawler_filter.formats.terms import Terms
from crawler_filter.signals.embedded import plus, tdm_properties
from crawler_filter.signals.meanings import means
from crawler_filter.signals.safe_xml import UnreadableXmlError, parse
from crawler_filter.signals.signal import MAX_RULE, Family, Signal, believed, unread, web_link

MAX_STATEMENTS: Final = 256
"""Statements of one document that are read; a message of ONIX may have thousands of books."""

_SPEAKS: Final = re.compile(
    rb"[:<][dD]ataMining[\s>/]|<EpubUsageType[\s>]|<x318[\s>]|tdm:reservation|/ns/tdmrep[/#]"
)
_PACKET: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
"""What is read as XMP, by its own rules."""
_RESOURCE: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"
_MINING: Final = "11"
_SHOWN: Final = 100
"""Pieces of a text that is shown beside a statement: each of many statements may stand beside the same."""
_STATUSES: Final = ("02", "03")


def read(document: bytes) -> Iterator[Signal]:
    """Yield the statements of an XML document of either kind; every other one says nothing here."""
    if not _SPEAKS.search(document):
        return
    try:
        root = parse(document)
    except UnreadableXmlError as error:
        yield unread(Family.PLUS, "NewsML-G2 or ONIX", error)
        return
    found = [*root.iter("{*}dataMining"), *root.iter("{*}EpubUsageConstraint", "{*}epubusageconstraint")]
    reserved = list(islice(_reservations(root), MAX_STATEMENTS + 1))
    for element in found[:MAX_STATEMENTS]:
        is_news = etree.QName(element).localname == "dataMining"
        yield from _of_news(element) if is_news else _of_book(element)
    if max(len(found), len(reserved)) > MAX_STATEMENTS:
        yield unread(
            Family.PLUS, "NewsML-G2 or ONIX", Sentence("more than %(most)s statements", most=MAX_STATEMENTS)
        )
    for element in islice(_outside_of_packets(root), MAX_STATEMENTS):
        yield plus.data_mining(_said(element), Terms(), f"XML, line {element.sourceline}", may_allow=False)
    for element, value in reserved[:MAX_STATEMENTS]:
        yield tdm_properties.reservation(value, None, f"XML, line {element.sourceline}", may_allow=False)


def _reservations(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Yield each reservation of TDMRep: an element, an attribute, or a property of a book's package."""
    names = {f"{{{namespace}}}reservation" for namespace in tdm_properties.NAMESPACES}
    packets = {each for packet in root.iter(_PACKET) for each in packet.iter()}
    for element in root.iter():
        if element in packets:
            continue
        own = str(element.get("property") or element.get("name") or "")
        if element.tag in names or own == "tdm:reservation":
            yield element, str(element.get("content") or element.text or "").strip()
        yield from ((element, str(value)) for name, value in element.items() if name in names)


def _outside_of_packets(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the properties of PLUS that stand in a document as they are: drawings have them in their metadata."""
    for element in root.iter(f"{{{plus.NAMESPACE}}}DataMining"):
        if next(element.iterancestors(_PACKET), None) is None:
            yield element


def _said(element: etree._Element) -> str:
    values = (element.get(name) for name in ("uri", "qcode", "literal", _RESOURCE))
    return str(next((value for value in values if value), element.text or "")).strip()


def _of_news(element: etree._Element) -> Iterator[Signal]:
    rights = element.getparent()
    if rights is None or etree.QName(rights).localname != "rightsInfo":
        return
    value = _said(element)
    link = next((web_link(str(each.get("href", ""))) for each in rights.iterfind("{*}link")), None)
    usage = " ".join(
        "".join(str(text) for text in islice(each.itertext(), _SHOWN)).strip()
        for each in islice(rights.iterfind("{*}usageTerms"), _SHOWN)
    )
    locator = f"NewsML-G2 rightsInfo, line {element.sourceline}"
    yield plus.data_mining(value, Terms(link), locator, may_allow=False, constraint=usage)


def _of_book(element: etree._Element) -> Iterator[Signal]:
    kind, status = (_first(element, *names) for names in (("EpubUsageType", "x318"), ("EpubUsageStatus", "x319")))
    if kind == _MINING and status in _STATUSES:
        said = f"EpubUsageType {kind}={status}"
        locator = f"ONIX, line {element.sourceline}"
        preferences = means(Family.ONIX, said) or {}
        yield believed(Signal(Family.ONIX, said[:MAX_RULE], locator, preferences), may_allow=False)


def _first(element: etree._Element, *names: str) -> str:
    for name in names:
        for each in element.iter(f"{{*}}{name}"):
            return str(each.text or "").strip()
    return ""
