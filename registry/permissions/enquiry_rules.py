"""The rules of enquiries: whose they are, who may end them how, and how many may wait."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from sqlite_utils import Database

from registry.control.agent_cards import host_of
from registry.errors import (
    ConflictError,
    FieldError,
    InvalidRequestError,
    NotAuthorisedError,
    NotFoundError,
    RegistryError,
    TransitionError,
)
from registry.mail.language import Both
from registry.mail.notices import called
from registry.model.declaration import Actor
from registry.model.durations import DAY
from registry.model.enquiry import (
    AGAIN_SECONDS,
    Enquiry,
    EnquiryKind,
    EnquiryState,
    Message,
    Side,
    StandingAnswer,
    StandingKind,
    Subject,
)
from registry.model.membership import Right
from registry.net.suffixes import registrable_domain
from registry.store import enquiries as rows
from registry.store.declarations import find_declaration
from registry.store.operators import find_operator
from registry.store.rights import has_right
from registry.store.works import find_work

MOST_LIVE: Final = 3
"""Enquiries of one kind that may wait between one site and one party."""

MOST_TAKEN_BACK: Final = 3
"""Enquiries of one kind between them that were taken back in AGAIN_SECONDS, until none can be made. Each was a
letter."""

MOST_MESSAGES: Final = 200
"""Messages of one enquiry."""

Words = tuple[str, str]
Change = Callable[[Enquiry, Side], tuple[Enquiry, Words]]
"""Returns how an enquiry stands after an act of one side, and the letter about it."""


def ending_as(
    state: EnquiryState, words: Words, *, kind: EnquiryKind | None = None, by_asking: bool = False
) -> Change:
    """Return a change that ends an enquiry, for the side that may end it so."""

    def ending(found: Enquiry, side: Side) -> tuple[Enquiry, Words]:
        if (side is found.asking) is not by_asking:
            raise TransitionError("only the other side can do this")
        if kind not in (None, found.kind):
            raise TransitionError("an enquiry of this kind cannot end so")
        return replace(found, state=state), words

    return ending


def acting_sides(database: Database, actor: Actor, enquiry: Enquiry) -> frozenset[Side]:
    """Return the sides for which an account may act: none for a reader.

    Raises NotFoundError for whoever may not even see the enquiry.
    """
    operator = find_operator(database, enquiry.operator)
    parties = {Side.OPERATOR: operator.party, Side.PARTY: enquiry.party}
    if not any(has_right(database, actor.account, each, Right.SEE) for each in parties.values()):
        raise NotFoundError("there is no enquiry %(enquiry)s", enquiry=repr(enquiry.id))
    own = {side for side, party in parties.items() if has_right(database, actor.account, party, Right.DECLARE)}
    return frozenset(own)


def speaking_side(enquiry: Enquiry, sides: frozenset[Side]) -> Side:
    """Return for which side an account speaks: for who was asked, if it acts for both.

    Raises NotAuthorisedError for a reader, who acts for neither.
    """
    if not sides:
        raise NotAuthorisedError("your role in this party does not allow that; ask one of its owners")
    return enquiry.asking.other if enquiry.asking.other in sides else enquiry.asking


def check_subject(subject: Subject, kind: EnquiryKind) -> None:
    """Raise InvalidRequestError naming every field of an enquiry that is wrong."""
    errors = subject.errors(kind)
    if errors:
        raise InvalidRequestError("the enquiry cannot be taken as it is", errors=tuple(errors))


def party_of(database: Database, subject: Subject) -> str:
    """Return whose a declaration and works are. Raises InvalidRequestError where they are not one party's."""
    errors, parties = [], set()
    if subject.declaration is not None:
        try:
            found = find_declaration(database, subject.declaration)
        except RegistryError as error:
            errors.append(FieldError("/declaration", error.detail))
        else:
            parties.add(found.party)
            if not found.state.in_force:
                errors.append(FieldError("/declaration", "expected a declaration that is in force"))
    for position, work in enumerate(subject.works):
        try:
            parties.add(find_work(database, work).party)
        except RegistryError as error:
            errors.append(FieldError(f"/works/{position}", error.detail))
    if not errors and len(parties) != 1:
        errors.append(FieldError("/works", "expected works of one party"))
    if errors:
        raise InvalidRequestError("the enquiry cannot be taken as it is", errors=tuple(errors))
    return parties.pop()


def require_room(database: Database, kind: EnquiryKind, client_id: str, party: str, now: int) -> None:
    """Raise ConflictError where a site asked this party often, or was refused by it lately.

    All operators of one site count as one: who has a site can put as many cards there as it likes.
    """
    site = _site(client_id)
    known = rows.earlier_enquiries(database, party, kind, now - AGAIN_SECONDS)
    between = [each for each in known if _site(each.client_id) == site]
    if sum(each.state.is_live for each in between) >= MOST_LIVE:
        raise ConflictError("%(most)s enquiries between these two wait already", most=MOST_LIVE)
    refused = _last(between, EnquiryState.REFUSED)
    if kind is EnquiryKind.PERMISSION and refused:
        days = _days_from(refused[0], now)
        raise ConflictError("this party said no; it can be asked again in %(days)s days", days=days)
    taken_back = _last(between, EnquiryState.WITHDRAWN)
    if len(taken_back) >= MOST_TAKEN_BACK:
        days = _days_from(taken_back[MOST_TAKEN_BACK - 1], now)
        raise ConflictError(
            "%(most)s enquiries between these two were taken back lately; ask again in %(days)s days",
            most=MOST_TAKEN_BACK,
            days=days,
        )


def _site(client_id: str) -> str:
    host = host_of(client_id) or ""
    return registrable_domain(host) or host


def _last(earlier: Iterable[rows.EarlierEnquiry], state: EnquiryState) -> list[int]:
    """Return when enquiries ended so, the latest first."""
    return sorted((each.closed or 0 for each in earlier if each.state is state), reverse=True)


def _days_from(closed: int, now: int) -> int:
    return -(-(closed + AGAIN_SECONDS - now) // DAY)


def require_room_to_write(database: Database, enquiry: str) -> None:
    """Raise ConflictError where an enquiry has as many messages as it may have."""
    if rows.count_messages(database, enquiry) >= MOST_MESSAGES:
        raise ConflictError("an enquiry has at most %(most)s messages", most=MOST_MESSAGES)


def with_standing_answer(asked: Enquiry, answer: StandingAnswer | None, now: int) -> Enquiry:
    """Return an enquiry that was just made, with what its party answers to everybody."""
    if answer is None:
        return asked
    said = Message(Side.PARTY, now, answer.text, is_standing=True)
    if answer.kind is StandingKind.NEVER:
        return replace(asked, state=EnquiryState.REFUSED, closed=now, messages=(said,))
    state = EnquiryState.TALKING if answer.kind is StandingKind.ASK_AGENT else EnquiryState.OPEN
    return replace(asked, state=state, messages=(said,))


def title_of(database: Database, subject: Subject) -> Both:
    """Return what people call the matter of an enquiry."""
    try:
        if subject.declaration is not None:
            return called(find_declaration(database, subject.declaration).record)
        titles = find_work(database, subject.works[0]).titles
    except RegistryError:  # it was erased since
        number = subject.declaration or subject.works[0]
        return Both(number, number)
    first = next(iter(titles.values()), subject.works[0])
    return Both(titles.get("en", first), titles.get("ja", first))
