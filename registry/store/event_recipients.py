"""Whom each act is told to, as an event: the one home of that rule. Call these in the transaction of the act.

Both sides of an enquiry and of a grant are told. Of a declaration its party is told, and whoever was granted
something of it: what it says may no longer be what was granted.
"""

from collections.abc import Mapping
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.events import EventKind
from crawler_filter.formats.record import LeafType
from registry.model.enquiry import Enquiry
from registry.store.events import holders_of, record_event
from registry.store.operators import find_operator

_KINDS: Final[Mapping[LeafType, EventKind]] = {
    LeafType.DECLARE: EventKind.DECLARATION_PUBLISHED,
    LeafType.NOTICE: EventKind.DECLARATION_ANNOUNCED,
    LeafType.DISPUTE: EventKind.DECLARATION_DISPUTED,
    LeafType.HOLD: EventKind.DECLARATION_DISPUTED,
    LeafType.WITHDRAW: EventKind.DECLARATION_WITHDRAWN,
    LeafType.EXPIRE: EventKind.DECLARATION_WITHDRAWN,
    LeafType.ERASE: EventKind.DECLARATION_WITHDRAWN,
}
"""Every other leaf changes a declaration."""
ERASED: Final = "erased"


def tell_of_declaration(database: Database, party: str, declaration: str, leaf_type: LeafType, now: int) -> None:
    """Tell that a leaf about a declaration was logged."""
    kind = _KINDS.get(leaf_type, EventKind.DECLARATION_CHANGED)
    others = [] if leaf_type is LeafType.DECLARE else holders_of(database, declaration)
    path = f"/v1/declarations/{declaration}"
    for each in dict.fromkeys((party, *others)):
        record_event(database, each, kind, declaration, now, path=path, detail=leaf_type.value)


def tell_of_grant(
    database: Database, kind: EventKind, grant: str, party: str, operator: str, now: int, detail: str = ""
) -> None:
    """Tell both sides of a grant what happened to it, and its operator what has to leave its data sets."""
    holder = find_operator(database, operator).party
    path = f"/v1/grants/{grant}"
    for each in dict.fromkeys((party, holder)):
        record_event(database, each, kind, grant, now, path=path, detail=detail)
    if kind is EventKind.GRANT_ENDED:
        record_event(database, holder, EventKind.REMOVAL_DUE, grant, now, path=path, detail=detail)


def tell_of_enquiry(database: Database, kind: EventKind, enquiry: Enquiry, now: int) -> None:
    """Tell both sides of an enquiry what happened to it."""
    operator = find_operator(database, enquiry.operator).party
    detail, path = enquiry.state.value, f"/v1/enquiries/{enquiry.id}"
    for each in dict.fromkeys((enquiry.party, operator)):
        record_event(database, each, kind, enquiry.id, now, path=path, detail=detail)


def tell_of_proof(database: Database, party: str, place: str, now: int, *, lapsed: bool) -> None:
    """Tell a party that a proof of control was not found, or no longer counts."""
    record_event(database, party, EventKind.PROOF_FAILING, place, now, detail="lapsed" if lapsed else "missing")
