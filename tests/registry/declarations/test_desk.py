"""The desk: what a moderator and an operator may do, that it takes two to erase, and who is told of what."""

from dataclasses import replace

import pytest

from registry.errors import (
    GoneError,
    InvalidRequestError,
    NotAuthorisedError,
    NotFoundError,
    SuspendedError,
    TransitionError,
)
from registry.model.dispute import DisputeRequest, DisputeState
from registry.model.role import Role
from registry.store.audit import actions_on
from tests.registry.instance import sign_in
from tests.registry.studio import SHA

WRONG = DisputeRequest(
    "mine", "I drew it in 2019.", "victim@example.net", "ja", ("https://victim.example.net/2019.png",)
)


@pytest.fixture
def desk(registry, letterbox):
    """Three accounts at the desk, by what they are."""

    def hire(email, role):
        actor = sign_in(registry, letterbox, email)
        registry.roles.grant(email, role)
        return actor.account

    return {
        "moderator": hire("mia@registry.example", Role.MODERATOR),
        "operator": hire("olga@registry.example", Role.OPERATOR),
        "second": hire("omar@registry.example", Role.OPERATOR),
    }


@pytest.fixture
def made(studio):
    return studio.declare(("sha256", SHA))


def letters_to(letterbox, address):
    return [subject for to, subject, _ in letterbox.letters if to == address and "Sign in" not in subject]


def acts(registry, target):
    with registry.store.read() as database:
        return [(actor, action) for _, actor, action in actions_on(database, target)]


ACTS = {
    "dispute": lambda registry, made, by: registry.moderation.dispute(made.id, by=by),
    "resolve": lambda registry, made, by: registry.moderation.resolve(made.id, upheld=False, by=by),
    "hold": lambda registry, made, by: registry.moderation.hold(made.id, by=by),
    "release": lambda registry, made, by: registry.moderation.release(made.id, by=by),
    "suspend": lambda registry, made, by: registry.moderation.suspend("midori@example.org", "x", by=by),
    "reinstate": lambda registry, made, by: registry.moderation.reinstate("midori@example.org", by=by),
    "list suspensions": lambda registry, made, by: registry.moderation.suspensions(by),
    "list disputes": lambda registry, made, by: registry.disputes.waiting(by=by),
    "list erasures": lambda registry, made, by: registry.erasure.asked(by=by),
    "ask": lambda registry, made, by: registry.erasure.ask(made.id, "x", by=by),
    "refuse": lambda registry, made, by: registry.erasure.refuse(made.id, by=by),
    "carry out": lambda registry, made, by: registry.erasure.carry_out(made.id, by=by),
}


@pytest.mark.parametrize("act", ACTS)
def test_whoever_has_no_role_does_nothing_at_the_desk(registry, made, rival, act):
    with pytest.raises(NotAuthorisedError):
        ACTS[act](registry, made, rival.actor.account)


def test_each_act_is_one_line_that_names_the_person_and_one_letter(registry, made, desk, letterbox):
    told = len(letters_to(letterbox, "aoi@example.com"))
    for act in ("dispute", "resolve", "hold", "release"):
        ACTS[act](registry, made, desk["moderator"])
    registry.disputes.waiting()
    registry.schedule.due(registry.clock())
    assert [action for actor, action in acts(registry, made.id) if actor == desk["moderator"]] == [
        "dispute", "resolve", "hold", "resolve",
    ]  # fmt: skip
    subjects = letters_to(letterbox, "aoi@example.com")[told:]
    assert len(subjects) == 4
    assert all(subject.startswith("1 file: ") for subject in subjects)


def test_a_dispute_is_opened_and_decided_by_a_person_and_both_sides_get_every_letter(
    registry, studio, made, desk, letterbox
):
    dispute, _ = registry.disputes.make(made.id, WRONG)
    assert dispute.evidence == ("https://victim.example.net/2019.png",)
    registry.disputes.open(dispute.id, by=desk["moderator"])
    answered = registry.disputes.answer(studio.actor, dispute.id, "Ours.", ("https://aoi.example.com/2018.png",))
    assert registry.disputes.one(dispute.id, by=desk["operator"]) == answered
    assert answered.answer_evidence == ("https://aoi.example.com/2018.png",)
    registry.disputes.decide(dispute.id, upheld=True, grounds="Nobody showed more.", by=desk["operator"])
    assert registry.disputes.one(dispute.id, by=desk["operator"]).state is DisputeState.UPHELD
    done = [act for act in acts(registry, dispute.id) if act[0] in desk.values()]
    assert done == [(desk["moderator"], "dispute-opened"), (desk["operator"], "dispute-upheld")]
    for side, words in (
        ("victim@example.net", ("回答がありました", "異議が認められました")),  # in the language of the dispute
        ("aoi@example.com", ("was answered", "was upheld")),
    ):
        told = " ".join(letters_to(letterbox, side))
        assert [word in told for word in words] == [True, True], side


def test_whoever_is_a_side_decides_nothing(registry, studio, made, desk):
    registry.roles.grant("aoi@example.com", Role.OPERATOR)
    dispute, _ = registry.disputes.make(made.id, WRONG)
    me = studio.actor.account
    registry.erasure.ask(made.id, "x", by=desk["operator"])
    for act in (
        lambda: registry.disputes.open(dispute.id, by=me),
        lambda: registry.disputes.decide(dispute.id, upheld=False, grounds="Nobody showed more.", by=me),
        lambda: registry.moderation.hold(made.id, by=me),
        lambda: registry.erasure.carry_out(made.id, by=me),
    ):
        with pytest.raises(NotAuthorisedError, match="one of the sides"):
            act()


def test_whoever_disputes_decides_nothing_in_any_way(registry, studio, made, desk, rival):
    """Neither the dispute itself nor, around it, the declaration or the accounts of the sides."""
    registry.roles.grant("midori@example.org", Role.OPERATOR)
    me = rival.actor.account
    dispute, _ = registry.disputes.make(made.id, replace(WRONG, email="midori@example.org"))
    for act in (
        lambda: registry.disputes.open(dispute.id, by=me),
        lambda: registry.disputes.decide(dispute.id, upheld=True, grounds="It is mine.", by=me),
    ):
        with pytest.raises(NotAuthorisedError, match="one of the sides"):
            act()
    assert registry.disputes.open(dispute.id, by=desk["moderator"]).state is DisputeState.OPEN


def test_nobody_at_the_desk_rules_over_a_party_of_their_own(registry, studio, made, desk):
    registry.roles.grant("aoi@example.com", Role.OPERATOR)
    me = studio.actor.account
    registry.erasure.ask(made.id, "x", by=desk["operator"])
    for act in (
        lambda: registry.erasure.refuse(made.id, by=me),
        lambda: registry.moderation.suspend(me, "x", by=me),
        lambda: registry.moderation.reinstate(me, by=me),
    ):
        with pytest.raises(NotAuthorisedError, match="one of the sides"):
            act()


def test_a_dispute_about_what_was_erased_waits_for_nobody(registry, studio, made, desk):
    dispute, _ = registry.disputes.make(made.id, WRONG)
    registry.disputes.open(dispute.id, by=desk["moderator"])
    registry.erasure.ask(made.id, "x", by=desk["moderator"])
    registry.erasure.carry_out(made.id, by=desk["operator"])
    assert registry.disputes.waiting(by=desk["moderator"]) == []
    with pytest.raises(GoneError):
        registry.disputes.decide(dispute.id, upheld=True, grounds="canary", by=desk["moderator"])
    assert registry.disputes.one(dispute.id, by=desk["moderator"]).grounds is None


def test_it_takes_two_people_to_erase_and_the_second_is_an_operator(registry, made, desk, letterbox):
    with pytest.raises(InvalidRequestError):
        registry.erasure.ask(made.id, " ", by=desk["moderator"])
    with pytest.raises(NotFoundError):
        registry.erasure.carry_out(made.id, by=desk["operator"])
    registry.erasure.ask(made.id, "The name of a child.", by=desk["operator"])
    with pytest.raises(TransitionError):
        registry.erasure.ask(made.id, "Again.", by=desk["moderator"])
    with pytest.raises(NotAuthorisedError, match="two people"):
        registry.erasure.erase(made.id, by=desk["second"])
    for alone in ("operator", "moderator"):
        with pytest.raises(NotAuthorisedError):
            registry.erasure.carry_out(made.id, by=desk[alone])
    assert [each.reason for each in registry.erasure.asked(by=desk["moderator"])] == ["The name of a child."]
    registry.erasure.carry_out(made.id, by=desk["second"])
    with pytest.raises(GoneError):
        registry.declarations.get(made.id)
    assert registry.erasure.asked(by=desk["moderator"]) == []
    assert [act for act in acts(registry, made.id) if act[0] in desk.values()] == [
        (desk["operator"], "ask-to-erase"),
        (desk["second"], "erase"),
    ]
    assert f"Declaration {made.id} was erased" in letters_to(letterbox, "aoi@example.com")[-1]


def test_an_erasure_is_refused_or_taken_back(registry, made, desk):
    registry.erasure.ask(made.id, "x", by=desk["moderator"])
    registry.erasure.refuse(made.id, by=desk["operator"])
    with pytest.raises(NotFoundError):
        registry.erasure.refuse(made.id, by=desk["operator"])
    assert registry.declarations.get(made.id).state.in_force


def test_who_is_suspended_reads_answers_and_withdraws_and_declares_and_changes_nothing(
    registry, studio, made, desk, letterbox
):
    dispute, _ = registry.disputes.make(made.id, WRONG)
    registry.disputes.open(dispute.id)
    registry.moderation.suspend("aoi@example.com", "Three false claims.", by=desk["moderator"])
    assert [each.reason for each in registry.moderation.suspensions(desk["moderator"])] == ["Three false claims."]
    assert registry.roles.suspension(studio.actor).reason == "Three false claims."
    assert "suspended" in letters_to(letterbox, "aoi@example.com")[-1]
    assert "Three false claims." in letterbox.letters[-1][2]
    for act in (
        lambda: studio.declare(("md5", "0" * 32)),
        lambda: studio.amend(made, ("md5", "0" * 32)),
    ):
        with pytest.raises(SuspendedError):
            act()
    assert registry.declarations.of_account(studio.actor).rows[0].state.in_force
    registry.disputes.answer(studio.actor, dispute.id, "I drew it.")
    studio.withdraw(made)
    with pytest.raises(TransitionError):
        registry.moderation.suspend("mia@registry.example", "x", by=desk["operator"])
    registry.moderation.reinstate("aoi@example.com", by=desk["operator"])
    assert studio.declare(("md5", "0" * 32)).state.in_force
    with pytest.raises(TransitionError):
        registry.moderation.reinstate("aoi@example.com", by=desk["operator"])
    assert [action for _, action in acts(registry, studio.actor.account)][-2:] == ["suspend", "reinstate"]


def test_what_an_erased_account_was_told_is_erased_with_it(registry, studio, letterbox, monkeypatch):
    monkeypatch.setattr(registry.moderation._context.outbox, "send", lambda: None)
    registry.moderation.suspend("aoi@example.com", "canary-reason")
    assert b"canary-reason" in (registry.config.instance / "registry.db-wal").read_bytes()
    registry.erasure.erase_account("aoi@example.com")
    left = b"".join(path.read_bytes() for path in registry.config.instance.iterdir() if path.is_file())
    assert b"canary-reason" not in left
    assert b"aoi@example.com" not in left
