"""What XMP packets say about machine use: PLUS and IPTC data mining, TDMRep, RSL, and what points elsewhere.

A statement at the top of a packet is about the file. One deeper in (the pantry of `xmpMM` holds the metadata of
ingredients) can only restrict, like everything in a packet that was found by scanning.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from crawler_filter.files.charset import as_utf8
from crawler_filter.files.containers import Damage
from crawler_filter.formats.terms import Terms
from crawler_filter.signals import rsl
from crawler_filter.signals.embedded import plus, rsl_embedded, tdm_properties
from crawler_filter.signals.embedded.packet import Packet
from crawler_filter.signals.safe_xml import UnreadableXmlError, parse
from crawler_filter.signals.signal import MAX_LINK, Family, Signal, unread, web_link

_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_IPTC_EXTENSION: Final = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_RIGHTS: Final = "http://ns.adobe.com/xap/1.0/rights/"
_DUBLIN_CORE_TERMS: Final = "http://purl.org/dc/terms/"

MAX_STATEMENTS: Final = 64
"""Values of one property in one packet that are read; each has one in a sound packet."""
MAX_VALUE: Final = 4096
"""Characters of one value that are kept."""


@dataclass(frozen=True, slots=True)
class _Value:
    """One value of a property: its text, the namespace it was in, and whether it is about the file itself."""

    text: str
    namespace: str
    is_top: bool


_PROPERTIES: Final = {
    "DataMining": frozenset[str](),
    "OtherConstraints": frozenset({plus.NAMESPACE}),
    "LicensorURL": frozenset({plus.NAMESPACE}),
    "LicensorEmail": frozenset({plus.NAMESPACE}),
    "EncRightsExpr": frozenset({_IPTC_EXTENSION}),
    "LinkedRightsExpr": frozenset({_IPTC_EXTENSION}),
    "WebStatement": frozenset({_RIGHTS}),
    "provenance": frozenset({_DUBLIN_CORE_TERMS}),
    "reservation": tdm_properties.NAMESPACES,
    "policy": tdm_properties.NAMESPACES,
}
"""Local name of each property read, and its namespaces; none: any, because writers get that one wrong."""

_ENDING: Final = "reservation"
_Found = dict[str, list[_Value]]


def read(piece: Packet | Damage, url: str = "", user: str | None = None) -> tuple[Signal, ...]:
    """Read one packet, or say what could not be read.

    `url` is the file's address, where it is known, and `user` the RSL type of user: both for RSL licences only.
    """
    if isinstance(piece, Damage):
        return _unread(f"byte {piece.offset}", piece.reason, lacks_extra=piece.lacks_extra)
    octets, piece = piece.content, replace(piece, content=as_utf8(piece.content))
    try:
        root = parse(piece.content)
    except UnreadableXmlError as error:
        return () if _is_silent(octets) else _broken(piece, str(error))
    licensed = rsl_embedded.read(
        root,
        url,
        user=user,
        locator=piece.locator,
        may_allow=lambda licence: _is_property(licence) and not piece.is_scanned,
    )
    return (*_signals(_collect(root), piece), *licensed)


def _unread(locator: str, reason: str, *, lacks_extra: bool = False) -> tuple[Signal, ...]:
    """Either family of plain properties may have spoken in what could not be read."""
    families = Family.PLUS, Family.TDMREP
    return tuple(unread(family, locator, reason, lacks_extra=lacks_extra) for family in families)


_CLOSED: Final = re.compile(rb"</(?:[\w.-]{1,30}:)?(?:RDF|xmpmeta|xapmeta)\s*>")
_MAY_SPEAK: Final = re.compile(rb"DataMining|DMI-|[Rr]eservation|provenance|training-mining|[:<]rsl[\s>/]|<!|\0")


def _is_silent(packet: bytes) -> bool:
    """Return whether a packet that is not XML is complete and holds no name that could reserve or allow anything.

    Cameras write empty packets, and old programs write Latin-1 text into them. Neither reserves anything.
    """
    text = packet.strip(b"\0 \t\r\n")
    return not text or (_CLOSED.search(text) is not None and _MAY_SPEAK.search(text) is None)


_LICENCE: Final = re.compile(rb"[:<]rsl[\s>/]")
_PROHIBITED: Final = re.compile(rb"DMI-PROHIBITED[A-Z-]{0,40}")


def _broken(packet: Packet, reason: str) -> tuple[Signal, ...]:
    """A prohibition is honoured even where the XML around it is broken or cut off."""
    terms = sorted(set(_PROHIBITED.findall(packet.content)))[:MAX_STATEMENTS]
    may_license = rsl.NAMESPACE.encode() in packet.content or _LICENCE.search(packet.content) is not None
    licensed = (unread(Family.RSL, packet.locator, reason),) if may_license else ()
    return (
        _unread(packet.locator, reason)
        + licensed
        + tuple(
            plus.data_mining(plus.VOCABULARY + term.decode(), Terms(), packet.locator, may_allow=False)
            for term in terms
        )
    )


def _collect(root: etree._Element) -> _Found:
    """Return the values of every property read, by local name, in one pass over the packet."""
    found: _Found = {name: [] for name in _PROPERTIES}
    for element in root.iter():
        for name, text in element.attrib.items():
            _add(found, str(name), [str(text)], is_top=_is_description(element))
        _add(found, str(element.tag), element, is_top=_is_property(element))
    return found


def _add(found: _Found, name: str, source: list[str] | etree._Element, *, is_top: bool) -> None:
    namespace, _, local = name.removeprefix("{").rpartition("}")
    if local[-len(_ENDING) :].lower() == _ENDING and tdm_properties.is_misspelt(namespace, local):
        local, namespace, is_top = "reservation", next(iter(tdm_properties.NAMESPACES)), False
    namespaces = _PROPERTIES.get(local)
    if namespaces is None or (namespaces and namespace not in namespaces) or len(found[local]) > MAX_STATEMENTS:
        return
    texts = source if isinstance(source, list) else _texts(source)
    found[local] += [_Value(text.strip()[:MAX_VALUE], namespace, is_top) for text in texts]


def _is_description(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == _RDF + "RDF"


def _is_property(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and _is_description(parent)


def _texts(element: etree._Element) -> list[str]:
    """Return the values of a property in element form (XMP part 1, section 7).

    They are its own text, an `rdf:resource`, or those of the items of an array; never deeper, so that hostile
    nesting costs nothing.
    """
    holders = [element]
    if not (element.text or "").strip() and len(element):
        holders = [element, *element[:1], *element[0][: MAX_STATEMENTS + 1]]
    texts = [holder.get(_RDF + "resource") or holder.text or "" for holder in holders]
    return [str(text) for text in texts if text.strip()] or [""]


def _signals(found: _Found, packet: Packet) -> Iterator[Signal]:
    terms = _terms(found)
    for value in found["DataMining"]:
        if value.namespace == plus.NAMESPACE or "DMI-" in value.text.upper():
            may_allow = _may_allow(value, packet) and value.namespace == plus.NAMESPACE
            yield plus.data_mining(
                value.text, terms, packet.locator, may_allow=may_allow, constraint=_constraint(found, value.text)
            )
    for value in found["reservation"]:
        policy = web_link(_first(found, "policy"))
        yield tdm_properties.reservation(value.text, policy, packet.locator, may_allow=_may_allow(value, packet))
    yield from _pointers(found, packet)
    for name, values in found.items():
        if len(values) > MAX_STATEMENTS:
            yield from _unread(packet.locator, f"more than {MAX_STATEMENTS} values of {name}")


def _may_allow(value: _Value, packet: Packet) -> bool:
    return value.is_top and not packet.is_scanned


def _terms(found: _Found) -> Terms:
    """Return where permission can be asked for: IPTC's linked rights or XMP's web statement; the PLUS licensor."""
    policy = web_link(_first(found, "LinkedRightsExpr")) or web_link(_first(found, "WebStatement"))
    contact = _first(found, "LicensorEmail") or web_link(_first(found, "LicensorURL"))
    return Terms(policy, contact[:MAX_LINK] if contact else None)


_CONSTRAINTS: Final = {"SEECONSTRAINT": "OtherConstraints", "SEEEMBEDDEDRIGHTSEXPR": "EncRightsExpr"}


def _constraint(found: _Found, value: str) -> str:
    """Return the text that a conditional prohibition refers to, where the packet has it."""
    name = _CONSTRAINTS.get(value.upper().rpartition("-")[2])
    return (_first(found, name) or "") if name else ""


def _first(found: _Found, name: str) -> str | None:
    return next((value.text for value in found[name] if value.text), None)


def _pointers(found: _Found, packet: Packet) -> Iterator[Signal]:
    """Statements that are kept where this reader does not go: a C2PA manifest elsewhere."""
    for value in found["provenance"][:1]:
        if web_link(value.text):
            reason = "the C2PA manifest is kept elsewhere, and nothing is fetched in a check"
            yield unread(Family.CAWG, packet.locator, reason, f"dcterms:provenance {value.text}")
