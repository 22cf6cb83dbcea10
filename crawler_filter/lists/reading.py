"""The files that lists come in: text with one value a line, CSV, and JSON Lines. What cannot be read is named.

A file is read by what is in it: rows of objects are JSON, a first line that names columns is CSV, all else is
text.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from crawler_filter.errors import FilterError, InvalidScopeError, Sentence
from crawler_filter.files.charset import from_utf16
from crawler_filter.lists import blocking_rules, digest_lines
from crawler_filter.lists.column_names import plain_name
from crawler_filter.lists.entries import MAX_REASON, Entry, read_value
from crawler_filter.lists.line_heads import INVISIBLE, without_head
from crawler_filter.signals import safe_json

_SNIFFED: Final = 1 << 16
_DIGEST: Final = re.compile(r"[0-9a-fA-F]{32,64}")

MAX_LINE: Final = 1 << 20
"""Characters of a line that are read."""
MAX_DOCUMENT: Final = 1 << 26
"""Bytes of a file that is one JSON document, and not one object a line."""

KINDS: Final = ("domain", "host", "prefix", "url", "sha256", "sha1", "md5", "pdq", "isbn", "doi", "eidr")
"""Names of columns and members whose values are of that kind."""
_WEB: Final = ("http://", "https://")
_LISTS: Final = ("notices", "entries", "results", "items", "records", "rows")
"""Members of an object that only encloses a list, as Lumen's search answers `notices`."""
_MAX_COLUMN: Final = 60
_ANY: Final = ("value", "entry", "address", "uri", "link", "digest", "hash", "checksum")
_REASONS: Final = (
    "reason",
    "note",
    "comment",
    "title",
    "subject",
    "description",
    "sender_name",
    "date_received",
    "date",
)


@dataclass(frozen=True, slots=True, init=False)
class Refused:
    """A line, or a value of it, that names nothing that can be looked up or declared.

    `row` counts lines from 1; `column` is the name of the column or member, empty where there is none.
    """

    place: str
    why: Sentence
    row: int
    column: str

    def __init__(self, place: str, why: str, /, *, row: int = 0, column: str = "", **values: object) -> None:
        object.__setattr__(self, "place", place)
        object.__setattr__(self, "why", Sentence(why, **values))
        object.__setattr__(self, "row", row)
        object.__setattr__(self, "column", column)


@dataclass(frozen=True, slots=True)
class _Place:
    """The line that a value stands on, and the reason of those that give none."""

    file: str
    row: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file} line {self.row}"


def read_list(path: Path, *, reason: str = "", name: str = "") -> Iterator[Entry | Refused]:
    """Yield the entries of a list, and what of it cannot be read; `reason` is that of entries that give none.

    `name` is what places call the file, by default its own name. Raises OSError.
    """
    with path.open(encoding=encoding_of(path), errors="replace", newline="") as file:
        lines = digest_lines.whole(_numbered(file))
        for number, line in lines:
            first = line.strip().strip(INVISIBLE)
            if not first or _is_comment(first) or first.lower().startswith("sep="):
                continue
            place = _Place(name or path.name, number, reason)
            if first[0] in "{[" and (document := _document(path, line)) is not None:
                yield from _members(document, place)
            elif first.startswith("{"):
                yield from _objects(place, line, lines)
            elif (names := _columns(first)) is not None:
                yield from _rows(place, names, file)
            else:
                read = _unnamed if place.file.lower().endswith(".csv") else _line
                yield from read(place, line)
                for later, text in lines:
                    yield from read(replace(place, row=later), text)
            return


def encoding_of(path: Path) -> str:
    """Return the encoding of a list by its first bytes: UTF-16 as PowerShell writes it, else UTF-8 or cp932."""
    with path.open("rb") as file:
        start = file.read(_SNIFFED)
    if from_utf16(start[: len(start) & ~1]) is not None:
        is_marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return "utf-16" if is_marked else "utf-16-be" if start[:1] == b"\0" else "utf-16-le"
    return next((name for name in ("utf-8-sig", "cp932") if _fits(name, start)), "utf-8-sig")


def _fits(encoding: str, start: bytes) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(start)
    except UnicodeDecodeError:
        return False
    return True


def _numbered(file: io.TextIOBase) -> Iterator[tuple[int, str]]:
    number = 0
    while line := file.readline(MAX_LINE):
        number += 1
        yield number, line


def _is_comment(line: str) -> bool:
    return line.startswith(("#", "!", ";", "[Adblock"))


def _line(place: _Place, line: str) -> Iterator[Entry | Refused]:
    """Read a line of text: a value, and behind a tab or ` #` its reason."""
    text = without_head(line)
    if not text or _is_comment(text):
        return
    is_hosts_line = text.startswith(("0.0.0.0", "127.0.0.1", ":", "fe80"))  # noqa: S104 - nothing is bound
    value, _, said = text.partition(" #" if is_hosts_line or "\t" not in text else "\t")
    why = said.strip(" #") or place.reason
    try:
        blocked = blocking_rules.places(value.strip())
    except InvalidScopeError as error:
        yield Refused(str(place), error.sentence, row=place.row)
        return
    if blocked is not None:
        yield from (_entry(text, kind, why, place) for kind, text in blocked)
        return
    found = _entry(value, "", why, place)
    if isinstance(found, Refused):
        # not before: the address of a file may have a digest in it
        digest = digest_lines.digest_in(text)
        if _DIGEST.fullmatch(digest.rpartition(":")[2]):
            found = _entry(digest, "", place.reason, place)
        elif digest_lines.is_heading(text):
            return
    yield found


def _unnamed(place: _Place, line: str) -> Iterator[Entry | Refused]:
    """Read a line of a table without names of columns: of several cells nobody knows where an address ends."""
    for found in _line(place, line):
        if isinstance(found, Entry) and found.kind.is_location and len(next(csv.reader([line]), [])) > 1:
            yield Refused(
                str(place), "the first line of a table must name its columns, such as url,reason", row=place.row
            )
        else:
            yield found


def _columns(line: str) -> list[str] | None:
    """Return the names of columns where a line has some that are known, None where it is a value."""
    for delimiter in ",;\t":
        names = [_column(name) for name in line.split(delimiter)]
        if any(name in (*KINDS, *_ANY) for name in names):
            return [delimiter, *names]
    return None


def _column(name: str) -> str:
    """Return the name of a column as kinds are spelled: `SHA-256` is sha256."""
    name = plain_name(name.strip().strip('"'))
    plain = name.replace("-", "")
    return plain if plain in KINDS else name


def _rows(place: _Place, names: list[str], file: io.TextIOBase) -> Iterator[Entry | Refused]:
    delimiter, *columns = names
    reader = csv.reader(iter(file.readline, ""), delimiter=delimiter)
    begin, unread = place.row, {at: name for at, name in enumerate(columns) if not _is_read(name)}
    try:
        for row in reader:
            at = replace(place, row=begin + reader.line_num)
            found = list(_values(dict(zip(columns, row, strict=False)), at))
            yield from found
            yield from _untold(row, unread, at, is_empty=not found)
    except csv.Error as error:
        at = replace(place, row=begin + reader.line_num)
        yield Refused(str(at), "this row cannot be read as a table: %(error)s", row=at.row, error=str(error))


def _is_read(column: str) -> bool:
    return column in (*KINDS, *_ANY, *_REASONS, "kind", "type", "infringing_url", "infringing_uri") or not column


def _untold(row: list[str], unread: dict[int, str], place: _Place, *, is_empty: bool) -> Iterator[Refused]:
    """Yield what would go unsaid: once, that a column of addresses is not read; that a row names nothing."""
    for at in [at for at in unread if at < len(row) and row[at].strip().lower().startswith(_WEB)]:
        column = unread.pop(at)[:_MAX_COLUMN]
        yield Refused(
            str(place),
            "this column is not read, though it has addresses: call it url if they are meant, and note if not",
            row=place.row,
            column=column,
        )
    if is_empty and any(cell.strip() for cell in row):
        yield Refused(
            str(place),
            "this row names nothing in a column that is read: %(kinds)s",
            row=place.row,
            kinds=", ".join(KINDS),
        )


def _document(path: Path, line: str) -> object | None:
    """Return the one JSON document that a file is; None where its first line is an object, or it is none."""
    if line.lstrip().startswith("{") and _is_json(line):
        return None
    if path.stat().st_size > MAX_DOCUMENT:
        return None
    try:
        text = path.read_text(encoding=encoding_of(path), errors="replace")
        return safe_json.parse(text, keeps_several=True)
    except safe_json.UnreadableJsonError:
        return None


def _is_json(line: str) -> bool:
    try:
        safe_json.parse(line)
    except safe_json.UnreadableJsonError:
        return False
    return True


def _members(document: object, place: _Place, *, opening: int = 2) -> Iterator[Entry | Refused]:
    """Read a document: an object, or a list of objects and of values; at most so many around them are opened."""
    for each in document if isinstance(document, list) else [document]:
        if isinstance(each, str):
            yield _entry(each, "", place.reason, place)
        else:
            yield from _of_object(each, place, opening=opening)


def _objects(place: _Place, line: str, lines: Iterable[tuple[int, str]]) -> Iterator[Entry | Refused]:
    yield from _object(place, line)
    for later, text in lines:
        if text.strip():
            yield from _object(replace(place, row=later), text)


def _object(place: _Place, line: str) -> Iterator[Entry | Refused]:
    try:
        value = safe_json.parse(line, keeps_several=True)
    except safe_json.UnreadableJsonError as error:
        yield Refused(
            str(place), "expected a JSON object on one line: %(error)s", row=place.row, error=str(error)[:200]
        )
        return
    yield from _of_object(value, place)


def _of_object(value: object, place: _Place, *, opening: int = 2) -> Iterator[Entry | Refused]:
    if not isinstance(value, dict):
        yield Refused(
            str(place), "expected a JSON object, got %(got)s", row=place.row, got=safe_json.as_text(value)[:40]
        )
        return
    found = list(_values(value, place))
    if not found and opening:
        found = [each for part in _enclosed(value) for each in _members(part, place, opening=opening - 1)]
    yield from found or [
        Refused(
            str(place),
            "expected one of %(kinds)s, or urls, domains, works; got %(names)s",
            row=place.row,
            kinds=", ".join(KINDS),
            names=", ".join(value)[:200],
        )
    ]


def _enclosed(value: Mapping[str, Any]) -> Iterator[object]:
    """Yield what an object only encloses: its lists of entries, or the one notice that it is about."""
    listed = [each for name in _LISTS for each in safe_json.stated(value, name) if isinstance(each, list)]
    alone = [each for each in value.values() if len(value) == 1 and isinstance(each, dict)]
    yield from listed or alone


def _values(row: Mapping[str, Any], place: _Place) -> Iterator[Entry | Refused]:
    """Read a row or an object: values by kind, one or several, and the works of a notice as Lumen has them."""
    said = [str(value).strip() for name in _REASONS for value in safe_json.stated(row, name) if value]
    why = "; ".join(dict.fromkeys(said)) or place.reason
    kind = next((str(each) for name in ("kind", "type") for each in safe_json.stated(row, name) if each), "")
    kind = kind.strip().lower()
    # a name that occurs twice lists both
    for name, given in ((each, given) for each in row for given in safe_json.stated(row, each)):
        singular = str(name).lower().removesuffix("s") if isinstance(given, list) else str(name).lower()
        if singular in KINDS:
            of_kind = "" if singular == "url" and not kind else singular
        elif singular in (*_ANY, "digest", "infringing_url", "infringing_uri"):
            of_kind = kind
        else:
            continue
        for each in given if isinstance(given, list) else [given]:
            value = each.get("url") or each.get("url_original") if isinstance(each, dict) else each
            if value not in (None, ""):
                yield _entry(str(value), of_kind, why, place, str(name)[:60])
    works = [work for each in safe_json.stated(row, "works") if isinstance(each, list) for work in each]
    for work in works:
        if isinstance(work, dict):
            yield from _values(work, replace(place, reason=why))


def _entry(text: str, kind: str, reason: str, place: _Place, column: str = "") -> Entry | Refused:
    if "\ufffd" in text:
        return Refused(
            str(place), "its letters cannot be read: save the list as UTF-8", row=place.row, column=column
        )
    try:
        said, value = read_value(text, kind)
    except ValueError as error:
        why = error.sentence if isinstance(error, FilterError) else Sentence("%(error)s", error=str(error))
        return Refused(str(place), why, row=place.row, column=column)
    return Entry(said, value, reason[:MAX_REASON], str(place), place.row, column)
