"""Makes a work of one request by itself: what it is, what it is called, and who is in it.

Names of the series and of characters are kept as `crawler_filter.names` registers them, because that is how they
are found. Titles are kept as they are: one may be a sentence, which is a title but no name.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from crawler_filter.errors import InvalidScopeError
from crawler_filter.formats.identifiers import CANONICAL_IDENTIFIER
from crawler_filter.formats.names import canonical_name, distinct_names
from registry.errors import FieldError, InvalidRequestError
from registry.model.declaration import Work, WorkKind, WorkRequest

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
_INVISIBLE: Final = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})


def build_work(request: WorkRequest, number: str, created: int) -> Work:
    """Return the work with everything in its one spelling.

    Raises InvalidRequestError naming everything that is wrong.
    """
    if has_too_many(request):
        raise InvalidRequestError("the work has more than can be entered", errors=tuple(_counts(request)))
    errors = [*_text_faults(request), *_name_faults(request)]
    if request.kind not in set(WorkKind):
        errors.append(FieldError("/kind", f"expected one of {', '.join(WorkKind)}"))
    identifiers = {}
    for kind, text in request.identifiers.items():
        try:
            identifiers[kind] = CANONICAL_IDENTIFIER[kind](text)
        except KeyError:
            errors.append(FieldError("/identifiers", f"expected one of {', '.join(CANONICAL_IDENTIFIER)}"))
        except InvalidScopeError as error:
            errors.append(FieldError(f"/identifiers/{kind}", str(error)))
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
    )


def has_too_many(request: WorkRequest) -> bool:
    """Tell whether there is more of anything than a work may have: then nothing else of it is looked at."""
    return any(True for _ in _counts(request))


def _counts(request: WorkRequest) -> Iterator[FieldError]:
    if len(request.titles) > MAX_TITLES:
        yield FieldError("/titles", f"expected 1 to {MAX_TITLES} titles")
    if len(request.creators) > MAX_CREATORS:
        yield FieldError("/creators", f"expected at most {MAX_CREATORS} creators")
    if len(request.series) > MAX_SPELLINGS:
        yield FieldError("/series", f"expected at most {MAX_SPELLINGS} spellings of its name")
    if len(request.characters) > MAX_CHARACTERS:
        yield FieldError("/characters", f"expected at most {MAX_CHARACTERS} characters")
    for position, spellings in enumerate(request.characters[:MAX_CHARACTERS]):
        if len(spellings) > MAX_SPELLINGS:
            yield FieldError(f"/characters/{position}", f"expected 1 to {MAX_SPELLINGS} spellings of a name")


def _text_faults(request: WorkRequest) -> Iterator[FieldError]:
    if not request.titles:
        yield FieldError("/titles", f"expected 1 to {MAX_TITLES} titles")
    for language, title in request.titles.items():
        if not _LANGUAGE.fullmatch(language):
            yield FieldError("/titles", f"expected a language tag such as ja, got {language[:40]!r}")
        elif not _is_text(title):
            yield FieldError(f"/titles/{language}", f"expected 1 to {MAX_TEXT} visible characters")
    for position, name in enumerate(request.creators):
        if not _is_text(name):
            yield FieldError(f"/creators/{position}", f"expected 1 to {MAX_TEXT} visible characters")


def _name_faults(request: WorkRequest) -> Iterator[FieldError]:
    yield from _spelling_faults("/series", request.series)
    for position, spellings in enumerate(request.characters):
        pointer = f"/characters/{position}"
        if not spellings:
            yield FieldError(pointer, f"expected 1 to {MAX_SPELLINGS} spellings of a name")
        yield from _spelling_faults(pointer, spellings)
        for place, spelling in enumerate(spellings):
            if not BETWEEN_SPELLINGS.isdisjoint(spelling):
                yield FieldError(f"{pointer}/{place}", f"expected one spelling of a name, got {spelling[:100]!r}")


def _spelling_faults(pointer: str, spellings: Iterable[str]) -> Iterator[FieldError]:
    for place, spelling in enumerate(spellings):
        try:
            canonical_name(spelling)
        except InvalidScopeError as error:
            yield FieldError(f"{pointer}/{place}", str(error))


def _is_text(text: str) -> bool:
    visible = not any(unicodedata.category(character) in _INVISIBLE for character in text)
    return bool(text.strip()) and len(text) <= MAX_TEXT and visible
