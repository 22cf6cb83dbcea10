"""Enquiries between operators and rights holders: asked, answered, and shown with their dates.

Both sides read an enquiry, and nobody else. What is asked permits nothing; only a grant does. A party's standing
answer is given at once to every operator that asks for permission.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.events import EventKind
from registry.control.agent_cards import host_of
from registry.declarations.context import Context, require_party
from registry.declarations.ledger import Ledger
from registry.errors import ConflictError, FieldError, InvalidRequestError, NotFoundError, TransitionError
from registry.mail import enquiry_letters as letters
from registry.model.declaration import Actor
from registry.model.enquiry import (
    ANSWER_SECONDS,
    MAX_TEXT,
    AnswerCounts,
    Attachment,
    Enquiry,
    EnquiryKind,
    EnquiryState,
    Message,
    Side,
    StandingAnswer,
    StandingKind,
    Subject,
    message_errors,
)
from registry.model.listing import PAGE_ROWS, Listing
from registry.model.membership import Right
from registry.model.operator import OperatorState
from registry.permissions.enquiry_rules import (
    Change,
    Words,
    acting_sides,
    check_subject,
    ending_as,
    party_of,
    require_room,
    require_room_to_write,
    speaking_side,
    title_of,
    with_standing_answer,
)
from registry.permissions.grants import give
from registry.permissions.operators import with_proof
from registry.rules.grant_validation import check_grant
from registry.store import enquiries as rows
from registry.store.event_recipients import tell_of_enquiry
from registry.store.grants import find_grant
from registry.store.operators import find_operator
from registry.store.rights import require_not_suspended
from registry.store.rights import require_right as require_right_in_party


class Enquiries:
    """The acts of both sides of an enquiry."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def ask_permission(self, actor: Actor, operator: str, subject: Subject) -> Enquiry:
        """Ask the party of a declaration or of works for a use of them.

        Raises InvalidRequestError naming every field that is wrong, NotFoundError for what is not there or is
        another's operator, ConflictError for one that is not active, has asked often, or was refused lately.
        """

        def asking(database: Database) -> Enquiry:
            ledger = self._context.ledger(database, actor)
            found = with_proof(database, find_operator(database, operator))
            require_party(database, actor, found.party)
            if found.state(ledger.now) is not OperatorState.ACTIVE:
                raise ConflictError(
                    "AI operator %(id)s is not active: prove its domain and show its card", id=found.id
                )
            check_subject(subject, EnquiryKind.PERMISSION)
            party = party_of(database, subject)
            if party == found.party:
                raise ConflictError("this is your own: you need no permission")
            require_room(database, EnquiryKind.PERMISSION, found.client_id, party, ledger.now)
            asked = self._asked(EnquiryKind.PERMISSION, found.id, party, subject, ledger.now)
            asked = with_standing_answer(asked, rows.standing_answer(database, party), ledger.now)
            rows.insert_enquiry(database, asked)
            tell_of_enquiry(database, EventKind.ENQUIRY_ASKED, asked, ledger.now)
            ledger.audit("ask-permission", asked.id)
            if not asked.state.is_live:
                tell_of_enquiry(database, EventKind.ENQUIRY_ANSWERED, asked, ledger.now)
            if asked.state is EnquiryState.OPEN:
                self._tell(database, letters.PERMISSION, asked, Side.PARTY, ledger.now)
            return asked

        return self._sent(asking)

    def ask_operator(self, actor: Actor, party: str, operator: str, subject: Subject) -> Enquiry:
        """Ask an operator what became of the party's works.

        Raises InvalidRequestError, NotFoundError for another's party or declaration, or ConflictError where the
        party has asked this operator often.
        """

        def asking(database: Database) -> Enquiry:
            ledger = self._context.ledger(database, actor)
            require_party(database, actor, party)
            found = find_operator(database, operator)
            check_subject(subject, EnquiryKind.DISCLOSURE)
            if party_of(database, subject) != party:
                raise NotFoundError("party %(party)s has no such declaration or work", party=party)
            require_room(database, EnquiryKind.DISCLOSURE, found.client_id, party, ledger.now)
            asked = self._asked(EnquiryKind.DISCLOSURE, found.id, party, subject, ledger.now)
            rows.insert_enquiry(database, asked)
            tell_of_enquiry(database, EventKind.ENQUIRY_ASKED, asked, ledger.now)
            ledger.audit("ask-operator", asked.id)
            self._tell(database, letters.DISCLOSURE, asked, Side.OPERATOR, ledger.now)
            return asked

        return self._sent(asking)

    def write(self, actor: Actor, enquiry: str, text: str, attachments: Sequence[Attachment] = ()) -> Enquiry:
        """Add a message of one's own side. Raises NotFoundError, InvalidRequestError or TransitionError."""

        def writing(found: Enquiry, side: Side) -> tuple[Enquiry, Words]:
            state = found.state if side is found.asking else EnquiryState.TALKING
            return replace(found, state=state), letters.MESSAGE

        return self._act(actor, enquiry, "write", writing, text, attachments)

    def refuse(
        self, actor: Actor, enquiry: str, text: str = "", attachments: Sequence[Attachment] = ()
    ) -> Enquiry:
        """Say no to what was asked. Raises NotFoundError, InvalidRequestError or TransitionError."""
        ended = ending_as(EnquiryState.REFUSED, letters.REFUSED)
        return self._act(actor, enquiry, "refuse", ended, text, attachments, required=False)

    def answer(self, actor: Actor, enquiry: str, text: str, attachments: Sequence[Attachment] = ()) -> Enquiry:
        """Answer a question about data, which ends it. Raises as `write` does."""
        ended = ending_as(EnquiryState.ANSWERED, letters.ANSWERED, kind=EnquiryKind.DISCLOSURE)
        return self._act(actor, enquiry, "answer", ended, text, attachments)

    def grant(
        self,
        actor: Actor,
        enquiry: str,
        text: str = "",
        attachments: Sequence[Attachment] = (),
        *,
        until: int | None = None,
    ) -> Enquiry:
        """Grant what was asked for, to `until` (unix seconds), and note it on the enquiry, both or neither.

        Raises as `refuse` and as `Grants.grant` do.
        """

        def granting(ledger: Ledger, found: Enquiry) -> str:
            require_not_suspended(ledger.database, actor.account)
            request = found.grant_request(until)
            check_grant(request, ledger.now)
            return give(self._context, ledger, actor, request).grant.id

        return self._act(actor, enquiry, "grant", _granted, text, attachments, required=False, grant=granting)

    def granted(self, actor: Actor, enquiry: str, grant: str, text: str = "") -> Enquiry:
        """Note which grant answers a request for permission. Raises ConflictError for a grant between others."""

        def check(ledger: Ledger, found: Enquiry) -> str:
            given = find_grant(ledger.database, grant)
            if (given.grant.party, given.operator) != (found.party, found.operator):
                raise ConflictError("grant %(grant)s is not between these two", grant=grant)
            return grant

        return self._act(actor, enquiry, "grant", _granted, text, required=False, grant=check)

    def withdraw(
        self, actor: Actor, enquiry: str, text: str = "", attachments: Sequence[Attachment] = ()
    ) -> Enquiry:
        """Take one's own enquiry back. Raises NotFoundError, InvalidRequestError or TransitionError."""
        ended = ending_as(EnquiryState.WITHDRAWN, letters.WITHDRAWN, by_asking=True)
        return self._act(actor, enquiry, "withdraw", ended, text, attachments, required=False)

    def get(self, actor: Actor, enquiry: str) -> tuple[Enquiry, frozenset[Side]]:
        """Return an enquiry, and the sides for which the actor may act. Raises NotFoundError for strangers."""
        with self._context.store.read() as database:
            found = rows.find_enquiry(database, enquiry)
            return found, acting_sides(database, actor, found)

    def of_party(self, actor: Actor, party: str, after: str = "", most: int = PAGE_ROWS) -> Listing[Enquiry]:
        """Return a page of a party's enquiries, on either side, the newest first. Raises NotFoundError."""
        with self._context.store.read() as database:
            require_right_in_party(database, actor.account, party, Right.SEE)
            return rows.enquiries_of(database, party, after, most)

    def counts(self, operator: str) -> AnswerCounts:
        """Return how an operator answers questions, for anybody."""
        with self._context.store.read() as database:
            return rows.answer_counts(database, operator, self._context.clock())

    def standing_answer(self, party: str) -> StandingAnswer | None:
        """Return a party's standing answer, for anybody."""
        with self._context.store.read() as database:
            return rows.standing_answer(database, party)

    def set_standing_answer(self, actor: Actor, party: str, kind: StandingKind | None, text: str) -> None:
        """Set a party's standing answer; None takes it away. Raises NotFoundError or InvalidRequestError."""
        if len(text) > MAX_TEXT or (kind not in (None, StandingKind.NEVER) and not text.strip()):
            error = FieldError("/text", "expected a text of 1 to %(most)s characters", most=MAX_TEXT)
            raise InvalidRequestError("the standing answer cannot be taken as it is", errors=(error,))

        def setting(database: Database) -> None:
            ledger = self._context.ledger(database, actor)
            require_party(database, actor, party)
            answer = None if kind is None else StandingAnswer(kind, text.strip(), ledger.now)
            rows.set_standing_answer(database, party, answer)
            ledger.audit("set-standing-answer", party)

        self._context.writer.run(setting)

    def _asked(self, kind: EnquiryKind, operator: str, party: str, subject: Subject, now: int) -> Enquiry:
        number = self._context.new_id()
        return Enquiry(number, kind, operator, party, subject, EnquiryState.OPEN, now, now + ANSWER_SECONDS)

    def _act(
        self,
        actor: Actor,
        enquiry: str,
        action: str,
        change: Change,
        text: str,
        attachments: Sequence[Attachment] = (),
        *,
        required: bool = True,
        grant: Callable[[Ledger, Enquiry], str] | None = None,
    ) -> Enquiry:
        """Change an enquiry on behalf of the side that may, keep what it says, and tell the other side."""
        errors = message_errors(text, attachments, required=required)
        if errors:
            raise InvalidRequestError("the message cannot be taken as it is", errors=tuple(errors))

        def acting(database: Database) -> Enquiry:
            ledger = self._context.ledger(database, actor, suspended=True)
            found = rows.find_enquiry(database, enquiry)
            sides = acting_sides(database, actor, found)
            side = speaking_side(found, sides)
            if not found.state.is_live:
                raise TransitionError("enquiry %(id)s is over: %(state)s", id=found.id, state=found.state)
            if action == "withdraw" and found.asking in sides:
                side = found.asking
            after, words = change(found, side)
            if grant is not None:
                after = replace(after, grant=grant(ledger, found))
            if text.strip() or attachments:
                require_room_to_write(database, found.id)
                said = Message(side, ledger.now, text.strip(), tuple(attachments))
                rows.insert_message(database, found.id, said)
            if not after.state.is_live:
                after = replace(after, closed=ledger.now)
            rows.update_enquiry(database, after)
            ledger.audit(f"enquiry-{action}", found.id)
            kind = EventKind.ENQUIRY_MESSAGE if after.state.is_live else EventKind.ENQUIRY_ANSWERED
            tell_of_enquiry(database, kind, after, ledger.now)
            self._tell(database, words, after, side.other, ledger.now)
            return rows.find_enquiry(database, found.id)

        return self._sent(acting)

    def _tell(self, database: Database, words: Words, enquiry: Enquiry, to: Side, now: int) -> None:
        operator = find_operator(database, enquiry.operator)
        letters.queue(
            database,
            words,
            enquiry,
            operator.party if to is Side.OPERATOR else enquiry.party,
            who=host_of(operator.client_id) or operator.client_id,
            what=title_of(database, enquiry.subject),
            now=now,
            public_url=self._context.config.public_url,
        )

    def _sent(self, transaction: Callable[[Database], Enquiry]) -> Enquiry:
        done = self._context.writer.run(transaction)
        self._context.outbox.send()
        return done


_granted: Final = ending_as(EnquiryState.GRANTED, letters.GRANTED, kind=EnquiryKind.PERMISSION)
