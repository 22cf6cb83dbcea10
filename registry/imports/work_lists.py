"""Lists of works as people keep them: a table, ONIX 3, and JSON-LD as Japan's Media Arts Database gives it.

A list enters works; it reserves nothing. What cannot be read of a row is named with its row and column.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from lxml import etree

from crawler_filter.declaring.claims import FeedError
from crawler_filter.declaring.xml_feed import records, text
from crawler_filter.errors import Sentence
from crawler_filter.lists.reading import Refused, encoding_of
from crawler_filter.signals import safe_json
from registry.model.declaration import Part, WorkKind, WorkRequest
from registry.rules.work_identifiers import WORK_IDENTIFIER

MAX_JSON: Final = 16 << 20
_BETWEEN: Final = re.compile(r"\s*[;\uff1b|]\s*")
_TITLE: Final = re.compile(r"title(?:[_-]([a-z]{2,3}(?:-[a-z0-9]+)*))?")
_NUMBERED: Final = {part.value: part for part in Part}
_KINDS: Final = (
    ("マンガ", WorkKind.MANGA),
    ("アニメ", WorkKind.ANIME),
    ("ゲーム", WorkKind.GAME),
    ("Book", WorkKind.BOOK),
)
_ONIX: Final = {"15": "isbn", "03": "isbn", "02": "isbn", "06": "doi", "34": "issn"}
_JAPANESE: Final = re.compile(r"[\u3041-\u30ff\u3400-\u9fff]")

Found = tuple[int, WorkRequest] | Refused
"""A row with the work that it asks for, or what is wrong with it."""


def read_works(path: Path, name: str, party: str) -> Iterator[Found]:
    """Yield what a list says of works. Raises OSError, and FeedError for one that cannot be read to its end."""
    with path.open("rb") as file:
        begin = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin.startswith(b"<"):
        yield from _onix(path, name, party)
    elif begin.startswith((b"[", b"{")):
        yield from _json(path, name, party)
    else:
        yield from _table(path, name, party)


def _table(path: Path, name: str, party: str) -> Iterator[Found]:
    with path.open(encoding=encoding_of(path), errors="replace", newline="") as file:
        first = file.readline()
        delimiter = max(",;\t", key=first.count)
        columns = [column.strip().strip('"').lower() for column in first.split(delimiter)]
        if not any(_TITLE.fullmatch(column) for column in columns):
            raise FeedError("%(name)s: expected a first row that names a column title", name=name)
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    cells = dict(zip(columns, (cell.strip() for cell in row), strict=False))
                    yield 1 + reader.line_num, _of_cells(cells, party)
        except csv.Error as error:
            raise FeedError("%(name)s: it cannot be read as a table: %(error)s", name=name, error=error) from error


def _of_cells(cells: Mapping[str, str], party: str) -> WorkRequest:
    titles = {}
    for column, cell in cells.items():
        if cell and (found := _TITLE.fullmatch(column)):
            titles[found[1] or _language(cell)] = cell
    part = next((each for each in _NUMBERED if cells.get(each)), "")
    return WorkRequest(
        party=party,
        kind=cells.get("kind", "").lower() or WorkKind.OTHER.value,
        titles=titles,
        creators=_several(cells.get("creators") or cells.get("creator", "")),
        identifiers={kind: cells[kind] for kind in WORK_IDENTIFIER if cells.get(kind)},
        series=_several(cells.get("series", "")),
        characters=tuple((each,) for each in _several(cells.get("characters", ""))),
        part=cells.get("part", "").lower() or part,
        number=cells.get("number", "") or cells.get(part, ""),
        locations=_several(cells.get("locations") or cells.get("location") or cells.get("url", "")),
        published=cells.get("unpublished", "").lower() not in {"1", "yes", "true", "x"},
    )


def _onix(path: Path, name: str, party: str) -> Iterator[Found]:
    with path.open("rb") as file:
        for product in records(file, name, "Product", "product"):
            row = product.sourceline or 0
            title = _own_title(product)
            if not title:
                yield Refused(name, Sentence("no title: expected a TitleDetail"), row=row, column="TitleDetail")
                continue
            yield (
                row,
                WorkRequest(
                    party=party,
                    kind=WorkKind.BOOK.value,
                    titles={_language(title): title},
                    creators=tuple(
                        dict.fromkeys(filter(None, map(_name_of, _below(product, "Contributor", "contributor"))))
                    ),
                    identifiers=_identifiers(product),
                    series=tuple(
                        filter(
                            None,
                            (
                                text(each, "TitleText", "b203")
                                for each in _below(product, "Collection", "collection")
                            ),
                        )
                    ),
                    part=Part.VOLUME.value if (number := text(product, "PartNumber", "x410")) else "",
                    number=number,
                ),
            )


def _own_title(product: etree._Element) -> str:
    detail = next(product.iterfind("{*}DescriptiveDetail/{*}TitleDetail"), product)
    without = " ".join(
        filter(None, (text(detail, "TitlePrefix", "b030"), text(detail, "TitleWithoutPrefix", "b031")))
    )
    return text(detail, "TitleText", "b203") or without


def _below(product: etree._Element, *names: str) -> Iterator[etree._Element]:
    yield from product.iter(*(f"{{*}}{name}" for name in names))


def _name_of(contributor: etree._Element) -> str:
    return text(contributor, "PersonName", "b036", "CorporateName", "b047", "PersonNameInverted", "b037")


def _identifiers(product: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in product.iterchildren("{*}ProductIdentifier", "{*}productidentifier"):
        kind, value = _ONIX.get(text(each, "ProductIDType", "b221")), text(each, "IDValue", "b244")
        if kind and value:
            found.setdefault(kind, value)
    return found


def _json(path: Path, name: str, party: str) -> Iterator[Found]:
    if path.stat().st_size > MAX_JSON:
        raise FeedError("%(name)s: more than %(most)s bytes: cut it into several", name=name, most=MAX_JSON)
    try:
        content = safe_json.parse(path.read_bytes())
    except safe_json.UnreadableJsonError as error:
        raise FeedError("%(name)s: %(error)s", name=name, error=error.sentence) from error
    items = content.get("@graph", [content]) if isinstance(content, dict) else content
    for row, item in enumerate(items if isinstance(items, list) else [], 1):
        if isinstance(item, dict) and (titles := _titles(item)):
            yield row, _of_item(item, titles, party)
        else:
            yield Refused(name, Sentence("no title: expected a schema:name"), row=row, column="schema:name")


def _of_item(item: Mapping[str, Any], titles: dict[str, str], party: str) -> WorkRequest:
    number = next(_texts(_of(item, "volumeNumber", "episodeNumber")), "")
    said = " ".join((*_texts(_of(item, "genre")), *_texts(item.get("@type"))))
    address = str(item.get("@id", ""))
    identifiers = {"madb": address} if "mediaarts-db" in address else {}
    if isbn := next(_texts(_of(item, "isbn")), ""):
        identifiers["isbn"] = isbn
    return WorkRequest(
        party=party,
        kind=next((kind for word, kind in _KINDS if word in said), WorkKind.OTHER).value,
        titles=titles,
        creators=tuple(dict.fromkeys(_texts(_of(item, "creator", "author")))),
        identifiers=identifiers,
        series=tuple(_texts(_of(item, "isPartOf"))),
        characters=tuple((each,) for each in _texts(_of(item, "character"))),
        part=(Part.EPISODE if _of(item, "episodeNumber") else Part.VOLUME).value if number else "",
        number=number,
    )


def _titles(item: Mapping[str, Any]) -> dict[str, str]:
    titles: dict[str, str] = {}
    given = _of(item, "name")
    for each in given if isinstance(given, list) else [given]:
        language = str(each.get("@language", "")).lower() if isinstance(each, dict) else ""
        for title in _texts(each):
            titles.setdefault(language.replace("hrkt", "Hrkt") or _language(title), title)
    return titles


def _of(item: Mapping[str, Any], *names: str) -> Any:  # noqa: ANN401 - whatever a stranger's JSON holds
    return next((item[key] for name in names for key in (f"schema:{name}", name) if item.get(key)), None)


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever a stranger's JSON holds
    """Yield the texts in a value of JSON-LD: a text, an object with a name, or several of them."""
    if isinstance(value, list):
        for each in value[:100]:
            if not isinstance(each, list):
                yield from _texts(each)
    elif isinstance(value, dict):
        named = value.get("@value") or _of(value, "name")
        if isinstance(named, str):
            yield named
    elif isinstance(value, str | int) and str(value).strip() and not isinstance(value, bool):
        yield str(value).strip()


def _several(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, _BETWEEN.split(cell)))


def _language(title: str) -> str:
    return "ja" if _JAPANESE.search(title) else "und"
