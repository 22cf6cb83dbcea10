"""Disputes as a service: made by anybody, answered by whoever declared, decided by the operator.

Whoever has proved the place goes first: the claim is flagged at once. Everybody else's dispute is looked at before
it flags anything, because a flag is a leaf of the log and anybody can ask for one. Every step is mailed to whom it
concerns, has a date, and leaves a line in the audit trail. What is disputed keeps restricting until it is decided.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.record import LeafType, Record, encode_id
from registry.declarations.context import Context, require_in_force, require_own
from registry.declarations.doubt import claims
from registry.declarations.impartiality import require_no_side
from registry.declarations.ledger import TOKEN_BYTES, Ledger
from registry.errors import FieldError, InvalidRequestError, TransitionError
from registry.mail import dispute_letters as letters
from registry.model.credentials import digest
from registry.model.declaration import Actor, Declaration, State
from registry.model.dispute import (
    ANSWER_SECONDS,
    DECISION_SECONDS,
    LOOK_SECONDS,
    MAX_STATEMENT,
    Dispute,
    DisputeRequest,
    DisputeState,
    Reason,
    evidence_errors,
)
from registry.store import disputes as rows
from registry.store.audit import LINK, OPERATOR
from registry.store.declarations import find_declaration, no_declaration

_DECIDED: Final = {True: (DisputeState.UPHELD, letters.UPHELD), False: (DisputeState.DISMISSED, letters.DISMISSED)}


class Disputes:
    """The acts of both sides and of the operator in a dispute about a declaration."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def make(self, declaration: str, request: DisputeRequest) -> tuple[Dispute, str]:
        """Take a dispute of somebody who needs no account; return it and the secret of the link to it.

        Raises InvalidRequestError, NotFoundError or GoneError, and TransitionError for what is not in force.
        """
        request.check()
        secret = encode_id(self._context.entropy(TOKEN_BYTES))

        def transaction(database: Database) -> Dispute:
            found = _in_force(database, declaration)
            ledger = self._link_ledger(database)
            made = Dispute(
                id=self._context.new_id(),
                declaration=declaration,
                party=None,
                email=request.email,
                language=request.language,
                reason=Reason(request.reason),
                statement=request.statement.strip(),
                answer=None,
                priority=False,
                state=DisputeState.RECEIVED,
                opened=ledger.now,
                due=ledger.now + LOOK_SECONDS,
                evidence=request.evidence,
            )
            rows.insert_dispute(database, made, digest(secret))
            ledger.audit("dispute-received", made.id)
            letters.queue_to_complainant(database, letters.RECEIVED, found, made, ledger.now, self._url, secret)
            return made

        return self._sent(self._context.writer.run(transaction)), secret

    def of_secret(self, secret: str) -> Dispute:
        """Return the dispute that a link opens. Raises NotFoundError."""
        with self._context.store.read() as database:
            return rows.dispute_with_token(database, digest(secret))

    def about(self, declaration: str) -> Sequence[Dispute]:
        """Return the disputes about a declaration, oldest first. What they say is not for everybody."""
        with self._context.store.read() as database:
            return rows.disputes_of(database, declaration)

    def waiting(self, *, by: str = OPERATOR) -> Sequence[Dispute]:
        """Return the disputes that wait for somebody, for the desk.

        Those of whoever proved the place come first, then by when they are due. Raises NotAuthorisedError.
        """
        with self._context.store.read() as database:
            self._context.desk_ledger(database, by)
            return rows.live_disputes(database)

    def one(self, dispute: str, *, by: str) -> Dispute:
        """Return a dispute with all that was said, for the desk. Raises NotAuthorisedError or NotFoundError."""
        with self._context.store.read() as database:
            self._context.desk_ledger(database, by)
            return rows.find_dispute(database, dispute)

    def take_up(self, secret: str) -> Dispute:
        """Dispute a claim by the link of the letter about it: it is flagged at once, and its party is heard."""

        def transaction(database: Database) -> Dispute:
            offered = rows.dispute_with_token(database, digest(secret))
            if offered.state is not DisputeState.OFFERED:
                return offered
            ledger = self._link_ledger(database)
            return self._open(ledger, replace(offered, opened=ledger.now))

        return self._sent(self._context.writer.run(transaction))

    def withdraw(self, secret: str) -> Dispute:
        """Withdraw one's dispute. Raises TransitionError where it is over."""

        def transaction(database: Database) -> Dispute:
            found = rows.dispute_with_token(database, digest(secret))
            ledger = self._link_ledger(database)
            return self._close(ledger, found, DisputeState.WITHDRAWN, letters.WITHDRAWN, upheld=False)

        return self._sent(self._context.writer.run(transaction))

    def answer(self, actor: Actor, dispute: str, text: str, evidence: tuple[str, ...] = ()) -> Dispute:
        """Keep what whoever declared says to a dispute; the time for the decision begins.

        Whoever is suspended may do so too. Raises InvalidRequestError, NotAuthorisedError, NotFoundError or
        TransitionError.
        """

        def transaction(database: Database) -> Dispute:
            found = rows.find_dispute(database, dispute)
            require_own(database, actor, found.declaration)
            errors = evidence_errors(evidence)
            if not 1 <= len(text.strip()) <= MAX_STATEMENT:
                errors += [
                    FieldError("/answer", "expected a text of 1 to %(most)s characters", most=MAX_STATEMENT)
                ]
            if errors:
                raise InvalidRequestError("the answer cannot be taken as it is", errors=tuple(errors))
            if found.state is not DisputeState.OPEN:
                raise TransitionError("this dispute is not open, so it cannot be answered")
            ledger = self._context.ledger(database, actor, suspended=True)
            answered = replace(
                found, answer=text.strip(), answer_evidence=evidence, due=ledger.now + DECISION_SECONDS
            )
            rows.update_dispute(database, answered)
            ledger.audit("dispute-answered", dispute)
            declaration = find_declaration(database, found.declaration)
            letters.queue_to_both(database, letters.ANSWERED, declaration, answered, ledger.now, self._url)
            return answered

        return self._sent(self._context.writer.run(transaction))

    def open(self, dispute: str, *, by: str = OPERATOR) -> Dispute:
        """Find a dispute worth hearing: flag the declaration and tell both sides. For the desk."""

        def transaction(database: Database) -> Dispute:
            found = rows.find_dispute(database, dispute)
            if found.state is not DisputeState.RECEIVED:
                raise TransitionError("dispute %(dispute)s is %(state)s", dispute=dispute, state=found.state)
            return self._open(self._desk(database, by, found), found)

        return self._sent(self._context.writer.run(transaction))

    def decide(self, dispute: str, *, upheld: bool, grounds: str, by: str = OPERATOR) -> Dispute:
        """End a dispute. Upheld: what was disputed no longer counts. Dismissed: it stands. For the desk.

        `grounds` say why, and both sides read them. Raises InvalidRequestError without them, or with too many.
        """
        if not 1 <= len(grounds.strip()) <= MAX_STATEMENT:
            error = FieldError("/grounds", "expected a text of 1 to %(most)s characters", most=MAX_STATEMENT)
            raise InvalidRequestError("say why you decide so", errors=(error,))

        def transaction(database: Database) -> Dispute:
            found = rows.find_dispute(database, dispute)
            ledger = self._desk(database, by, found)
            state, words = _DECIDED[upheld]
            return self._close(ledger, replace(found, grounds=grounds.strip()), state, words, upheld=upheld)

        return self._sent(self._context.writer.run(transaction))

    def _open(self, ledger: Ledger, dispute: Dispute) -> Dispute:
        database = ledger.database
        found = _in_force(database, dispute.declaration)
        ledger.record_revision(found, LeafType.DISPUTE, _flagged(database, found.record, dispute))
        opened = replace(dispute, state=DisputeState.OPEN, due=ledger.now + ANSWER_SECONDS)
        rows.update_dispute(database, opened)
        ledger.audit("dispute-opened", dispute.id)
        letters.queue_to_respondent(database, letters.OPENED, found, opened, ledger.now, self._url)
        letters.queue_to_complainant(database, letters.HEARD, found, opened, ledger.now, self._url)
        return opened

    def _close(
        self, ledger: Ledger, dispute: Dispute, state: DisputeState, words: tuple[str, str], *, upheld: bool
    ) -> Dispute:
        if not dispute.state.is_live:
            raise TransitionError("dispute %(dispute)s is over", dispute=dispute.id)
        database = ledger.database
        found = find_declaration(database, dispute.declaration)
        closed = replace(dispute, state=state, due=None, closed=ledger.now)
        rows.update_dispute(database, closed)
        others = [each for each in rows.disputes_of(database, found.id) if each.state is DisputeState.OPEN]
        if found.state.in_force and (upheld or not others):
            _settle(ledger, found, upheld=upheld)
        ledger.audit(f"dispute-{state}", dispute.id)
        # who was not told of a dispute need not hear that it is over
        if dispute.state is DisputeState.OPEN or upheld:
            letters.queue_to_respondent(database, words, found, closed, ledger.now, self._url)
        letters.queue_to_complainant(database, words, found, closed, ledger.now, self._url)
        return closed

    def _desk(self, database: Database, by: str, dispute: Dispute) -> Ledger:
        ledger = self._context.desk_ledger(database, by)
        require_no_side(database, by, find_declaration(database, dispute.declaration), email=dispute.email)
        return ledger

    def _link_ledger(self, database: Database) -> Ledger:
        return Ledger(database, LINK, self._context.clock(), self._context.entropy)

    def _sent(self, dispute: Dispute) -> Dispute:
        self._context.outbox.send()
        return dispute

    @property
    def _url(self) -> str:
        return self._context.config.public_url


def _flagged(database: Database, record: Record, dispute: Dispute) -> Record:
    """Return the record with what is disputed flagged: of a claim on a proved place that claim, else all of it."""
    claimed = {
        scope.value
        for scope, proofs in claims(database, record)
        if any(proof.challenge.party == dispute.party for proof in proofs)
    }
    scopes = tuple(
        replace(scope, disputed=True) if not claimed or scope.value in claimed else scope
        for scope in record.scopes
    )
    return replace(record, scopes=scopes)


def _settle(ledger: Ledger, found: Declaration, *, upheld: bool) -> None:
    """End the dispute of a declaration in force: what was disputed goes, or stands unflagged."""
    disputed = [scope for scope in found.record.scopes if scope.disputed]
    kept = tuple(scope for scope in found.record.scopes if not (upheld and scope.disputed))
    if upheld and not disputed:
        kept = ()
    if not kept:
        ledger.end(found, LeafType.EXPIRE, State.EXPIRED)
    elif disputed:
        scopes = tuple(replace(scope, disputed=False) for scope in kept)
        ledger.record_revision(found, LeafType.RESOLVE, replace(found.record, scopes=scopes))


def _in_force(database: Database, declaration: str) -> Declaration:
    found = find_declaration(database, declaration)
    if not found.is_public:
        raise no_declaration(declaration)
    require_in_force(found)
    return found
