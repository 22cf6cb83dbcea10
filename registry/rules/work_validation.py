"""Makes a work of one request by itself: what it is, what it is called, and who is in it.

Names of the series and of characters are kept as `crawler_filter.formats.names` registers them, because that is
how they are found. Titles are kept as they are: one may be a sentence, which is a title but no name.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from crawler_filter.errors import InvalidScopeError
from crawler_filter.formats.identifiers import CANONICAL_IDENTIFIER
from crawler_filter.formats.names import canonical_name, distinct_names
from crawler_filter.formats.visible_text import invisible
from registry.errors import FieldError, InvalidRequestError
from registry.model.declaration import Work, WorkKind, WorkRequest
from registry.rules.sheet_validation import build_sheets

MAX_TEXT: Final = 500
"""Characters of a title or a creator's name."""

MAX_TITLES: Final = 40
MAX_CREATORS: Final = 50
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
    if request.kind not in set(WorkKind):
        errors.append(FieldError("/kind", "expected one of %(kinds)s", kinds=", ".join(WorkKind)))
    identifiers = {}
    for kind, text in request.identifiers.items():
        try:
            identifiers[kind] = CANONICAL_IDENTIFIER[kind](text)
        except KeyError:
            errors.append(
                FieldError(
                    "/identifiers",
                    "expected one of %(kinds)s",
                    kinds=", ".join(CANONICAL_IDENTIFIER),
                )
            )
        except InvalidScopeError as error:
            errors.append(FieldError(f"/identifiers/{kind}", error.sentence))
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
    )


def has_too_many(request: WorkRequest) -> bool:
    """Tell whether there is more of anything than a work may have: then nothing else of it is looked at."""
    return any(True for _ in _counts(request))


def _counts(request: WorkRequest) -> Iterator[FieldError]:
    if len(request.titles) > MAX_TITLES:
        yield FieldError("/titles", "expected 1 to %(most)s titles", most=MAX_TITLES)
    if len(request.creators) > MAX_CREATORS:
        yield FieldError("/creators", "expected at most %(most)s creators", most=MAX_CREATORS)
    if len(request.series) > MAX_SPELLINGS:
        yield FieldError("/series", "expected at most %(most)s spellings of its name", most=MAX_SPELLINGS)
    if len(request.characters) > MAX_CHARACTERS:
        yield FieldError("/characters", "expected at most %(most)s characters", most=MAX_CHARACTERS)
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
