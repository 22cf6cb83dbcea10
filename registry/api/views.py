"""Declarations, works and parties. Each view hands over to the domain and shapes what comes back."""

from dataclasses import asdict
from typing import Any, Final

from crawler_filter.errors import MalformedRecordError
from crawler_filter.formats.accounts import PLATFORMS, Platform
from crawler_filter.formats.record import decode_id, rfc3339
from crawler_filter.formats.territories import territories
from registry.api.operations import Call, Result, next_link
from registry.api.request_models import (
    AfterQuery,
    ConsentBody,
    DeclarationBody,
    MergeBody,
    PageQuery,
    PartyBody,
    ProofBody,
    WorkBody,
)
from registry.control.challenges import Challenge, instructions
from registry.control.platforms import PLATFORMS as PROVABLE
from registry.errors import NotFoundError
from registry.model.declaration import Declaration
from registry.model.membership import Member, Membership, Right

_MOST_PLACES: Final = 100
"""Places of a party that are told beside its name."""

HISTORY_ROWS: Final = 1_000
"""Entries of one page of a history."""


def declare(call: Call) -> Result:
    """Make a declaration."""
    body: DeclarationBody = call.body
    made = call.registry.declarations.declare(call.by, body.request(), idempotency=call.idempotency)
    return Result(_own(made), {"Location": f"/v1/declarations/{made.id}"})


def declaration(call: Call) -> Result:
    """Answer with a declaration; its own account sees what it still needs."""
    found = call.registry.declarations.visible(id_in_path(call), call.actor)
    shown = _own(found) if _is_own(call, found) else found.to_json()
    grants = call.registry.grants.of_declaration(found.id)
    controls = call.registry.standings.controls(found.party)
    beside = {
        "grants": [each.in_short() for each in grants],
        "proofs": call.registry.proofs.observed(found) if found.state.in_force else [],
        "party_controls": list(controls[:_MOST_PLACES]),
        "co_owners": [each.to_json() for each in call.registry.co_owners.of_declaration(found.id)],
    }
    return Result(shown | beside)


def history(call: Call) -> Result:
    """Answer with the leaves of a declaration that anybody may see."""
    query: PageQuery = call.query
    declarations = call.registry.declarations
    declarations.visible(id_in_path(call), None)
    found = declarations.history(id_in_path(call), first=query.page * HISTORY_ROWS, most=HISTORY_ROWS + 1)
    entries = [
        {"index": each.index, "type": each.type.value, "time": rfc3339(each.time)} for each in found[:HISTORY_ROWS]
    ]
    following = query.page + 1 if len(found) > HISTORY_ROWS else None
    return Result({"declaration": id_in_path(call), "entries": entries}, next_link("page", following))


def receipt(call: Call) -> Result:
    """Answer with the receipt of what a declaration states now."""
    call.registry.declarations.visible(id_in_path(call), None)
    return Result(call.registry.receipts.of_declaration(id_in_path(call)).encode())


def amend(call: Call) -> Result:
    """Change a declaration; what loosens is announced and waits."""
    body: DeclarationBody = call.body
    return Result(_own(call.registry.changes.amend(call.by, id_in_path(call), body.request())))


def withdraw(call: Call) -> Result:
    """Announce that a declaration ends, or drop one that never was in force."""
    return Result(_own(call.registry.changes.withdraw(call.by, id_in_path(call))))


def challenges(call: Call) -> Result:
    """Answer with the open challenges of a declaration."""
    open_ones = call.registry.proofs.challenges(call.by, id_in_path(call))
    return Result({"challenges": [challenge_json(call, each) for each in open_ones]})


def request_proof(call: Call) -> Result:
    """Make a challenge."""
    body: ProofBody = call.body
    made = call.registry.proofs.request_proof(call.by, id_in_path(call), body.method, body.target)
    return Result(challenge_json(call, made))


def check_proof(call: Call) -> Result:
    """Look for a proof now."""
    with call.registry.slow.turn(*call.callers):
        checked = call.registry.proofs.check_proof(call.by, id_in_path(call), id_in_path(call, "challenge"))
    return Result(_own(checked))


def create_work(call: Call) -> Result:
    """Add a work."""
    body: WorkBody = call.body
    made = call.registry.works.create_work(call.by, body.request())
    return Result(made.to_json(), {"Location": f"/v1/works/{made.id}"})


def work(call: Call) -> Result:
    """Answer with a work."""
    return Result(call.registry.works.visible(id_in_path(call), call.actor).to_json())


def works(call: Call) -> Result:
    """Answer with works of the caller's parties, each with what of it is not protected yet."""
    query: AfterQuery = call.query
    found = call.registry.works.works_of(call.by, query.after)
    gaps = call.registry.works.protection.gaps
    rows = [
        each.to_json() | {"gaps": [{"lack": gap.lack, "kind": gap.kind, "value": gap.value} for gap in gaps(each)]}
        for each in found.rows
    ]
    return Result({"works": rows, "following": found.following})


def delete_work(call: Call) -> Result:
    """Remove a work."""
    call.registry.works.delete_work(call.by, id_in_path(call))
    return Result({"deleted": id_in_path(call)})


def merge_works(call: Call) -> Result:
    """Make one work of two."""
    body: MergeBody = call.body
    return Result(call.registry.works.merge_works(call.by, id_in_path(call), body.into).to_json())


def amend_work(call: Call) -> Result:
    """Change a work."""
    body: WorkBody = call.body
    return Result(call.registry.works.amend_work(call.by, id_in_path(call), body.request()).to_json())


def consents(call: Call) -> Result:
    """Answer with who may name a work besides its own party."""
    return Result({"consents": [each.to_json() for each in call.registry.consents.of_work(id_in_path(call))]})


def consent(call: Call) -> Result:
    """Let another party name a work."""
    body: ConsentBody = call.body
    return Result(call.registry.consents.consent(call.by, id_in_path(call), body.party).to_json())


def revoke_consent(call: Call) -> Result:
    """End a consent, and answer with those that are left."""
    call.registry.consents.revoke(call.by, id_in_path(call), id_in_path(call, "party"))
    return consents(call)


def names(call: Call) -> Result:
    """Give the names of works that declarations in force name, for captions and prompts."""
    file = call.registry.works.names()
    return Result(file.content, {"ETag": f'"{file.digest}"'})


def characters(call: Call) -> Result:
    """Give the character sheets of works that declarations in force name, for prompts."""
    file = call.registry.works.characters()
    return Result(file.content, {"ETag": f'"{file.digest}"'})


def create_party(call: Call) -> Result:
    """Add a party that the account acts for."""
    body: PartyBody = call.body
    return Result(call.registry.parties.create(call.by, body.request()).to_json())


def parties(call: Call) -> Result:
    """Answer with the parties that the account acts for."""
    return Result({"parties": [_membership_json(each) for each in call.registry.parties.of(call.by)]})


def members(call: Call) -> Result:
    """Answer with who acts for a party."""
    found = call.registry.members.of(call.by, id_in_path(call))
    return Result({"members": [_member_json(each) for each in found]})


def _member_json(member: Member) -> dict[str, Any]:
    return {
        "account": member.account,
        "email": member.email,
        "role": member.role.value,
        "since": rfc3339(member.since),
    }


def _membership_json(membership: Membership) -> dict[str, Any]:
    return membership.party.to_json() | {"role": membership.role.value, "label": membership.label}


def table_of_territories(_call: Call) -> Result:
    """Answer with what a reservation means in each territory."""
    return Result({"territories": [line.to_json() for line in territories()]})


def platforms(call: Call) -> Result:
    """Answer with what a prefix over a profile covers on each platform."""
    del call
    return Result({"platforms": [_platform_json(platform) for platform in PLATFORMS]})


def _platform_json(platform: Platform) -> dict[str, Any]:
    return {
        "name": platform.name,
        "prefix": platform.prefix,
        "also": [
            host + ("/…" if "(" in place.path else place.path) for place in platform.places for host in place.hosts
        ],
        "ignores_case": platform.ignores_case,
        "provable": any(row.prefix == platform.prefix for row in PROVABLE),
        "not_covered": [where for where in (platform.works, platform.images) if where],
    }


def _is_own(call: Call, found: Declaration) -> bool:
    if call.actor is None:
        return False
    return call.registry.parties.may(call.actor, found.party, Right.SEE)


def _own(made: Declaration) -> dict[str, Any]:
    return made.to_json() | {"private": made.private_json()}


def challenge_json(call: Call, challenge: Challenge) -> dict[str, Any]:
    """Return a challenge with what is to be published."""
    shown = instructions(challenge, call.registry.config.origin)
    return {
        "id": challenge.id,
        "method": challenge.method.value,
        "target": challenge.target,
        "expires": rfc3339(challenge.expires),
        **asdict(shown),
    }


def id_in_path(call: Call, name: str = "id") -> str:
    """Return an id of the path; what cannot be one names nothing."""
    text = call.path[name]
    try:
        decode_id(text)
    except MalformedRecordError as error:
        raise NotFoundError("there is nothing with the number %(text)s", text=repr(text[:40])) from error
    return text
