"""From lists of works to works: which are new, which a party has already, and which of those the list changes."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import Final

from sqlite_utils import Database

from crawler_filter.declaring.claims import FeedError
from crawler_filter.errors import Sentence
from crawler_filter.lists.reading import Refused
from registry.errors import InvalidRequestError
from registry.imports.work_lists import Found
from registry.model.declaration import Work, WorkRequest
from registry.model.imports import ImportRow, Outcome
from registry.rules.work_validation import build_work, work_request
from registry.store.works import every_work

_OF_MANY: Final = ("issn", "isni")
"""Numbers that many works share: of a magazine, of a person."""

_NOBODY: Final = "a" * 26


class KnownWorks:
    """The works that a party has, found again by a number or by their title and place in a series."""

    def __init__(self, database: Database, party: str) -> None:
        self._works: dict[str, Work] = {}
        self._known: dict[tuple[str, ...], str] = {}
        for work in every_work(database, party):
            self._works[work.id] = work
            for key in _keys(work):
                self._known.setdefault(key, work.id)

    def find(self, asked: Work) -> Work | None:
        """Return the work that `asked` is about, None where there is none yet."""
        number = next((self._known[key] for key in _keys(asked) if key in self._known), None)
        return None if number is None else self._works[number]


def rows_of(found: Iterable[Found], works: KnownWorks, most: int) -> Iterator[ImportRow]:
    """Yield a row for each work of a list. Raises FeedError for too many."""
    seen: dict[tuple[str, ...], int] = {}
    for count, each in enumerate(found):
        if count == most:
            raise FeedError("the list has more than %(most)s rows: cut it into several", most=most)
        if isinstance(each, Refused):
            yield ImportRow(each.row, each.column, Outcome.PROBLEM, why=each.why)
            continue
        line, request = each
        row, work = _judged(line, request, works)
        first = next((seen[key] for key in _keys(work) if key in seen), None) if work else None
        if work is not None and first is not None and row.outcome is not Outcome.PROBLEM:
            row = replace(row, outcome=Outcome.REPEATED, why=Sentence("row %(first)s says the same", first=first))
        elif work is not None:
            seen.update(dict.fromkeys(_keys(work), line))
        yield row


def request_of(row: ImportRow) -> WorkRequest:
    """Return the work that a row asks for."""
    content = json.loads(row.value)
    content["characters"] = tuple(map(tuple, content["characters"]))
    tuples = {name: tuple(content[name]) for name in ("creators", "series", "locations")}
    return WorkRequest(**content | tuples | {"sheets": ()})


def _judged(line: int, request: WorkRequest, works: KnownWorks) -> tuple[ImportRow, Work | None]:
    title = next(iter(request.titles.values()), "")[:200]
    try:
        asked = build_work(request, _NOBODY, 0)
    except InvalidRequestError as error:
        wrong = error.errors[0]
        field = wrong.pointer.strip("/").rpartition("/")[2] or "title"
        return ImportRow(line, field[:60], Outcome.PROBLEM, title=title, why=wrong.detail), None
    known = works.find(asked)
    value = json.dumps(asdict(work_request(asked)), ensure_ascii=False)
    if known is None:
        return ImportRow(line, "", Outcome.NEW, value=value, title=title), asked
    changed = build_work(_with(known, asked), known.id, known.created)
    if replace(changed, declarations=known.declarations) == known:
        return ImportRow(line, "", Outcome.KNOWN, value=value, title=title), asked
    kept = json.dumps(asdict(work_request(changed)), ensure_ascii=False)
    return ImportRow(line, "", Outcome.NEW, value=kept, title=title, declaration=known.id), asked


def _with(known: Work, asked: Work) -> WorkRequest:
    """Return what a work says once a list has said what it says; what the list leaves out stays."""
    old, new = work_request(known), work_request(asked)
    said = {
        name: value for name, value in asdict(new).items() if value not in ("", (), {}, None) and name != "sheets"
    }
    said["titles"] = {**old.titles, **new.titles}
    said["identifiers"] = {**old.identifiers, **new.identifiers}
    return replace(old, **said)


def _keys(work: Work) -> list[tuple[str, ...]]:
    """Return what tells a work from others: its own numbers, or else its titles with its place in a series."""
    keys: list[tuple[str, ...]] = []
    keys += (("number", kind, value) for kind, value in work.identifiers.items() if kind not in _OF_MANY)
    return keys or [("title", title, work.number, work.kind.value) for title in work.titles.values()]
