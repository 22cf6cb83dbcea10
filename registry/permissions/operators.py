"""Operators: an account proves a domain like anyone else, and names the card that lies on it.

Once that domain is proved, the card is read through the guarded fetcher: when it is named, on request, and every
day. A key that it ceases to show counts for another week, so that old and new overlap; then it ends. A card that
cannot be read changes nothing but what is said of it: keys end because they are no longer shown, never because a
server was down.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlite_utils import Database

from crawler_filter.errors import Sentence
from crawler_filter.formats.record import ScopeKind
from crawler_filter.formats.urls import host_suffixes
from registry.control.agent_cards import MAX_CLIENT_ID, CardObservation, host_of, read_card
from registry.control.verification import covers
from registry.declarations.context import Context, require_party
from registry.errors import ConflictError, FieldError, InvalidRequestError, NotAuthorisedError, ProofMissingError
from registry.model.declaration import Actor
from registry.model.durations import DAY
from registry.model.listing import PAGE_ROWS, Listing
from registry.model.membership import Right
from registry.model.operator import CARD_EVERY, CARD_RETRY, KEY_OVERLAP, Operator, OperatorKey, OperatorState
from registry.net import FetchError
from registry.store.operators import (
    find_operator,
    insert_operator,
    listed_operators,
    operator_of_party,
    operators_of_party,
    operators_with_key,
    update_operator,
)
from registry.store.proofs import live_proofs
from registry.store.rights import has_right

MOST_OPERATORS: Final = 20
"""Operators of one party."""

KEPT: Final = 30 * DAY
"""Seconds for which a key that has ended is still shown."""


class Operators:
    """Operators of accounts, and what anybody may read of them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, actor: Actor, party: str, client_id: str) -> Operator:
        """Add an operator by the address of its card, and read the card. Adding again changes nothing.

        That its domain is not proved, or its card not right, is said in what is returned; it is no refusal.
        Raises NotFoundError for another's party, InvalidRequestError for an address that cannot be a client id,
        ConflictError where the party has many.
        """
        _require_client_id(client_id)
        with self._context.store.read() as reading:
            require_party(reading, actor, party)
        now = self._context.clock()

        def adding(database: Database) -> tuple[Operator, bool]:
            standing = operator_of_party(database, party, client_id)
            if standing is not None:
                return with_proof(database, standing), False
            if len(operators_of_party(database, party)) >= MOST_OPERATORS:
                raise ConflictError("a party may have at most %(most)s AI operators", most=MOST_OPERATORS)
            added = Operator(self._context.new_id(), party, client_id, now, next_check=now + CARD_RETRY)
            insert_operator(database, added)
            self._context.ledger(database, actor).audit("add-operator", added.id)
            return added, True

        found, is_new = self._context.writer.run(adding)
        return self.look(found.id) if is_new else found

    def check(self, actor: Actor, operator: str) -> Operator:
        """Read the card of one's own operator now. Raises NotFoundError or NotAuthorisedError."""
        self.require_own(actor, operator)
        return self.look(operator)

    def look(self, operator: str) -> Operator:
        """Read a card, whoever asks, and keep what was seen. What is wrong with it is said in what is returned."""
        with self._context.store.read() as reading:
            found = with_proof(reading, find_operator(reading, operator))
        now = self._context.clock()
        seen = self._read(found, now)

        def keeping(database: Database) -> Operator:
            found = find_operator(database, operator)
            if isinstance(seen, CardObservation):
                after = _seen(found, seen, now)
            else:
                failures = found.failures + 1
                after = replace(found, failures=failures, problem=seen.detail, next_check=now + CARD_RETRY)
            update_operator(database, after)
            return with_proof(database, after)

        return self._context.writer.run(keeping)

    def _read(self, operator: Operator, now: int) -> CardObservation | FetchError | ProofMissingError:
        """Read a card, or return what is wrong with it."""
        if not operator.proved:
            host = host_of(operator.client_id)
            return ProofMissingError("Prove control of %(host)s first; its card is read then.", host=host)
        try:
            return read_card(operator.client_id, self._context.fetcher, now=now)
        except (FetchError, ProofMissingError) as error:
            return error

    def get(self, operator: str) -> Operator:
        """Return an operator, for anybody. Raises NotFoundError."""
        with self._context.store.read() as database:
            return with_proof(database, find_operator(database, operator))

    def of_party(self, party: str) -> Sequence[Operator]:
        """Return the operators of a party, for anybody, oldest first."""
        with self._context.store.read() as database:
            return [with_proof(database, each) for each in operators_of_party(database, party)]

    def listed(self, after: str = "") -> Listing[Operator]:
        """Return a page of the operators whose card was read, by number."""
        with self._context.store.read() as database:
            found = listed_operators(database, after, PAGE_ROWS)
            return Listing([with_proof(database, each) for each in found.rows], found.following)

    def with_key(self, thumbprint: str) -> Sequence[tuple[Operator, OperatorKey]]:
        """Return the active operators for whom a key counts now, with the key."""
        now = self._context.clock()
        with self._context.store.read() as database:
            known = [with_proof(database, each) for each in operators_with_key(database, thumbprint)]
        return [
            (operator, key)
            for operator in known
            if operator.state(now) is OperatorState.ACTIVE
            for key in operator.live_keys(now)
            if key.thumbprint == thumbprint
        ]

    def require_own(self, actor: Actor, operator: str) -> Operator:
        """Return an operator of a party that `actor` acts for. Raises NotFoundError or NotAuthorisedError."""
        with self._context.store.read() as database:
            found = find_operator(database, operator)
            own = has_right(database, actor.account, found.party, Right.DECLARE)
        if not own:
            raise NotAuthorisedError("AI operator %(id)s is another party's", id=found.id)
        return found


def with_proof(database: Database, operator: Operator) -> Operator:
    """Return an operator that says whether its party has proved the host of its card."""
    host = host_of(operator.client_id) or ""
    proofs = live_proofs(database, operator.party, list(host_suffixes(host)))
    proved = any(
        covers(proof.challenge.method, proof.challenge.target, ScopeKind.HOST, host, subtree=proof.subtree)
        for proof in proofs
    )
    return replace(operator, proved=proved)


def _seen(operator: Operator, seen: CardObservation, now: int) -> Operator:
    shown = {key.thumbprint: key.raw for key in seen.keys}
    before = {key.thumbprint: key for key in operator.keys}
    kept = [
        replace(key, last_seen=now, until=None)
        if key.thumbprint in shown
        else replace(key, until=now + KEY_OVERLAP if key.until is None else key.until)
        for key in operator.keys
        if key.until is None or now - key.until < KEPT
    ]
    new = [OperatorKey(print_, raw, now, now) for print_, raw in shown.items() if print_ not in before]
    return replace(
        operator, card=seen.card, read=now, failures=0, problem="", next_check=now + CARD_EVERY,
        keys=(*kept, *new),
    )  # fmt: skip


def _require_client_id(client_id: str) -> None:
    if host_of(client_id) is None:
        detail = Sentence(
            "expected the https address of a card, such as https://bots.example/card, of at most %(most)s"
            " characters, got %(got)s",
            most=MAX_CLIENT_ID,
            got=repr(client_id[:80]),
        )
        raise InvalidRequestError(detail, errors=(FieldError("/client_id", detail),))
