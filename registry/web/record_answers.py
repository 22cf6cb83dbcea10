"""From a record back to the answers of the form that would have made it, for a change of the declaration."""

from crawler_filter.formats.record import Record, Scope, ScopeKind
from registry.errors import ConflictError
from registry.web.draft_answers import Answers
from registry.web.form_input import Covers, covers_of
from registry.web.licence_form import TypedLicence


def answers_of(record: Record) -> Answers:
    """Return the answers that would have made this record.

    Raises ConflictError for a record whose scopes are of several kinds or say different things: one form cannot
    show it, so changing it is left to the API.
    """
    first = record.scopes[0]
    kind = covers_of(first.kind)
    excepted = [scope for scope in record.scopes if _is_exception(scope, first)]
    alike = [scope for scope in record.scopes if covers_of(scope.kind) is kind and scope not in excepted]
    others = len(alike) + len(excepted) != len(record.scopes)
    licence = TypedLicence.of_terms(record.terms)
    if others or licence is None or any(scope.preferences != first.preferences for scope in alike):
        raise ConflictError("this declaration has rules that this form cannot show; change it through the API")
    return Answers(
        party=record.party,
        covers=kind.value,
        lines="".join(f"{_typed(scope.kind.value, scope.value, kind)}\n" for scope in alike),
        exceptions="".join(f"{scope.value}\n" for scope in excepted),
        usages={usage.value: said.value for usage, said in first.preferences.items()},
        policy=record.terms.policy or "",
        contact=record.terms.contact or "",
        licence=licence,
        territory=record.territory or "",
        works=record.works,
        amends=record.id,
    )


def _is_exception(scope: Scope, first: Scope) -> bool:
    """Tell whether a scope is a part of a website of which the contrary is said."""
    is_part = scope.kind is ScopeKind.PREFIX and first.kind in (ScopeKind.DOMAIN, ScopeKind.HOST)
    said, whole = scope.preferences, first.preferences
    return is_part and said.keys() == whole.keys() and all(said[usage] is not whole[usage] for usage in said)


def _typed(kind: str, value: str, covers: Covers) -> str:
    return f"{kind}:{value}" if covers in (Covers.FILES, Covers.NUMBERS) else value
