"""Makes character sheets of a request by themselves: names, looks in two languages, who may use them."""

from collections.abc import Iterator, Sequence
from typing import Final

from crawler_filter.errors import InvalidScopeError, InvalidUrlError
from crawler_filter.formats.characters import (
    LANGUAGES,
    MAX_ATTRIBUTE,
    MAX_ATTRIBUTES,
    MAX_DESCRIPTION,
    MAX_SPELLINGS,
    Permission,
    Sheet,
    is_text,
)
from crawler_filter.formats.names import canonical_name, distinct_names
from crawler_filter.formats.urls import canonical_host
from registry.errors import FieldError
from registry.model.declaration import SheetRequest

MAX_SHEETS: Final = 100
"""Character sheets of one work."""


def build_sheets(requests: Sequence[SheetRequest]) -> tuple[tuple[Sheet, ...], list[FieldError]]:
    """Return the sheets, everything in its one spelling, and everything that is wrong."""
    if len(requests) > MAX_SHEETS:
        return (), [FieldError("/sheets", "expected at most %(most)s character sheets", most=MAX_SHEETS)]
    sheets, errors = [], []
    for place, request in enumerate(requests):
        faults = list(_faults(request))
        errors += [FieldError(f"/sheets/{place}{fault.pointer}", fault.detail) for fault in faults]
        if not faults:
            try:
                sheets.append(_sheet(request))
            except InvalidScopeError as error:
                errors.append(FieldError(f"/sheets/{place}", error.sentence))
    return tuple(sheets), errors


def _faults(request: SheetRequest) -> Iterator[FieldError]:
    if request.permission not in set(Permission):
        yield FieldError("/permission", "expected one of %(kinds)s", kinds=", ".join(Permission))
    if (request.permission == Permission.LICENSED) != bool(request.licensed_to):
        yield FieldError("/licensed_to", "expected the domains of those who are licensed, and of nobody else")
    for place, domain in enumerate(request.licensed_to):
        if _domain(domain) is None:
            yield FieldError(
                f"/licensed_to/{place}", "expected a domain, got %(domain)s", domain=repr(domain[:80])
            )
    yield from _name_faults(request.names)
    yield from _text_faults(request)
    if not any(request.attributes.get(language) for language in LANGUAGES):
        yield FieldError("/attributes", "expected what the character looks like, in English, Japanese or both")


def _name_faults(names: Sequence[str]) -> Iterator[FieldError]:
    if not 0 < len(names) <= MAX_SPELLINGS:
        yield FieldError(
            "/names", "expected 1 to %(max_spellings)s spellings of a name", max_spellings=MAX_SPELLINGS
        )
    for place, name in enumerate(names[:MAX_SPELLINGS]):
        try:
            canonical_name(name)
        except InvalidScopeError as error:
            yield FieldError(f"/names/{place}", error.sentence)


def _text_faults(request: SheetRequest) -> Iterator[FieldError]:
    for language in {*request.attributes, *request.description} - set(LANGUAGES):
        yield FieldError("/attributes", "expected en or ja, got %(language)s", language=repr(language[:40]))
    for language, attributes in request.attributes.items():
        pointer = f"/attributes/{language}"
        if len(attributes) > MAX_ATTRIBUTES:
            yield FieldError(pointer, "expected at most %(most)s of them", most=MAX_ATTRIBUTES)
        for place, attribute in enumerate(attributes[:MAX_ATTRIBUTES]):
            if not is_text(attribute, MAX_ATTRIBUTE):
                yield FieldError(
                    f"{pointer}/{place}", "expected 1 to %(most)s visible characters", most=MAX_ATTRIBUTE
                )
    for language, words in request.description.items():
        if words.strip() and not is_text(words, MAX_DESCRIPTION):
            yield FieldError(
                f"/description/{language}", "expected 1 to %(most)s visible characters", most=MAX_DESCRIPTION
            )


def _sheet(request: SheetRequest) -> Sheet:
    return Sheet(
        names=distinct_names(request.names),
        attributes={
            language: tuple(dict.fromkeys(each.strip() for each in attributes))
            for language, attributes in request.attributes.items()
            if attributes
        },
        description={language: words.strip() for language, words in request.description.items() if words.strip()},
        permission=Permission(request.permission),
        licensed_to=tuple(dict.fromkeys(_domain(domain) or "" for domain in request.licensed_to)),
    )


def _domain(written: str) -> str | None:
    try:
        return canonical_host(written.strip())
    except (InvalidScopeError, InvalidUrlError):
        return None
