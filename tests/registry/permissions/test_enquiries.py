"""Operators and rights holders ask each other; both read what was said, nobody else does, and silence permits nothing."""

import re

import pytest

from crawler_filter.preference import Usage
from registry.errors import (
    ConflictError,
    InvalidRequestError,
    NotAuthorisedError,
    NotFoundError,
    TransitionError,
)
from registry.model.enquiry import (
    AGAIN_SECONDS,
    ANSWER_SECONDS,
    MAX_ATTACHMENTS,
    Attachment,
    EnquiryKind,
    EnquiryState,
    Question,
    Side,
    StandingKind,
    Subject,
)
from registry.model.membership import Invited
from registry.permissions.enquiry_rules import MOST_LIVE, MOST_MESSAGES, MOST_TAKEN_BACK, require_room
from tests.registry.instance import sign_in
from tests.registry.studio import DAY, Studio
from tests.simulators.crawler import CLIENT_ID, HOST

AUDIT = Attachment("audit.record", "ab" * 32)


@pytest.fixture
def declared(studio, zone):
    """A site that the studio has proved and reserved."""
    made = studio.declare(("domain", "studio-aoi.com"))
    studio.prove(zone, made)
    return studio.declarations.visible(made.id, None)


@pytest.fixture
def enquiries(registry):
    return registry.enquiries


def wanted(declared, **more):
    return Subject(
        declaration=declared.id, usages=(Usage.TRAIN_AI,), purpose="Training of a picture model", **more
    )


def asked(lab, operator, declared, **more):
    return lab.registry.enquiries.ask_permission(lab.actor, operator.id, wanted(declared, **more))


def subjects(letterbox, address):
    return [subject for to, subject, _ in letterbox.letters if to == address]


def test_a_request_for_permission_reaches_the_party_with_a_date_and_permits_nothing(
    lab, operator, studio, declared, letterbox, clock
):
    made = asked(lab, operator, declared, product="Model 3", terms="100 yen a picture")
    assert (made.state, made.kind, made.party) == (EnquiryState.OPEN, EnquiryKind.PERMISSION, studio.party.id)
    assert made.due == clock.now + ANSWER_SECONDS
    to, subject, text = letterbox.letters[-1]
    assert (to, subject.split(" asks")[0]) == ("aoi@example.com", "studio-aoi.com: bots.example-lab.com")
    assert f"/enquiries/{made.id}" in text
    found, sides = lab.registry.enquiries.get(studio.actor, made.id)
    assert (found, sides) == (made, {Side.PARTY})
    assert found.subject.terms == "100 yen a picture"
    clock.pass_(ANSWER_SECONDS + 1)
    assert found.is_overdue(clock.now)
    assert lab.registry.enquiries.get(studio.actor, made.id)[0].state is EnquiryState.OPEN


def test_both_sides_write_and_the_other_one_is_told(lab, operator, studio, declared, letterbox, enquiries):
    made = asked(lab, operator, declared)
    talking = enquiries.write(studio.actor, made.id, "Which pictures do you mean?")
    assert talking.state is EnquiryState.TALKING
    assert talking.answered is not None
    assert subjects(letterbox, "lab@crawler.example")[-1].startswith("studio-aoi.com: there is a new message")
    again = enquiries.write(lab.actor, made.id, "", [AUDIT])
    assert [(each.side, each.text) for each in again.messages] == [
        (Side.PARTY, "Which pictures do you mean?"),
        (Side.OPERATOR, ""),
    ]
    assert again.messages[1].attachments == (AUDIT,)


def test_a_refusal_ends_it_and_the_operator_cannot_ask_again_for_a_month(
    lab, operator, studio, declared, letterbox, clock, enquiries
):
    made = asked(lab, operator, declared)
    assert enquiries.refuse(studio.actor, made.id).state is EnquiryState.REFUSED
    assert "answered with no" in subjects(letterbox, "lab@crawler.example")[-1]
    with pytest.raises(TransitionError, match="is over"):
        enquiries.write(lab.actor, made.id, "Please")
    with pytest.raises(ConflictError, match="30 days"):
        asked(lab, operator, declared)
    clock.pass_(AGAIN_SECONDS)
    assert asked(lab, operator, declared).state is EnquiryState.OPEN


def test_only_the_side_that_was_asked_refuses_and_only_the_other_withdraws(
    lab, operator, studio, declared, enquiries
):
    made = asked(lab, operator, declared)
    with pytest.raises(TransitionError, match="only the other side"):
        enquiries.refuse(lab.actor, made.id)
    assert enquiries.withdraw(lab.actor, made.id).state is EnquiryState.WITHDRAWN


def test_nobody_else_reads_it_or_learns_that_it_is_there(lab, operator, declared, registry, letterbox, enquiries):
    made = asked(lab, operator, declared)
    stranger = Studio(registry, letterbox, "stranger@example.org")
    for act in (enquiries.get, enquiries.withdraw, enquiries.refuse):
        with pytest.raises(NotFoundError):
            act(stranger.actor, made.id)
    with pytest.raises(NotFoundError):
        enquiries.of_party(stranger.actor, made.party)


def test_a_reader_of_the_party_reads_it_and_says_nothing(lab, operator, studio, declared, registry, letterbox):
    made = asked(lab, operator, declared)
    registry.members.invite(studio.actor, studio.party.id, "mari@example.net", Invited.READER)
    secret = re.search(r"/invitation/([\w-]+)", letterbox.letters[-1][2])[1]
    mari = sign_in(registry, letterbox, "mari@example.net")
    registry.members.accept(mari, secret)
    assert registry.enquiries.get(mari, made.id) == (made, frozenset())
    assert [each.id for each in registry.enquiries.of_party(mari, studio.party.id).rows] == [made.id]
    for act in (registry.enquiries.refuse, registry.enquiries.withdraw):
        with pytest.raises(NotAuthorisedError):
            act(mari, made.id)


def test_who_speaks_for_the_operator_cannot_ask_for_another_operator(lab, operator, studio, declared, enquiries):
    with pytest.raises(NotFoundError):
        enquiries.ask_permission(studio.actor, operator.id, wanted(declared))


def test_one_operator_has_few_enquiries_waiting_at_one_party(lab, operator, declared):
    for _ in range(MOST_LIVE):
        asked(lab, operator, declared)
    with pytest.raises(ConflictError, match=str(MOST_LIVE)):
        asked(lab, operator, declared)


def test_another_card_of_the_same_site_asks_no_more_than_the_first(
    lab, operator, studio, declared, crawler, registry, enquiries, letterbox
):
    other = registry.operators.add(lab.actor, lab.party.id, CLIENT_ID.replace(f"//{HOST}/", f"//{HOST}/other/"))
    with registry.store.read() as database:
        for kind in EnquiryKind:
            require_room(database, kind, other.client_id, studio.party.id, registry.clock())
    enquiries.refuse(studio.actor, asked(lab, operator, declared).id)
    with registry.store.read() as database:
        for client_id in (other.client_id, f"https://new.{HOST}/card"):
            with pytest.raises(ConflictError, match="30 days"):
                require_room(database, EnquiryKind.PERMISSION, client_id, studio.party.id, registry.clock())
        require_room(
            database, EnquiryKind.PERMISSION, "https://else.example/card", studio.party.id, registry.clock()
        )


def test_what_is_asked_and_taken_back_again_and_again_is_no_way_to_send_letters(
    lab, operator, studio, declared, enquiries, letterbox, clock
):
    for _ in range(MOST_TAKEN_BACK):
        enquiries.withdraw(lab.actor, asked(lab, operator, declared).id)
    sent = len(letterbox.letters)
    with pytest.raises(ConflictError, match="taken back"):
        asked(lab, operator, declared)
    assert len(letterbox.letters) == sent
    clock.pass_(AGAIN_SECONDS)
    assert asked(lab, operator, declared).state is EnquiryState.OPEN


@pytest.mark.parametrize(
    ("kind", "text", "state", "mailed"),
    [
        (StandingKind.NEVER, "", EnquiryState.REFUSED, False),
        (StandingKind.ASK_AGENT, "agent@example.com", EnquiryState.TALKING, False),
        (StandingKind.TERMS, "https://studio-aoi.com/terms", EnquiryState.OPEN, True),
    ],
)
def test_a_standing_answer_is_given_at_once(  # noqa: PLR0917 - fixtures
    lab, operator, studio, declared, letterbox, kind, text, state, mailed
):
    enquiries = lab.registry.enquiries
    enquiries.set_standing_answer(studio.actor, studio.party.id, kind, text)
    before = len(subjects(letterbox, "aoi@example.com"))
    made = asked(lab, operator, declared)
    assert made.state is state
    assert [(each.text, each.is_standing) for each in made.messages] == [(text, True)]
    assert (len(subjects(letterbox, "aoi@example.com")) > before) is mailed
    enquiries.set_standing_answer(studio.actor, studio.party.id, None, "")
    assert enquiries.standing_answer(studio.party.id) is None


def test_a_standing_answer_that_names_nobody_is_refused(studio, enquiries):
    with pytest.raises(InvalidRequestError):
        enquiries.set_standing_answer(studio.actor, studio.party.id, StandingKind.ASK_AGENT, " ")


def test_a_rights_holder_asks_an_operator_which_answers_with_a_record(
    lab, operator, studio, declared, letterbox, clock, enquiries
):
    question = Subject(declaration=declared.id, question=Question.FETCHED_AFTER, fetched_after=clock.now - 86_400)
    made = enquiries.ask_operator(studio.actor, studio.party.id, operator.id, question)
    assert "asks bots.example-lab.com about its data" in subjects(letterbox, "lab@crawler.example")[-1]
    assert enquiries.counts(operator.id).to_json() == {
        "asked": 1,
        "answered": 0,
        "open": 1,
        "overdue": 0,
        "unverified": 0,
    }
    clock.pass_(ANSWER_SECONDS + 1)
    assert enquiries.counts(operator.id).overdue == 1
    answered = enquiries.answer(lab.actor, made.id, "No. See the record.", [AUDIT])
    assert (answered.state, answered.messages[-1].attachments) == (EnquiryState.ANSWERED, (AUDIT,))
    assert enquiries.counts(operator.id).to_json() == {
        "asked": 1,
        "answered": 1,
        "open": 0,
        "overdue": 0,
        "unverified": 0,
    }


def test_a_request_for_permission_is_not_ended_by_an_answer_in_words(lab, operator, studio, declared, enquiries):
    made = asked(lab, operator, declared)
    with pytest.raises(TransitionError):
        enquiries.answer(studio.actor, made.id, "yes")


def test_a_party_asks_about_its_own_works_only(lab, operator, studio, declared, registry, letterbox, enquiries):
    stranger = Studio(registry, letterbox, "stranger@example.org")
    question = Subject(declaration=declared.id, question=Question.IN_TRAINING)
    with pytest.raises(NotFoundError):
        enquiries.ask_operator(stranger.actor, stranger.party.id, operator.id, question)


@pytest.mark.parametrize(
    ("subject", "field"),
    [
        (Subject(usages=(Usage.TRAIN_AI,), purpose="x"), "/declaration"),
        (Subject(declaration="a" * 26, usages=(Usage.TRAIN_AI,), purpose="x"), "/declaration"),
        (Subject(works=("a" * 26,), usages=(Usage.TRAIN_AI,), purpose="x"), "/works/0"),
        (Subject(works=("a" * 26,), purpose="x"), "/usages"),
        (Subject(works=("a" * 26,), usages=(Usage.TRAIN_AI,), purpose=" "), "/purpose"),
        (Subject(works=("a" * 26,), usages=(Usage.TRAIN_AI,), purpose="x", starts=2, ends=2), "/ends"),
        (
            Subject(works=("a" * 26,), usages=(Usage.TRAIN_AI,), purpose="x", territories=("Japan",)),
            "/territories",
        ),
        (Subject(works=("a" * 26,), usages=(Usage.TRAIN_AI,), purpose="x", terms="x" * 5001), "/terms"),
    ],
)
def test_what_is_wrong_with_a_request_is_named(lab, operator, subject, field, enquiries):
    with pytest.raises(InvalidRequestError) as refused:
        enquiries.ask_permission(lab.actor, operator.id, subject)
    assert field in [each.pointer for each in refused.value.errors]


@pytest.mark.parametrize(
    ("text", "attachments", "field"),
    [
        ("", (), "/text"),
        ("x" * 5001, (), "/text"),
        ("x", (Attachment("a", "AB" * 32),), "/attachments/0/sha256"),
        ("x", (Attachment("", "ab" * 32),), "/attachments/0/name"),
        ("x", (AUDIT,) * (MAX_ATTACHMENTS + 1), "/attachments"),
    ],
)
def test_what_is_wrong_with_a_message_is_named(lab, operator, declared, enquiries, text, attachments, field):
    made = asked(lab, operator, declared)
    with pytest.raises(InvalidRequestError) as refused:
        enquiries.write(lab.actor, made.id, text, attachments)
    assert [each.pointer for each in refused.value.errors] == [field]


def test_an_enquiry_has_an_end_of_messages(lab, operator, declared, enquiries):
    made = asked(lab, operator, declared)
    for number in range(MOST_MESSAGES):
        enquiries.write(lab.actor, made.id, str(number))
    with pytest.raises(ConflictError, match=str(MOST_MESSAGES)):
        enquiries.write(lab.actor, made.id, "one more")


def test_lists_come_in_pages_for_both_sides(lab, operator, studio, declared, clock, enquiries):
    made = []
    for _ in range(3):
        clock.pass_(60)
        made.append(asked(lab, operator, declared).id)
    newest = list(reversed(made))
    for actor, party in ((lab.actor, lab.party.id), (studio.actor, studio.party.id)):
        first = enquiries.of_party(actor, party, most=2)
        assert [each.id for each in first.rows] == newest[:2]
        assert [each.id for each in enquiries.of_party(actor, party, first.following, 2).rows] == newest[2:]


def test_an_erased_party_leaves_nothing_of_what_was_said(lab, operator, studio, declared, registry, enquiries):
    enquiries.set_standing_answer(studio.actor, studio.party.id, StandingKind.ASK_AGENT, "marked-secret")
    made = enquiries.ask_permission(lab.actor, operator.id, wanted(declared, product="marked-secret"))
    enquiries.write(studio.actor, made.id, "marked-secret")
    registry.erasure.erase_party(studio.party.id)
    registry.close()
    for path in registry.config.instance.rglob("*"):
        assert not path.is_file() or b"marked-secret" not in path.read_bytes(), path


def test_a_grant_and_its_note_on_the_enquiry_are_kept_together(lab, operator, studio, declared, enquiries, clock):
    made = asked(lab, operator, declared)
    ended = enquiries.grant(studio.actor, made.id, "Gladly.", until=clock.now + DAY)
    granted = studio.registry.grants.get(ended.grant).grant
    assert (ended.state, ended.messages[-1].text) == (EnquiryState.GRANTED, "Gladly.")
    assert (granted.party, granted.client_id, granted.usages) == (
        studio.party.id,
        operator.client_id,
        (Usage.TRAIN_AI,),
    )
    assert granted.until == clock.now + DAY
    with pytest.raises(TransitionError):
        enquiries.grant(studio.actor, made.id)
    assert len(studio.registry.grants.of_party(studio.party.id).rows) == 1


class CrashError(RuntimeError):
    """The process ends here."""


class CrashingWriter:
    """Stands for the writer's `run`: the first transaction ends before its statement number `point`."""

    def __init__(self, writer, point: int) -> None:
        self._run, self._point, self._count, self._first = writer.run, point, 0, True

    def run(self, work):
        first, self._first = self._first, False
        return self._run(lambda database: self._crashing(database, work) if first else work(database))

    def _crashing(self, database, work):
        execute = database.execute
        database.execute = lambda *given: (self._step(), execute(*given))[1]
        try:
            return work(database)
        finally:
            del database.execute

    def _step(self):
        self._count += 1
        if self._count == self._point:
            raise CrashError


def test_a_crash_before_any_statement_leaves_neither_a_grant_nor_an_answer(
    lab, operator, studio, declared, enquiries, letterbox
):
    made = asked(lab, operator, declared)
    registry, before, points = studio.registry, len(letterbox.letters), 0
    while True:
        registry.writer.run = CrashingWriter(registry.writer, points + 1).run
        try:
            enquiries.grant(studio.actor, made.id, "Gladly.")
        except CrashError:
            points += 1
            found, grants = enquiries.get(studio.actor, made.id)[0], registry.grants.of_party(studio.party.id).rows
            assert (found.state, grants, len(letterbox.letters)) == (EnquiryState.OPEN, [], before)
        else:
            break
        finally:
            del registry.writer.run
    assert points > 20
    assert enquiries.get(studio.actor, made.id)[0].state is EnquiryState.GRANTED
    assert len(registry.grants.of_party(studio.party.id).rows) == 1
