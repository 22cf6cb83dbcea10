"""What may be granted, as far as the request itself tells. Whose the scopes are is for the service to ask."""

import re
from collections.abc import Iterator
from typing import Final

from crawler_filter.errors import FilterError, InvalidScopeError
from crawler_filter.formats.grant import MAX_KEYS, MAX_SCOPES, MAX_TERRITORIES, MAX_TEXT
from crawler_filter.formats.jwk import check_thumbprint
from crawler_filter.formats.record import ScopeKind
from crawler_filter.preference import Usage
from registry.errors import FieldError, InvalidRequestError
from registry.model.durations import DAY
from registry.model.grant import GrantRequest
from registry.rules.terms_validation import web_address
from registry.rules.validation import canonical_value

MAX_YEARS: Final = 100

_TERRITORY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)


def check_grant(request: GrantRequest, now: int) -> None:
    """Raise InvalidRequestError naming every field that is wrong by itself."""
    errors = [*_frame(request, now), *_terms(request), *_scopes(request)]
    if errors:
        raise InvalidRequestError("the grant cannot be taken as it is", errors=tuple(errors))


def canonical_scopes(request: GrantRequest) -> tuple[tuple[str, str], ...]:
    """Return the scopes that were given by kind and value as declarations spell them, after `check_grant`."""
    return tuple((kind, canonical_value(ScopeKind(kind), value)) for kind, value in request.scopes)


def _frame(request: GrantRequest, now: int) -> Iterator[FieldError]:
    known = ", ".join(Usage)
    if not request.usages or not set(request.usages) <= set(Usage):
        yield FieldError("/usages", "expected at least one of %(usages)s", usages=known)
    start = now if request.start is None else request.start
    if not 0 <= start <= now + MAX_YEARS * 366 * DAY:
        yield FieldError("/from", "expected a time within %(years)s years", years=MAX_YEARS)
    if request.until is not None and not max(now, start) < request.until <= now + MAX_YEARS * 366 * DAY:
        yield FieldError("/until", "expected a time after now and after the beginning, within %(years)s years",
                         years=MAX_YEARS)  # fmt: skip
    if len(request.keys) > MAX_KEYS or not all(map(_is_thumbprint, request.keys)):
        yield FieldError("/keys", "expected at most %(most)s thumbprints of 43 characters", most=MAX_KEYS)
    territory = request.territory
    if territory is not None and not (
        1 <= len(territory) <= MAX_TERRITORIES and all(map(_TERRITORY.fullmatch, territory))
    ):
        yield FieldError("/territory", "expected a list of codes of two capital letters such as JP")


def _terms(request: GrantRequest) -> Iterator[FieldError]:
    if request.policy is not None:
        try:
            policy = web_address(request.policy)
        except InvalidScopeError as error:
            yield FieldError("/terms/policy", error.sentence)
        else:
            if policy != request.policy or len(policy) > MAX_TEXT:
                yield FieldError(
                    "/terms/policy", "expected an address of at most %(most)s characters, spelled %(href)s",
                    most=MAX_TEXT, href=policy[:200],
                )  # fmt: skip
    if request.terms_digest is not None and not _DIGEST.fullmatch(request.terms_digest):
        yield FieldError("/terms/digest", "expected sha256: and 64 hex digits of the agreed terms")


def _scopes(request: GrantRequest) -> Iterator[FieldError]:
    if not (request.scopes or request.declarations or request.works):
        yield FieldError("/scopes", "name scopes, declarations or works of your own")
    if len(request.scopes) + len(request.declarations) + len(request.works) > MAX_SCOPES:
        yield FieldError("/scopes", "expected at most %(most)s of them in one grant", most=MAX_SCOPES)
        return
    for position, (kind, value) in enumerate(request.scopes):
        pointer = f"/scopes/{position}"
        if kind not in set(ScopeKind):
            kinds = ", ".join(ScopeKind)
            yield FieldError(
                f"{pointer}/kind", "expected one of %(kinds)s; got %(kind)s", kinds=kinds, kind=repr(kind[:40])
            )
        elif ScopeKind(kind).is_content:
            yield FieldError(
                f"{pointer}/kind", "grant what is found by likeness with its whole declaration, or by its work"
            )
        else:
            try:
                canonical_value(ScopeKind(kind), value)
            except InvalidScopeError as error:
                yield FieldError(f"{pointer}/value", error.sentence)


def _is_thumbprint(text: str) -> bool:
    try:
        check_thumbprint(text)
    except FilterError:
        return False
    return True
