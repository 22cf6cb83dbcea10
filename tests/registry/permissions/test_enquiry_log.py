"""The log of enquiries tells both sides what was asked, due, answered and late; the public sheet has counts alone."""

import json

import pytest

from crawler_filter.preference import Usage
from registry.errors import NotFoundError
from registry.model.enquiry import ANSWER_SECONDS, AnswerCounts, Attachment, EnquiryState, Question, Subject
from registry.model.enquiry_log import COLUMNS, QuestionCounts
from registry.model.grant import GrantRequest
from tests.registry.studio import DAY, Studio


@pytest.fixture
def declared(studio, zone):
    made = studio.declare(("domain", "studio-aoi.com"))
    studio.prove(zone, made)
    return studio.declarations.visible(made.id, None)


@pytest.fixture
def log(registry):
    return registry.enquiry_log


@pytest.fixture
def ask(registry, studio, operator, declared):
    """Asks the operator about its data."""

    def asking(question=Question.IN_TRAINING, **more):
        subject = Subject(declaration=declared.id, question=question, **more)
        return registry.enquiries.ask_operator(studio.actor, studio.party.id, operator.id, subject)

    return asking


@pytest.fixture
def want(registry, lab, operator, declared):
    """Asks the studio for permission."""

    def asking():
        subject = Subject(declaration=declared.id, usages=(Usage.TRAIN_AI,), purpose="A picture model")
        return registry.enquiries.ask_permission(lab.actor, operator.id, subject)

    return asking


def test_both_sides_read_the_same_log_of_both_directions(log, studio, lab, ask, want, clock):
    ask()
    clock.pass_(1)
    wanted = want()
    of_studio, of_lab = (log.of_party(each.actor, each.party.id).rows for each in (studio, lab))
    assert of_studio == of_lab
    assert [row.enquiry.asking.value for row in of_studio] == ["operator", "party"]
    row = of_studio[0].to_row(clock.now)
    assert tuple(row) == COLUMNS
    assert (row["enquiry"], row["usages"], row["purpose"]) == (wanted.id, "train-ai", "A picture model")
    assert (row["answered"], row["days_late"], row["state"]) == ("", "0", "open")
    assert log.size(studio.actor, studio.party.id) == 2


def test_days_late_count_until_the_answer_or_until_now(log, studio, lab, ask, registry, clock):
    silent, written = ask(), ask()
    clock.pass_(ANSWER_SECONDS)
    assert [row.days_late(clock.now) for row in log.of_party(studio.actor, studio.party.id).rows] == [0, 0]
    clock.pass_(2 * DAY + 1)
    registry.enquiries.write(lab.actor, written.id, "We look.")
    clock.pass_(4 * DAY)
    late = {row.enquiry.id: row.days_late(clock.now) for row in log.of_party(studio.actor, studio.party.id).rows}
    assert late == {silent.id: 7, written.id: 3}
    registry.enquiries.withdraw(studio.actor, silent.id)
    clock.pass_(40 * DAY)
    late = {row.enquiry.id: row.days_late(clock.now) for row in log.of_party(studio.actor, studio.party.id).rows}
    assert late == {silent.id: 7, written.id: 3}, "nobody is later than the end of it"


def test_an_answer_without_words_has_its_date_too(log, studio, want, registry, clock):
    refused = want()
    clock.pass_(DAY)
    registry.enquiries.refuse(studio.actor, refused.id)
    (row,) = log.of_party(studio.actor, studio.party.id).rows
    assert (row.answered, row.enquiry.state) == (clock.now, EnquiryState.REFUSED)
    assert row.enquiry.messages == ()


def test_the_log_comes_in_pages_that_leave_nothing_out(log, studio, ask, clock):
    made = []
    for _ in range(3):
        made.append(ask().id)
        clock.pass_(1)
    first = log.of_party(studio.actor, studio.party.id, most=2)
    second = log.of_party(studio.actor, studio.party.id, first.following, most=2)
    assert [row.enquiry.id for row in (*first.rows, *second.rows)] == made[::-1]
    assert second.following is None


def test_nobody_else_reads_a_log_or_learns_how_long_it_is(log, studio, ask, registry, letterbox):
    ask()
    stranger = Studio(registry, letterbox, "stranger@example.org")
    for read in (log.of_party, log.size):
        with pytest.raises(NotFoundError):
            read(stranger.actor, studio.party.id)


def test_the_sheet_counts_questions_by_what_became_of_them(log, lab, operator, ask, registry, clock):
    audit = Attachment("audit.record", "ab" * 32)
    for days, answer in ((1, "No."), (2, "No."), (6, "See the file.")):
        asked = ask()
        clock.pass_(days * DAY)
        registry.enquiries.answer(lab.actor, asked.id, answer, [audit] if days == 6 else [])
    refused = ask(Question.HONOURED)
    clock.pass_(DAY)
    registry.enquiries.refuse(lab.actor, refused.id)
    ask(Question.FETCHED_AFTER, fetched_after=1)
    clock.pass_(ANSWER_SECONDS + 1)
    sheet = log.sheet(operator.id)
    assert sheet.total == QuestionCounts(5, 4, 1, 1, 1, 1, 1.5)
    assert sheet.questions == {
        Question.IN_TRAINING: QuestionCounts(3, 3, 0, 1, 0, 0, 2.0),
        Question.FETCHED_AFTER: QuestionCounts(1, 0, 0, 0, 1, 1, None),
        Question.HONOURED: QuestionCounts(1, 1, 1, 0, 0, 0, 1.0),
    }
    counts = registry.enquiries.counts(operator.id)
    total = sheet.total
    assert (counts.asked, counts.answered, counts.open, counts.overdue) == (
        total.asked,
        total.answered,
        total.open,
        total.overdue,
    )


def test_strangers_who_have_proved_nothing_make_no_operator_look_late(
    log, operator, ask, registry, letterbox, clock
):
    ask()
    for number in range(3):
        stranger = Studio(registry, letterbox, f"stranger{number}@example.org")
        sham = stranger.declare(("sha256", f"{number:064x}"))
        subject = Subject(declaration=sham.id, question=Question.HONOURED)
        registry.enquiries.ask_operator(stranger.actor, stranger.party.id, operator.id, subject)
    clock.pass_(ANSWER_SECONDS + 1)
    sheet = log.sheet(operator.id)
    assert sheet.total == QuestionCounts(asked=1, open=1, overdue=1, unverified=3)
    assert sheet.questions[Question.HONOURED] == QuestionCounts(unverified=3)
    assert registry.enquiries.counts(operator.id) == AnswerCounts(1, 0, 1, 1, unverified=3)


def test_the_sheet_passes_over_what_was_taken_back_and_over_requests_for_permission(
    log, studio, operator, ask, want, registry
):
    registry.enquiries.withdraw(studio.actor, ask().id)
    want()
    assert log.sheet(operator.id).total == QuestionCounts()


def test_the_sheet_counts_the_grants_that_stand_and_those_that_ended(log, studio, operator, declared, registry):
    asked = GrantRequest(studio.party.id, operator.id, ("train-ai",), declarations=(declared.id,))
    ended, _stands = (registry.grants.grant(studio.actor, asked).grant.id for _ in range(2))
    registry.grants.revoke(studio.actor, ended)
    sheet = log.sheet(operator.id)
    assert (sheet.grants_held, sheet.grants_ended) == (1, 1)


def test_the_sheet_has_no_words_and_no_party(log, studio, lab, operator, ask, declared, registry):
    asked = ask(purpose="Onderonsje")
    registry.enquiries.answer(lab.actor, asked.id, "Onderonsje")
    said = json.dumps(log.sheet(operator.id).to_json())
    assert not [word for word in ("Onderonsje", studio.party.id, declared.id, asked.id) if word in said]


def test_there_is_no_sheet_of_an_operator_that_is_not_there(log):
    with pytest.raises(NotFoundError):
        log.sheet("a" * 26)
