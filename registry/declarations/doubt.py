"""Claims on places of others: an exact address that a party states without proof of that place.

Anybody may state an exact address without proof. On a site whose owner has proved control here, or on a platform
of many, that would let a stranger take pages of others out of every crawl, and ask for licences in their place. So
such a scope is held: it is shown and flagged, and does not decide, until its party proves control of that place.
Proof of some other place does not count; only on a platform, where nobody in particular is known to be concerned,
does it. A record that claims inside a place that another has proved shows no licence contact, and the owner is
told.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from sqlite_utils import Database

from crawler_filter.formats.record import Assurance, Record, Scope, ScopeKind, encode_id
from crawler_filter.formats.terms import Terms
from crawler_filter.formats.urls import host_suffixes, prefixes, split
from registry.control.verification import covers
from registry.declarations.ledger import TOKEN_BYTES, Ledger
from registry.mail.claims import queue_claim_notice
from registry.model.credentials import digest
from registry.model.declaration import Declaration
from registry.model.dispute import Dispute, DisputeState, Reason
from registry.model.durations import DAY
from registry.rules.well_known_platforms import is_platform
from registry.store.disputes import insert_dispute, was_offered
from registry.store.proofs import Proof, proofs_of_others


def with_doubts(database: Database, record: Record, *, verified: bool, shared: Collection[str] = ()) -> Record:
    """Return a record with its attested addresses on places of others held, and without terms if any is another's.

    `verified`: the party has proved something, which counts on platforms. `shared` are texts of several others.
    """
    claimed = {scope.value for scope, _ in claims(database, record)}
    doubtful = claimed | (
        {scope.value for scope in _stated(record) if _on_platform(scope)} if not verified else set()
    )
    held = replace(record, scopes=tuple(_held(scope, doubtful, shared) for scope in record.scopes))
    return replace(held, terms=Terms()) if claimed else held


def without_first_doubts(database: Database, record: Record) -> Record:
    """Return the record of a party that has proved something by now, with only claims on places of others held."""
    if not any(scope.held for scope in record.scopes):
        return record  # a proof has every address of its party looked at, and few are held
    claimed = {scope.value for scope, _ in claims(database, record)}
    scopes = (
        replace(scope, held=scope.value in claimed) if scope.kind is ScopeKind.URL and scope.held else scope
        for scope in record.scopes
    )
    return replace(record, scopes=tuple(scopes))


def claims(database: Database, record: Record) -> Iterator[tuple[Scope, Sequence[Proof]]]:
    """Yield each address that the record states without proof inside a place that others have proved, with those
    proofs."""
    for scope in _stated(record):
        targets = (*host_suffixes(split(scope.value)[0]), *prefixes(scope.value))
        proofs = [proof for proof in proofs_of_others(database, record.party, targets) if _covers(proof, scope)]
        if proofs:
            yield scope, proofs


def tell_owners(ledger: Ledger, declaration: Declaration, public_url: str) -> None:
    """Promise a letter to each party that has proved a place which the declaration claims without proof.

    It holds a link that disputes the claim. An owner gets one a day about one claimant.
    """
    if not any(scope.held for scope in declaration.record.scopes):
        return
    concerned = {
        proof.challenge.party: proof.challenge.target
        for _scope, proofs in claims(ledger.database, declaration.record)
        for proof in proofs
    }
    for party, place in concerned.items():
        if not was_offered(ledger.database, party, declaration.party, ledger.now - DAY):
            secret = offer_dispute(ledger, declaration.id, party)
            queue_claim_notice(ledger.database, declaration, party, place, secret, ledger.now, public_url)


def offer_dispute(ledger: Ledger, declaration: str, party: str) -> str:
    """Keep a dispute that a party may take up with one press; return the secret of its link."""
    secret, number = encode_id(ledger.entropy(TOKEN_BYTES)), encode_id(ledger.entropy(16))
    offered = Dispute(
        number, declaration, party, None, "", Reason.MINE, "", None, True, DisputeState.OFFERED, ledger.now
    )
    insert_dispute(ledger.database, offered, digest(secret))
    return secret


def _stated(record: Record) -> Iterator[Scope]:
    for scope in record.scopes:
        if scope.kind is ScopeKind.URL and scope.assurance is Assurance.ATTESTED:
            yield scope


def _held(scope: Scope, doubtful: Collection[str], shared: Collection[str]) -> Scope:
    of_kind = {ScopeKind.URL: doubtful, ScopeKind.TEXT: shared}
    is_doubtful = scope.value in of_kind.get(scope.kind, ())
    return replace(scope, held=True) if is_doubtful and scope.assurance is Assurance.ATTESTED else scope


def _covers(proof: Proof, scope: Scope) -> bool:
    challenge = proof.challenge
    return covers(challenge.method, challenge.target, scope.kind, scope.value, subtree=proof.subtree)


def _on_platform(scope: Scope) -> bool:
    return is_platform(split(scope.value)[0])
