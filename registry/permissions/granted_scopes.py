"""Which scopes a grant is about: those of the party alone, each as a declaration in force states it.

A work stands for declarations that name it and no other work that is not granted: of a declaration of several
works nobody can tell which scope belongs to which. What is declared later needs a grant of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from crawler_filter.formats.grant import MAX_SCOPES, GrantedScope, in_order
from crawler_filter.formats.record import ScopeKind
from registry.declarations.agreement import not_licensed
from registry.errors import FieldError, GoneError, InvalidRequestError, NotFoundError
from registry.model.declaration import Declaration
from registry.model.grant import GrantRequest
from registry.rules.grant_validation import canonical_scopes
from registry.store.declarations import find_declaration
from registry.store.grants import declarations_naming, declarations_with


@dataclass(frozen=True, slots=True)
class Resolved:
    """The scopes of a grant, the declarations that state them, and the works that were named."""

    scopes: tuple[GrantedScope, ...]
    declarations: tuple[str, ...]
    works: tuple[str, ...]


def resolve(database: Database, request: GrantRequest) -> Resolved:
    """Return what a request is about. Raises InvalidRequestError for what is not the party's or not in force."""
    errors: list[FieldError] = []
    named = {found.id: found for found in _declarations(database, request, errors)}
    for found in _of_works(database, request, errors):
        named[found.id] = found
    single = _single(database, request, errors)
    scopes = {
        GrantedScope.of(scope.kind, scope.value) for found in named.values() for scope in found.record.scopes
    } | {GrantedScope.of(ScopeKind(kind), value) for kind, value in single}
    errors += [
        FieldError(
            "/declarations",
            "declaration %(id)s has co-owners who do not let you grant permissions for them",
            id=one,
        )
        for one in not_licensed(database, request.party, scopes)
    ]
    if not errors and not 1 <= len(scopes) <= MAX_SCOPES:
        errors.append(
            FieldError("/scopes", "expected 1 to %(most)s scopes, got %(got)s", most=MAX_SCOPES, got=len(scopes))
        )
    if errors:
        raise InvalidRequestError("the grant cannot be taken as it is", errors=tuple(errors))
    return Resolved(in_order(scopes), in_order({*named, *single.values()}), in_order(request.works))


def _declarations(database: Database, request: GrantRequest, errors: list[FieldError]) -> Iterator[Declaration]:
    for position, number in enumerate(request.declarations):
        found = _own(database, number, request.party)
        if found is None:
            errors.append(
                FieldError(f"/declarations/{position}", "expected a declaration of this party that is in force")
            )
        else:
            yield found


def _of_works(database: Database, request: GrantRequest, errors: list[FieldError]) -> Iterator[Declaration]:
    for position, work in enumerate(request.works):
        numbers = declarations_naming(database, request.party, work, MAX_SCOPES)
        owned = [found for number in numbers if (found := _own(database, number, request.party)) is not None]
        whole = [found for found in owned if set(found.record.works) <= set(request.works)]
        if not whole:
            errors.append(
                FieldError(
                    f"/works/{position}",
                    "no declaration of this party in force is about this work alone; grant declarations instead",
                )
            )
        yield from whole


def _single(database: Database, request: GrantRequest, errors: list[FieldError]) -> dict[tuple[str, str], str]:
    wanted = canonical_scopes(request)
    stated = declarations_with(database, request.party, wanted)
    errors += [
        FieldError(f"/scopes/{position}", "expected a scope that a declaration of this party in force states")
        for position, scope in enumerate(wanted)
        if scope not in stated
    ]
    return stated


def _own(database: Database, number: str, party: str) -> Declaration | None:
    try:
        found = find_declaration(database, number)
    except (NotFoundError, GoneError):
        return None
    return found if found.party == party and found.state.in_force else None
