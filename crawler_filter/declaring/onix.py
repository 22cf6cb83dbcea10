"""ONIX for Books 3, in reference names and short tags: what a publisher's feed says of text and data mining.

`EpubUsageConstraint` of `EpubUsageType` 11 (code list 145) with the status 03 prohibited or 02 limited reserves
(list 146). A product without it is unstated. Identifiers are those of code list 5: 02, 03 and 15 are ISBNs, 06 is
a DOI.
"""

from collections.abc import Iterator
from typing import BinaryIO, Final

from lxml import etree

from crawler_filter.declaring.claims import MAX_TITLE, Claim, Row, Unstated
from crawler_filter.declaring.xml_feed import records, text
from crawler_filter.errors import InvalidScopeError, Sentence
from crawler_filter.formats.identifiers import CANONICAL_IDENTIFIER
from crawler_filter.formats.record import ScopeKind
from crawler_filter.lists.reading import Refused
from crawler_filter.preference import Usage

_MINING: Final = "11"
_RESERVED: Final = frozenset({"02", "03"})
_ALLOWED: Final = "01"
_ISBN: Final = frozenset({"02", "03", "15"})
_DOI: Final = "06"


def read(file: BinaryIO, name: str) -> Iterator[Row]:
    """Yield the products of a message, each by its first ISBN or DOI. Raises DataError."""
    for product in records(file, name, "Product", "product"):
        row = product.sourceline or 0
        place = f"{name} line {row}"
        reference = text(product, "RecordReference", "a001")
        if reference:
            place += f", record {reference[:80]}"
        yield _row(product, place, row)


def _row(product: etree._Element, place: str, row: int) -> Row:
    try:
        named = _identifier(product)
    except InvalidScopeError as error:
        return Refused(place, error.sentence, row=row, column="IDValue")
    if named is None:
        why = Sentence("no ISBN or DOI: expected a ProductIdentifier of type 15, 03, 02 or 06")
        return Refused(place, why, row=row, column="ProductIdentifier")
    title = text(product, "TitleText", "b203", "TitleWithoutPrefix", "b031")[:MAX_TITLE]
    statuses = set(_statuses(product))
    if statuses & _RESERVED:
        return Claim(*named, place, frozenset({Usage.TDM}), title, row, "IDValue")
    if _ALLOWED in statuses:
        why = Sentence("it says that mining is allowed without limits: nothing is declared")
        return Refused(place, why, row=row, column="EpubUsageStatus")
    return Unstated(Claim(*named, place, title=title, row=row, column="IDValue"))


def _identifier(product: etree._Element) -> tuple[ScopeKind, str] | None:
    """Return the ISBN, or else the DOI. Raises InvalidScopeError for one whose check digit is wrong."""
    found: dict[ScopeKind, str] = {}
    for identifier in product.iterchildren("{*}ProductIdentifier", "{*}productidentifier"):
        kind, value = text(identifier, "ProductIDType", "b221"), text(identifier, "IDValue", "b244")
        if kind in _ISBN and (kind != "03" or value.startswith(("978", "979"))):
            found.setdefault(ScopeKind.ISBN, CANONICAL_IDENTIFIER["isbn"](value))
        elif kind == _DOI:
            found.setdefault(ScopeKind.DOI, CANONICAL_IDENTIFIER["doi"](value))
    return next(((kind, found[kind]) for kind in (ScopeKind.ISBN, ScopeKind.DOI) if kind in found), None)


def _statuses(product: etree._Element) -> Iterator[str]:
    for constraint in product.iter("{*}EpubUsageConstraint", "{*}epubusageconstraint"):
        if text(constraint, "EpubUsageType", "x318") == _MINING:
            yield text(constraint, "EpubUsageStatus", "x319")
