"""Asking for a challenge and meeting it: how a party proves control, one target at a time."""

from collections.abc import Sequence
from typing import Any, Final

from sqlite_utils import Database

from crawler_filter.errors import Sentence
from crawler_filter.formats.record import rfc3339
from registry.control.challenges import Challenge, Method, new_challenge
from registry.control.recheck import ProofHealth, next_check
from registry.control.verification import ProofObservation, check
from registry.declarations.backing import Backing, backing
from registry.declarations.context import Context, require_own, require_party
from registry.errors import FieldError, InvalidRequestError, ProofMissingError, RateLimitedError
from registry.model.declaration import Actor, Declaration
from registry.model.durations import HOUR
from registry.model.membership import Right
from registry.net import FetchError
from registry.net.suffixes import SuffixStatus, standing
from registry.store import proofs as proof_store
from registry.store.declarations import find_declaration

MOST_OBSERVED: Final = 100
"""Proofs of one declaration whose observations are shown."""

_OBSERVED: Final = ("method", "target", "digest", "subtree", "address", "authenticated")


class Proofs:
    """The acts of a party that prove control."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def request_proof(
        self, actor: Actor, declaration: str, method: Method, target: str | None = None
    ) -> Challenge:
        """Ask for a challenge with which a party can prove `target`, by default its first unproved scope's.

        Asking again while one is open gives the same one. Raises InvalidRequestError where the method cannot prove
        the target, RateLimitedError where too many are open.
        """
        with self._context.store.read() as reading:
            own = require_own(reading, actor, declaration)
        return self._requested(actor, own.party, declaration, method, target or _first_target(own, method))

    def request_party_proof(self, actor: Actor, party: str, method: Method, target: str) -> Challenge:
        """Ask for a challenge with which a party can prove `target`, without a declaration. Raises as
        `request_proof`."""
        with self._context.store.read() as reading:
            require_party(reading, actor, party)
        return self._requested(actor, party, None, method, target)

    def _requested(
        self, actor: Actor, party: str, declaration: str | None, method: Method, target: str
    ) -> Challenge:
        now = self._context.clock()
        fresh = new_challenge(party, method, target, now=now, entropy=self._context.entropy)
        _require_provable(fresh)

        def transaction(database: Database) -> Challenge:
            standing_open = proof_store.open_challenges(database, party, declaration, now)
            for challenge in standing_open:
                if (challenge.method, challenge.target) == (fresh.method, fresh.target):
                    return challenge
            if proof_store.open_count(database, party, now) >= self._context.config.limits.scopes_per_declaration:
                raise RateLimitedError("too many challenges are open; meet some, or wait", retry_after=HOUR)
            proof_store.insert_challenge(database, declaration, fresh)
            self._context.ledger(database, actor).audit("request-proof", fresh.id)
            return fresh

        return self._context.writer.run(transaction)

    def challenges(self, actor: Actor, declaration: str) -> Sequence[Challenge]:
        """Return the challenges of one's own declaration that may still be met, oldest first."""
        with self._context.store.read() as database:
            own = require_own(database, actor, declaration, Right.SEE)
            return proof_store.open_challenges(database, own.party, declaration, self._context.clock())

    def backing(self, declaration: Declaration) -> Sequence[proof_store.Proof]:
        """Return the proofs that stand behind a declaration now. Their tokens are secrets; the rest is public."""
        with self._context.store.read() as database:
            return backing(database, declaration.record)

    def observed(self, declaration: Declaration) -> list[dict[str, Any]]:
        """Return what was seen of the proofs that stand behind a declaration, for anybody: no token is in it."""
        with self._context.store.read() as database:
            found = backing(database, declaration.record)[:MOST_OBSERVED]
            seen = proof_store.observations(database, [proof.challenge.id for proof in found])
        return [
            {
                **{name: seen[proof.challenge.id][name] for name in _OBSERVED},
                "asked": rfc3339(proof.challenge.created),
                "seen": rfc3339(proof.state.last_ok),
            }
            for proof in found
            if proof.challenge.id in seen
        ]

    def check_proof(self, actor: Actor, declaration: str, challenge: str) -> Declaration:
        """Look for a proof now; where it is found, everything of the party that it covers is verified.

        Raises ProofMissingError or FetchError, whose message says what was found instead, and RateLimitedError
        after too many of these in an hour.
        """
        with self._context.store.read() as reading:
            own = require_own(reading, actor, declaration)
        self._checked(actor, own.party, challenge)
        with self._context.store.read() as database:
            return find_declaration(database, declaration)

    def check_party_proof(self, actor: Actor, party: str, challenge: str) -> ProofObservation:
        """Look for a proof that was asked for without a declaration. Raises as `check_proof`."""
        with self._context.store.read() as reading:
            require_party(reading, actor, party)
        return self._checked(actor, party, challenge)

    def _checked(self, actor: Actor, party: str, challenge: str) -> ProofObservation:
        with self._context.store.read() as reading:
            wanted = proof_store.find_challenge(reading, party, challenge)
            now = self._context.clock()
            failures = proof_store.failed_checks(reading, challenge, now - HOUR)
        if failures >= self._context.config.limits.failed_checks_per_hour:
            raise RateLimitedError(
                "this proof was looked for in vain too often; try again later", retry_after=HOUR
            )
        evidence = self._looked_for(wanted, now)
        state = ProofHealth(last_ok=now, until=evidence.until)
        due = next_check(state, schedule=self._context.recheck_schedule)

        def transaction(database: Database) -> None:
            proof_store.find_challenge(database, party, challenge)
            ledger = self._context.ledger(database, actor)
            proof_store.record_evidence(database, wanted, evidence, due)
            ledger.audit("prove", challenge)
            Backing(ledger, self._context.config).on_proof_found(wanted)

        self._context.writer.run(transaction)
        self._context.outbox.send()
        return evidence

    def _looked_for(self, wanted: Challenge, now: int) -> ProofObservation:
        """Look for a proof and, where it is not found, count that."""
        try:
            return check(wanted, self._context.fetcher, self._context.config.origin, now=now)
        except (ProofMissingError, FetchError):
            self._context.writer.run(lambda db: proof_store.record_failed_check(db, wanted.id, now - HOUR, now))
            raise


def _first_target(declaration: Declaration, method: Method) -> str:
    locations = declaration.unproved or [scope for scope in declaration.record.scopes if scope.kind.is_location]
    if not locations:
        detail = Sentence("nothing of this declaration can be proved; name a target")
        raise InvalidRequestError(detail, errors=(FieldError("/target", detail),))
    value = locations[0].value
    return value if method is Method.PROFILE_PAGE else value.partition("/")[0]


def _require_provable(challenge: Challenge) -> None:
    found = standing(challenge.target.partition("/")[0])
    is_shared = found is not SuffixStatus.ORDINARY and challenge.method is not Method.PROFILE_PAGE
    if is_shared:
        detail = Sentence(
            "%(target)s is shared by many or not a public name; name your own", target=challenge.target
        )
        raise InvalidRequestError(detail, errors=(FieldError("/target", detail),))
