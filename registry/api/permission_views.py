"""Operators and grants. Each view hands over to the domain and shapes what comes back."""

from typing import Any, Final

from crawler_filter.formats.record import rfc3339
from registry.api.operations import Call, Result, next_link
from registry.api.permission_models import AfterQuery, BeforeQuery, GrantBody, OperatorBody, PartyProofBody
from registry.api.views import challenge_json, id_in_path
from registry.model.grant import StoredGrant
from registry.model.listing import Listing
from registry.model.operator import Operator

UNITS_OF_AN_OPERATOR: Final = 4
"""Of each row of the list."""


def request_party_proof(call: Call) -> Result:
    """Make a challenge for a party."""
    body: PartyProofBody = call.body
    made = call.registry.proofs.request_party_proof(call.by, id_in_path(call), body.method, body.target)
    return Result(challenge_json(call, made))


def check_party_proof(call: Call) -> Result:
    """Look for a proof of a party now."""
    party = id_in_path(call)
    with call.registry.slow.turn(*call.callers):
        found = call.registry.proofs.check_party_proof(call.by, party, id_in_path(call, "challenge"))
    return Result(
        {"party": party, "method": found.method.value, "target": found.target, "found": rfc3339(found.time)}
    )


def add_operator(call: Call) -> Result:
    """Add an operator, and read its card."""
    body: OperatorBody = call.body
    with call.registry.slow.turn(*call.callers):
        added = call.registry.operators.add(call.by, body.party, body.client_id)
    return Result(_operator(call, added), {"Location": f"/v1/operators/{added.id}"})


def operator(call: Call) -> Result:
    """Answer with an operator."""
    return Result(_operator(call, call.registry.operators.get(id_in_path(call))))


def operators(call: Call) -> Result:
    """Answer with a page of the operators whose card was read."""
    query: AfterQuery = call.query
    found = call.registry.operators.listed(query.after or "")
    call.count(UNITS_OF_AN_OPERATOR * len(found.rows))
    return Result(
        {"operators": [_operator(call, each) for each in found.rows]}, next_link("after", found.following)
    )


def check_operator(call: Call) -> Result:
    """Read an operator's card now."""
    with call.registry.slow.turn(*call.callers):
        found = call.registry.operators.check(call.by, id_in_path(call))
    return Result(_operator(call, found))


def grant(call: Call) -> Result:
    """Grant a use."""
    body: GrantBody = call.body
    made = call.registry.grants.grant(call.by, body.request())
    return Result(_grant(call, made), {"Location": f"/v1/grants/{made.grant.id}"})


def read_grant(call: Call) -> Result:
    """Answer with a grant and its history."""
    return Result(_grant(call, call.registry.grants.get(id_in_path(call))))


def revoke_grant(call: Call) -> Result:
    """End a grant now."""
    return Result(_grant(call, call.registry.grants.revoke(call.by, id_in_path(call))))


def grants_of_party(call: Call) -> Result:
    """Answer with a page of what a party granted."""
    query: BeforeQuery = call.query
    return _listed(call.registry.grants.of_party(id_in_path(call), query.before))


def grants_of_operator(call: Call) -> Result:
    """Answer with a page of what an operator was granted."""
    query: BeforeQuery = call.query
    call.registry.operators.get(id_in_path(call))
    return _listed(call.registry.grants.of_operator(id_in_path(call), query.before))


def receipt_of_grant(call: Call) -> Result:
    """Answer with the receipt of what a grant says now."""
    call.registry.grants.get(id_in_path(call))
    return Result(call.registry.receipts.of_grant(id_in_path(call)).encode())


def _operator(call: Call, found: Operator) -> dict[str, Any]:
    return found.to_json(call.registry.clock())


def _grant(call: Call, stored: StoredGrant) -> dict[str, Any]:
    found = call.registry.grants.history(stored.grant.id)
    told = [{"index": each.index, "type": each.type.value, "time": rfc3339(each.time)} for each in found]
    return stored.to_json() | {"history": told}


def _listed(found: Listing[StoredGrant]) -> Result:
    return Result({"grants": [stored.to_json() for stored in found.rows]}, next_link("before", found.following))
