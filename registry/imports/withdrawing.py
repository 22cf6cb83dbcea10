"""Withdrawing what an earlier list declared and a later one has not any more, as its owner asked.

A declaration keeps the rows that are not to leave: it is amended, or withdrawn where nothing would be left. Both
loosen, so both are announced by mail and wait, and can be stopped, as if a person had done it on its page.
"""

from collections.abc import Collection

from crawler_filter.formats.record import Scope, ScopeKind
from registry.declarations.changes import Changes
from registry.declarations.declarations import Declarations
from registry.errors import NotFoundError
from registry.model.declaration import Actor, Declaration, DeclarationRequest, RouteRequest, ScopeRequest, State
from registry.model.party import AUTHORITY_STATEMENT

Named = tuple[ScopeKind, str]


def withdraw_rows(
    declarations: Declarations, changes: Changes, actor: Actor, number: str, leaving: Collection[Named]
) -> None:
    """Take scopes out of a declaration. It is no error where they are gone or a change that waits takes them out.

    Raises whatever refuses an amendment or a withdrawal.
    """
    try:
        declaration = declarations.get(number)
    except NotFoundError:
        return
    if any((scope.kind, scope.value) in leaving for scope in _lasting(declaration)):
        _take_out(changes, actor, declaration, leaving)


def _take_out(changes: Changes, actor: Actor, declaration: Declaration, leaving: Collection[Named]) -> None:
    staying = [scope for scope in declaration.asked if (scope.kind, scope.value) not in leaving]
    if staying:
        changes.amend(actor, declaration.id, _without(declaration, staying))
    else:
        changes.withdraw(actor, declaration.id)


def _lasting(declaration: Declaration) -> tuple[Scope, ...]:
    """Return what a declaration says, or will ask for, once the change that waits is in effect."""
    change = declaration.change
    if not (declaration.state is State.PENDING or declaration.state.in_force):
        return ()
    if change is None:
        return declaration.asked
    return () if change.record is None else (*change.record.scopes, *declaration.waiting)


def _without(declaration: Declaration, staying: Collection[Scope]) -> DeclarationRequest:
    record, terms = declaration.record, declaration.record.terms
    return DeclarationRequest(
        party=declaration.party,
        scopes=tuple(
            ScopeRequest(
                scope.kind.value,
                scope.value,
                {usage.value: said.value for usage, said in scope.preferences.items()},
            )
            for scope in staying
        ),
        policy=terms.policy,
        contact=terms.contact,
        routes=tuple(
            RouteRequest(route.kind, route.name, route.address, route.identifier) for route in terms.routes
        ),
        remuneration=terms.remuneration,
        works=record.works,
        territory=record.territory,
        statement=AUTHORITY_STATEMENT,
    )
