"""NewsML-G2 2.34: what a news agency's items say of data mining, in `rightsInfo/dataMining`.

The value is one of the PLUS vocabulary, as a URI or a QCode. An item is declared by the addresses at which it is
published: those of its `remoteContent`, of a `link` to a page, or its `guid` where that is one.
"""

from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from crawler_filter.declaring.claims import MAX_TITLE, Claim, Row, Unstated
from crawler_filter.declaring.xml_feed import records, text
from crawler_filter.errors import Sentence
from crawler_filter.formats import urls
from crawler_filter.formats.record import ScopeKind
from crawler_filter.formats.terms import Terms
from crawler_filter.lists.reading import Refused
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.embedded import plus


def read(file: BinaryIO, name: str) -> Iterator[Row]:
    """Yield the items of a message, each address for itself. Raises DataError."""
    for item in records(file, name, "newsItem"):
        row = item.sourceline or 0
        place = f"{name} line {row}, item {str(item.get('guid') or '')[:120]}"
        yield from _rows(item, place, row)


def _rows(item: etree._Element, place: str, row: int) -> Iterator[Row]:
    addresses = dict.fromkeys(_addresses(item))
    if not addresses:
        why = Sentence("no address: expected remoteContent or a link with an href, or a guid that is a URL")
        yield Refused(place, why, row=row, column="remoteContent")
        return
    usages = _reserved(item)
    title = text(item, "headline", "title")[:MAX_TITLE]
    for address in addresses:
        claim = Claim(ScopeKind.URL, address, place, usages or frozenset(), title, row, "href")
        yield Unstated(claim) if usages is None else claim


def _reserved(item: etree._Element) -> frozenset[Usage] | None:
    """Return the uses that are prohibited, None where nothing is."""
    reserved: set[Usage] = set()
    for mining in item.iterfind("{*}rightsInfo/{*}dataMining"):
        value = str(mining.get("uri") or mining.get("qcode") or mining.text or "").strip()
        said = plus.data_mining(value, Terms(), "", may_allow=False).preferences
        reserved |= {usage for usage, preference in said.items() if preference is Preference.DISALLOWED}
    return frozenset(reserved) or None


def _addresses(item: etree._Element) -> Iterator[str]:
    given = [each.get("href") for each in item.iterfind("{*}contentSet/{*}remoteContent")]
    given += [each.get("href") for each in item.iterfind("{*}itemMeta/{*}link")]
    for address in (*given, item.get("guid")):
        if isinstance(address, str) and address.startswith(("http://", "https://")):
            try:
                yield urls.canonical_url_scope(address)
            except ValueError:
                continue
