"""Makes a work of one request by itself: what it is, what it is called, and who is in it.

Names of the series and of characters are kept as `crawler_filter.formats.names` registers them, because that is
how they are found. Titles are kept as they are: one may be a sentence, which is a title but no name.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from crawler_filter.errors import InvalidScopeError, InvalidUrlError
from crawler_filter.formats.characters import Sheet
from crawler_filter.formats.names import canonical_name, distinct_names
from crawler_filter.formats.record import ScopeKind
from crawler_filter.formats.visible_text import invisible
from registry.errors import FieldError, InvalidRequestError
from registry.model.declaration import Part, SheetRequest, Work, WorkKind, WorkRequest
from registry.rules.sheet_validation import build_sheets
from registry.rules.validation import canonical_value
from registry.rules.work_identifiers import WORK_IDENTIFIER

MAX_TEXT: Final = 500
"""Characters of a title or a creator's name."""

MAX_TITLES: Final = 40
MAX_CREATORS: Final = 50
MAX_LOCATIONS: Final = 100
MAX_NUMBER: Final = 40
"""Characters of the number of a part, such as 12 or S2E05."""

MAX_CHARACTERS: Final = 500
MAX_SPELLINGS: Final = 20
"""Spellings of one character, or of the series."""

BETWEEN_SPELLINGS: Final = frozenset("/\uff0f\u3001;\uff1b")
"""What people write between the spellings of a character, so it is no part of one; folding drops it anyway."""

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")


def build_work(request: WorkRequest, number: str, created: int) -> Work:
    """Return the work with everything in its one spelling.

    Raises InvalidRequestError naming everything that is wrong.
    """
    if has_too_many(request):
        raise InvalidRequestError("the work has more than can be entered", errors=tuple(_counts(request)))
    errors = [*_text_faults(request), *_name_faults(request)]
    errors += _part_faults(request)
    locations = tuple(dict.fromkeys(_locations(request, errors)))
    if request.kind not in set(WorkKind):
        errors.append(FieldError("/kind", "expected one of %(kinds)s", kinds=", ".join(WorkKind)))
    identifiers = _identifiers(request, errors)
    sheets, wrong = build_sheets(request.sheets)
    errors += wrong
    if errors:
        raise InvalidRequestError("the work cannot be entered as it is", errors=tuple(errors))
    return Work(
        id=number,
        party=request.party,
        kind=WorkKind(request.kind),
        titles=dict(request.titles),
        creators=request.creators,
        identifiers=identifiers,
        series=distinct_names(request.series),
        characters=tuple(dict.fromkeys(map(distinct_names, request.characters))),
        created=created,
        sheets=sheets,
        part=Part(request.part) if request.part else None,
        number=request.number.strip(),
        locations=locations,
        published=request.published,
    )


def _identifiers(request: WorkRequest, errors: list[FieldError]) -> dict[str, str]:
    """Return the numbers in their one spelling, and add to `errors` what is none."""
    identifiers = {}
    for kind, text in request.identifiers.items():
        try:
            identifiers[kind] = WORK_IDENTIFIER[kind](text)
        except KeyError:
            errors.append(
                FieldError(
                    "/identifiers",
                    "expected one of %(kinds)s",
                    kinds=", ".join(WORK_IDENTIFIER),
                )
            )
        except InvalidScopeError as error:
            errors.append(FieldError(f"/identifiers/{kind}", error.sentence))
    return identifiers


def _part_faults(request: WorkRequest) -> Iterator[FieldError]:
    if request.part and request.part not in set(Part):
        yield FieldError("/part", "expected one of %(kinds)s", kinds=", ".join(Part))
    if len(request.number) > MAX_NUMBER or invisible(request.number):
        yield FieldError("/number", "expected at most %(most)s visible characters", most=MAX_NUMBER)


def _locations(request: WorkRequest, errors: list[FieldError]) -> Iterator[str]:
    """Yield the addresses in the one spelling of a scope, and add to `errors` what is none."""
    for position, text in enumerate(request.locations):
        try:
            yield canonical_value(ScopeKind.URL, text.strip().partition("#")[0])
        except (InvalidScopeError, InvalidUrlError) as error:
            errors.append(FieldError(f"/locations/{position}", error.sentence))


def merged_request(old: Work, kept: Work) -> WorkRequest:
    """Return what makes one work of two; where they differ, `kept` is."""
    sheets = (*kept.sheets, *(each for each in old.sheets if each not in kept.sheets))
    return WorkRequest(
        party=kept.party,
        kind=kept.kind.value,
        titles={**old.titles, **kept.titles},
        creators=tuple(dict.fromkeys((*kept.creators, *old.creators))),
        identifiers={**old.identifiers, **kept.identifiers},
        series=tuple(dict.fromkeys((*kept.series, *old.series))),
        characters=tuple(dict.fromkeys((*kept.characters, *old.characters))),
        part=kept.part or old.part or "",
        number=kept.number or old.number,
        locations=tuple(dict.fromkeys((*kept.locations, *old.locations))),
        published=kept.published or old.published,
        sheets=tuple(map(_sheet_request, sheets)),
    )


def work_request(work: Work) -> WorkRequest:
    """Return what asks for a work as it is."""
    return merged_request(work, work)


def _sheet_request(sheet: Sheet) -> SheetRequest:
    return SheetRequest(
        names=tuple(sheet.names),
        attributes={language: tuple(each) for language, each in sheet.attributes.items()},
        description=dict(sheet.description),
        permission=sheet.permission.value,
        licensed_to=tuple(sheet.licensed_to),
    )


def has_too_many(request: WorkRequest) -> bool:
    """Tell whether there is more of anything than a work may have: then nothing else of it is looked at."""
    return any(True for _ in _counts(request))


def _counts(request: WorkRequest) -> Iterator[FieldError]:
    if len(request.titles) > MAX_TITLES:
        yield FieldError("/titles", "expected 1 to %(most)s titles", most=MAX_TITLES)
    if len(request.creators) > MAX_CREATORS:
        yield FieldError("/creators", "expected at most %(most)s creators", most=MAX_CREATORS)
    if len(request.locations) > MAX_LOCATIONS:
        yield FieldError("/locations", "expected at most %(most)s addresses", most=MAX_LOCATIONS)
    if len(request.series) > MAX_SPELLINGS:
        yield FieldError("/series", "expected at most %(most)s spellings of its name", most=MAX_SPELLINGS)
    if len(request.characters) > MAX_CHARACTERS:
        yield FieldError("/characters", "expected at most %(most)s characters of the story", most=MAX_CHARACTERS)
    for position, spellings in enumerate(request.characters[:MAX_CHARACTERS]):
        if len(spellings) > MAX_SPELLINGS:
            yield FieldError(
                f"/characters/{position}",
                "expected 1 to %(max_spellings)s spellings of a name",
                max_spellings=MAX_SPELLINGS,
            )


def _text_faults(request: WorkRequest) -> Iterator[FieldError]:
    if not request.titles:
        yield FieldError("/titles", "expected 1 to %(most)s titles", most=MAX_TITLES)
    for language, title in request.titles.items():
        if not _LANGUAGE.fullmatch(language):
            yield FieldError(
                "/titles", "expected a language tag such as ja, got %(language)s", language=repr(language[:40])
            )
        elif not _is_text(title):
            yield FieldError(f"/titles/{language}", "expected 1 to %(most)s visible characters", most=MAX_TEXT)
    for position, name in enumerate(request.creators):
        if not _is_text(name):
            yield FieldError(f"/creators/{position}", "expected 1 to %(most)s visible characters", most=MAX_TEXT)


def _name_faults(request: WorkRequest) -> Iterator[FieldError]:
    yield from _spelling_faults("/series", request.series)
    for position, spellings in enumerate(request.characters):
        pointer = f"/characters/{position}"
        if not spellings:
            yield FieldError(
                pointer, "expected 1 to %(max_spellings)s spellings of a name", max_spellings=MAX_SPELLINGS
            )
        yield from _spelling_faults(pointer, spellings)
        for place, spelling in enumerate(spellings):
            if not BETWEEN_SPELLINGS.isdisjoint(spelling):
                yield FieldError(
                    f"{pointer}/{place}",
                    "expected one spelling of a name, got %(spelling)s",
                    spelling=repr(spelling[:100]),
                )


def _spelling_faults(pointer: str, spellings: Iterable[str]) -> Iterator[FieldError]:
    for place, spelling in enumerate(spellings):
        try:
            canonical_name(spelling)
        except InvalidScopeError as error:
            yield FieldError(f"{pointer}/{place}", error.sentence)


def _is_text(text: str) -> bool:
    return bool(text.strip()) and len(text) <= MAX_TEXT and not invisible(text)
