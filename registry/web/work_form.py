"""The form of a work: as it was typed, what that asks for, and as it would be typed to leave a work as it is."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final, Self

from flask_babel import gettext as _

from crawler_filter.errors import InvalidScopeError
from crawler_filter.formats.names import MAX_NAME, canonical_name
from registry.model.declaration import Work, WorkKind, WorkRequest
from registry.rules.work_identifiers import read_labelled
from registry.rules.work_validation import BETWEEN_SPELLINGS, has_too_many
from registry.web import i18n
from registry.web.form_input import (
    MAX_PROBLEMS,
    FieldProblem,
    half_width,
    ordinary_address,
    ordinary_number,
    read_identifier,
)
from registry.web.sheet_form import read_sheets, written

_LANGUAGE: Final = re.compile(r"((?:[a-z]{2,3}|[A-Z]{2,3})(?:-[A-Za-z0-9]{1,8}){0,3})\s*[:\uff1a]\s*(.+)")
_BETWEEN: Final = re.compile(f"[{re.escape(''.join(sorted(BETWEEN_SPELLINGS)))}]")


@dataclass(frozen=True, slots=True)
class TypedWork:
    """The fields of the form."""

    party: str = ""
    titles: str = ""
    creators: str = ""
    kind: str = ""
    identifiers: str = ""
    series: str = ""
    characters: str = ""
    sheets: str = ""
    part: str = ""
    number: str = ""
    locations: str = ""
    unpublished: str = ""

    @classmethod
    def of(cls, work: Work) -> Self:
        """Return the form that asks for `work` as it is."""
        return cls(
            party=work.party,
            titles="\n".join(f"{language}: {title}" for language, title in work.titles.items()),
            creators="; ".join(work.creators),
            kind=work.kind.value,
            identifiers="\n".join(f"{kind.upper()} {number}" for kind, number in work.identifiers.items()),
            series="\n".join(work.series),
            characters="\n".join(" / ".join(spellings) for spellings in work.characters),
            sheets=written(work.sheets),
            part=work.part or "",
            number=work.number,
            locations="\n".join(f"https://{address}" for address in work.locations),
            unpublished="" if work.published else "yes",
        )

    def read(self, language: str) -> tuple[WorkRequest, tuple[FieldProblem, ...]]:
        """Return what is asked for by whoever reads pages in `language`, and what has to be put right first."""
        titles, unclear = read_titles(self.titles, language)
        identifiers, wrong = _identifiers(self.identifiers)
        sheets, odd = read_sheets(self.sheets)
        asked = WorkRequest(
            party=self.party,
            kind=self.kind,
            titles=titles,
            creators=tuple(name.strip() for name in re.split(r"[;\uff1b\u3001]", self.creators) if name.strip()),
            identifiers=identifiers,
            series=tuple(_lines(self.series)),
            characters=read_characters(self.characters),
            sheets=sheets,
            part=self.part,
            number=half_width(self.number),
            locations=tuple(map(ordinary_address, _lines(self.locations))),
            published=self.unpublished != "yes",
        )
        if has_too_many(asked):
            return asked, tuple(self._missing())  # the domain says how many there may be
        names = {"series": asked.series, "characters": chain.from_iterable(asked.characters)}
        bad_names = (problem for field, spellings in names.items() for problem in _bad_names(field, spellings))
        return asked, (*self._missing(), *unclear, *wrong, *odd, *islice(bad_names, MAX_PROBLEMS))

    def _missing(self) -> Iterator[FieldProblem]:
        if not self.party:
            yield FieldProblem("party", _("Choose whose work it is"))
        if not self.titles:
            yield FieldProblem("titles", _("Enter a title"))
        if self.kind not in set(WorkKind):
            yield FieldProblem("kind", _("Choose what it is"))


def read_titles(text: str, language: str) -> tuple[Mapping[str, str], Sequence[FieldProblem]]:
    """Return titles by language, and a problem for each line whose language has one already.

    A line that names none is in `language`, and `und` once that is taken.
    """
    titles: dict[str, str] = {}
    problems = []
    for line in _lines(text):
        marked = _LANGUAGE.fullmatch(line)
        tag, title = marked.groups() if marked else (language if language not in titles else "und", line)
        primary, *others = tag.split("-")
        tag = "-".join((primary.lower(), *others))
        if tag in titles:
            again = _("“%(typed)s”: put the language of this title in front, one for each title.", typed=line)
            problems.append(FieldProblem("titles", again))
            if len(problems) >= MAX_PROBLEMS:
                break
        titles.setdefault(tag, title)
    return titles, problems


def read_characters(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the spellings of each character, one character a line."""
    lines = (tuple(filter(None, map(str.strip, _BETWEEN.split(line)))) for line in _lines(text))
    return tuple(filter(None, lines))


def _identifiers(text: str) -> tuple[Mapping[str, str], Sequence[FieldProblem]]:
    found: dict[str, str] = {}
    problems = []
    for line in _lines(text):
        try:
            kind, number = read_labelled(ordinary_number(line)) or read_identifier(line)
            found[kind] = number
        except InvalidScopeError as error:
            sentence = _("“%(typed)s”: %(why)s", typed=line, why=i18n.said(error.sentence))
            problems.append(FieldProblem("identifiers", sentence))
            if len(problems) >= MAX_PROBLEMS:
                break
    return found, problems


def _bad_names(field: str, spellings: Iterable[str]) -> Iterator[FieldProblem]:
    for spelling in spellings:
        try:
            canonical_name(spelling)
        except InvalidScopeError:
            wanted = _(
                "“%(typed)s” cannot be looked for: a name has 2 to %(most)s letters."
                " Write a first name of one letter together with the last name.",
                typed=spelling[:MAX_NAME],
                most=MAX_NAME,
            )
            yield FieldProblem(field, wanted)


def _lines(text: str) -> Iterator[str]:
    return filter(None, map(str.strip, text.splitlines()))
