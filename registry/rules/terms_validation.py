"""The terms of a declaration, from what somebody typed to their one spelling; every fault is said by its field.

Who gives a licence must be reachable: by an address, or by an identifier that a third party keeps. What a party
claims of a country's law is its own statement and changes no answer, so only the form of the codes is judged.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

import ada_url

from crawler_filter.errors import InvalidScopeError, Sentence
from crawler_filter.formats import urls
from crawler_filter.formats.terms import (
    MAX_IDENTIFIER,
    MAX_NAME,
    MAX_ROUTES,
    MAX_TERRITORIES,
    Route,
    RouteKind,
    Terms,
)
from crawler_filter.formats.visible_text import invisible
from registry.errors import FieldError
from registry.model.declaration import DeclarationRequest, RouteRequest
from registry.rules.work_identifiers import canonical_isni

MAX_ADDRESS: Final = 2_000
"""Characters of a policy URL, or of whom to write to."""

_MAIL: Final = re.compile(
    r"(?:mailto:)?((?=[^@]{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@([^\s@/?#%&]{1,253})"
)
"""A plain address: nothing in it means anything in a `mailto:` link."""
_TERRITORY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9.-]{1,19}", re.ASCII)
_VALUE: Final = re.compile(r"[!-~]+", re.ASCII)
_ROR: Final = re.compile(r"(?:(?:https?://)?ror\.org/)?(0[0-9a-hj-km-np-tv-z]{6})([0-9]{2})", re.ASCII)
_ROR_DIGITS: Final = "0123456789abcdefghjkmnpqrstvwxyz"


def canonical_terms(request: DeclarationRequest) -> tuple[Terms, list[FieldError]]:
    """Return the terms in their one spelling, and everything that is wrong with them."""
    errors: list[FieldError] = []
    terms = Terms(
        policy=_one(errors, "/terms/policy", request.policy, web_address),
        contact=_one(errors, "/terms/contact", request.contact, contact_address),
        routes=tuple(_routes(errors, request.routes)),
        remuneration=request.remuneration,
    )
    errors += _remuneration_errors(request.remuneration)
    return terms, errors


def _routes(errors: list[FieldError], asked: tuple[RouteRequest, ...]) -> Iterator[Route]:
    if len(asked) > MAX_ROUTES:
        errors.append(FieldError("/terms/routes", "expected at most %(most)s ways to a licence", most=MAX_ROUTES))
        return
    seen: dict[Route, int] = {}
    for position, each in enumerate(asked):
        pointer = f"/terms/routes/{position}"
        if each.kind not in set(RouteKind):
            kinds, kind = ", ".join(RouteKind), repr(each.kind[:40])
            said = FieldError(f"{pointer}/kind", "expected one of %(kinds)s; got %(kind)s", kinds=kinds, kind=kind)
            errors.append(said)
            continue
        route = _route(errors, pointer, RouteKind(each.kind), each)
        first = seen.setdefault(route, position)
        if first != position:
            errors.append(FieldError(pointer, "this way to a licence is named by /terms/routes/%(first)s already",
                                     first=first))  # fmt: skip
        yield route


def _route(errors: list[FieldError], pointer: str, kind: RouteKind, asked: RouteRequest) -> Route:
    read = contact_address if kind.is_somebody else secure_address if kind is RouteKind.RSL_SERVER else web_address
    route = Route(
        kind,
        _one(errors, f"{pointer}/name", asked.name, _name),
        _one(errors, f"{pointer}/address", asked.address, read),
        _one(errors, f"{pointer}/identifier", asked.identifier, canonical_identifier),
    )
    errors += (FieldError(f"{pointer}{field}", said) for field, said in _lacks(kind, asked))
    return route


def _lacks(kind: RouteKind, asked: RouteRequest) -> Iterator[tuple[str, Sentence]]:
    """Yield the field that a kind of route needs and does not have, or has and has no use for."""
    name, address, identifier = (_given(text) for text in (asked.name, asked.address, asked.identifier))
    if kind in (RouteKind.AGENT, RouteKind.SOCIETY):
        if not name:
            yield "/name", Sentence("say who gives the licence")
        if not address and not identifier:
            yield "/address", Sentence("expected an address, or an identifier, by which they can be found")
    elif not kind.is_somebody:
        if not address:
            yield "/address", Sentence("expected an https address")
        if name or identifier:
            yield "/name", Sentence("a server or a page has an address alone")


def _remuneration_errors(codes: tuple[str, ...]) -> Iterator[FieldError]:
    if len(codes) > MAX_TERRITORIES or len(set(codes)) != len(codes):
        yield FieldError("/terms/remuneration", "expected at most %(most)s countries, each named once",
                         most=MAX_TERRITORIES)  # fmt: skip
        return
    for position, code in enumerate(codes):
        if not _TERRITORY.fullmatch(code):
            yield FieldError(
                f"/terms/remuneration/{position}",
                "expected an ISO 3166-1 code of two capital letters such as IN, or EU; got %(code)s",
                code=repr(code[:40]),
            )


def web_address(text: str) -> str:
    """Return a URL that people follow, in its WHATWG spelling, fragment kept. Raises InvalidScopeError."""
    if len(text) > MAX_ADDRESS or invisible(text):
        raise InvalidScopeError("expected at most %(most)s characters, none of them invisible", most=MAX_ADDRESS)
    try:
        address = ada_url.URL(text)
    except ValueError as error:
        raise InvalidScopeError("expected an https address, got %(text)s", text=repr(text[:80])) from error
    if address.protocol not in ("https:", "http:") or address.username or address.password:
        raise InvalidScopeError(
            "expected an https address without a user name or password, got %(text)s", text=repr(text[:80])
        )
    href = str(address.href)
    if len(href) > MAX_ADDRESS:
        raise InvalidScopeError(
            "expected at most %(most)s characters, got %(length)s", most=MAX_ADDRESS, length=len(href)
        )
    return href


def secure_address(text: str) -> str:
    """Return the base URL of a licence server: https alone, no query, no fragment. Raises InvalidScopeError."""
    address = web_address(text)
    if not address.startswith("https://") or "?" in address or "#" in address:
        raise InvalidScopeError(
            "expected an https address without a query or fragment, got %(text)s", text=repr(text[:80])
        )
    return address


def contact_address(text: str) -> str:
    """Return a mail address, or the URL of a contact page, in its one spelling. Raises InvalidScopeError."""
    mail = _MAIL.fullmatch(text)
    try:
        return f"{mail[1]}@{urls.canonical_host(mail[2])}" if mail else web_address(text)
    except InvalidScopeError as error:
        raise InvalidScopeError(
            "expected a mail address or an https address, got %(text)s", text=repr(text[:80])
        ) from error


def canonical_identifier(text: str) -> str:
    """Return `scheme:value`; the check digits of ISNI and ROR are verified. Raises InvalidScopeError."""
    if found := _ROR.fullmatch(text.lower().removeprefix("ror:").strip()):
        return f"ror:{_checked_ror(found[1], found[2])}"
    scheme, colon, value = text.strip().partition(":")
    scheme, value = scheme.lower(), value.strip()
    if scheme == "isni":
        return f"isni:{canonical_isni(value)}"
    known = colon and scheme != "ror" and _SCHEME.fullmatch(scheme) and _VALUE.fullmatch(value)
    if not known or len(text) > MAX_IDENTIFIER:
        raise InvalidScopeError(
            "expected isni:, ror: or the name of another scheme, and the value, as in isni:0000 0001 2281 955X; "
            "got %(text)s",
            text=repr(text[:60]),
        )
    return f"{scheme}:{value}"


def _checked_ror(payload: str, digits: str) -> str:
    """Return a ROR id whose ISO 7064 MOD 97-10 digits are right."""
    number = 0
    for character in payload:
        number = number * 32 + _ROR_DIGITS.index(character)
    if 98 - (number * 100) % 97 != int(digits):
        raise InvalidScopeError("the check digits of ROR id %(text)s do not match", text=repr(payload + digits))
    return payload + digits


def _name(text: str) -> str:
    if len(text) > MAX_NAME or invisible(text):
        raise InvalidScopeError("expected at most %(most)s characters, none of them invisible", most=MAX_NAME)
    return text


def _given(text: str | None) -> bool:
    return text is not None and bool(text.strip())


def _one(errors: list[FieldError], pointer: str, text: str | None, read: Callable[[str], str]) -> str | None:
    """Return one field as `read` spells it, None where nothing was typed or it is wrong."""
    if text is None or not text.strip():
        return None
    try:
        return read(text.strip())
    except InvalidScopeError as error:
        errors.append(FieldError(pointer, error.sentence))
        return None
