"""Disputes: made by anybody, heard, answered and decided; and by one press by whoever has proved the place."""

import re

import pytest

from registry.errors import InvalidRequestError, NotAuthorisedError, NotFoundError, TransitionError
from registry.model.declaration import State
from registry.model.dispute import DisputeRequest, DisputeState
from registry.model.role import Role
from registry.store.audit import OPERATOR, actions_on
from registry.store.disputes import disputing_parties, forget_offers
from tests.registry.studio import DAY, SHA, replay_is_the_table

PAGE = "https://www.example.com/a.png"
WRONG = DisputeRequest("mine", "I drew it in 2019.", "victim@example.net")


def letters_to(letterbox, address):
    return [
        (subject, text) for to, subject, text in letterbox.letters if to == address and "dispute" in text.lower()
    ]


@pytest.fixture
def claim(studio, rival, zone):
    """A page of the rival's proved website, declared by a studio that has proved something else."""
    rival.prove(zone, rival.declare(("domain", "example.com")))
    studio.prove(zone, studio.declare(("domain", "studio.com")))
    return studio.declare(("url", PAGE), ("sha256", SHA), contact="licences@studio.com")


def test_a_claim_inside_a_proved_website_is_held_has_no_contact_and_its_owner_is_told(claim, letterbox, registry):
    assert [scope.held for scope in claim.record.scopes] == [True, False]
    assert claim.record.terms.contact is None
    ((subject, text),) = letters_to(letterbox, "midori@example.org")
    assert subject.startswith("example.com:")
    assert f"/d/{claim.id}" in text
    assert "licences@studio.com" not in text


def test_the_owner_disputes_it_with_the_link_of_the_letter(claim, letterbox, registry):
    (_, text) = letters_to(letterbox, "midori@example.org")[0]
    secret = re.search(r"/dispute/([a-z2-7]+)", text)[1]
    assert registry.disputes.about(claim.id) == []
    opened = registry.disputes.take_up(secret)
    assert (opened.state, opened.priority, opened.due) == (DisputeState.OPEN, True, opened.opened + 20 * DAY)
    assert [scope.disputed for scope in registry.declarations.get(claim.id).record.scopes] == [True, False]
    assert registry.disputes.take_up(secret) == opened
    assert letters_to(letterbox, "aoi@example.com")
    registry.disputes.decide(opened.id, upheld=True, grounds="Nobody showed more.")
    assert [scope.kind for scope in registry.declarations.get(claim.id).record.scopes] == ["sha256"]
    replay_is_the_table(registry)


def acts_on_the_other_side(registry, claim, other, by):
    """Everything at the desk that touches a claim or whoever made it."""
    return (
        lambda: registry.moderation.dispute(claim.id, by=by),
        lambda: registry.moderation.resolve(claim.id, upheld=True, by=by),
        lambda: registry.moderation.hold(claim.id, by=by),
        lambda: registry.moderation.release(claim.id, by=by),
        lambda: registry.moderation.hold(other.id, by=by),
        lambda: registry.moderation.suspend("aoi@example.com", "They claim my place.", by=by),
        lambda: registry.moderation.reinstate("aoi@example.com", by=by),
        lambda: registry.erasure.ask(claim.id, "It is mine.", by=by),
        lambda: registry.erasure.ask(other.id, "It is mine.", by=by),
    )


@pytest.mark.parametrize("is_taken_up", [False, True])
def test_whoever_disputes_with_an_account_decides_nothing_about_the_other_side(
    claim, studio, rival, letterbox, registry, is_taken_up
):
    """Neither before nor after they use the link of the letter, and not by way of what else the other declared."""
    other = studio.declare(("md5", "ab" * 16))
    registry.roles.grant("midori@example.org", Role.OPERATOR)
    if is_taken_up:
        (_, text) = letters_to(letterbox, "midori@example.org")[0]
        registry.disputes.take_up(re.search(r"/dispute/([a-z2-7]+)", text)[1])
    for act in acts_on_the_other_side(registry, claim, other, rival.actor.account):
        with pytest.raises(NotAuthorisedError, match="one of the sides"):
            act()


def test_whoever_is_disputed_does_nothing_at_the_desk_about_who_disputes(
    claim, studio, rival, letterbox, registry
):
    (_, text) = letters_to(letterbox, "midori@example.org")[0]
    registry.disputes.take_up(re.search(r"/dispute/([a-z2-7]+)", text)[1])
    registry.roles.grant("aoi@example.com", Role.OPERATOR)
    me, theirs = studio.actor.account, rival.declare(("sha1", "ab" * 20))
    for act in (
        lambda: registry.moderation.suspend("midori@example.org", "They dispute.", by=me),
        lambda: registry.moderation.hold(theirs.id, by=me),
    ):
        with pytest.raises(NotAuthorisedError, match="one of the sides"):
            act()


def test_a_place_that_is_claimed_makes_its_owner_a_side_though_no_letter_was_sent(claim, studio, rival, registry):
    second = studio.declare(("url", "https://example.com/b.png"))
    with registry.store.read() as database:
        assert disputing_parties(database, second.id) == []
    registry.writer.run(lambda database: forget_offers(database, 1 << 40))
    registry.roles.grant("midori@example.org", Role.MODERATOR)
    with pytest.raises(NotAuthorisedError, match="one of the sides"):
        registry.moderation.hold(second.id, by=rival.actor.account)


def test_once_a_dispute_is_decided_the_desk_may_act_on_what_else_the_other_declared(
    claim, studio, rival, letterbox, registry
):
    (_, text) = letters_to(letterbox, "midori@example.org")[0]
    opened = registry.disputes.take_up(re.search(r"/dispute/([a-z2-7]+)", text)[1])
    registry.roles.grant("midori@example.org", Role.MODERATOR)
    other = studio.declare(("md5", "ab" * 16))
    registry.disputes.decide(opened.id, upheld=True, grounds="Nobody showed more.")
    registry.moderation.suspend("aoi@example.com", "A third false claim.", by=rival.actor.account)
    assert all(scope.held for scope in registry.moderation.hold(other.id, by=rival.actor.account).record.scopes)


def test_what_somebody_disputes_is_decided_there_and_not_by_the_flag_alone(studio, registry):
    """Else whoever disputes by mail could decide it by another door, and neither side would hear how it ends."""
    made = studio.declare(("sha256", SHA))
    dispute, _ = registry.disputes.make(made.id, WRONG)
    registry.moderation.dispute(made.id)
    with pytest.raises(TransitionError, match="decide that"):
        registry.moderation.resolve(made.id, upheld=True)
    registry.disputes.decide(dispute.id, upheld=False, grounds="Nobody showed more.")
    assert not registry.declarations.get(made.id).is_disputed


def test_an_owner_gets_one_letter_a_day_about_one_claimant(claim, studio, letterbox, clock):
    studio.declare(("url", "https://example.com/b.png"))
    assert len(letters_to(letterbox, "midori@example.org")) == 1
    clock.pass_(DAY + 1)
    studio.declare(("url", "https://example.com/c.png"))
    assert len(letters_to(letterbox, "midori@example.org")) == 2


def test_a_dispute_without_an_account_is_heard_answered_and_dismissed(studio, registry, letterbox, clock):
    made = studio.declare(("sha256", SHA))
    dispute, secret = registry.disputes.make(made.id, WRONG)
    assert (dispute.state, dispute.due) == (DisputeState.RECEIVED, clock.now + 7 * DAY)
    assert not registry.declarations.get(made.id).is_disputed
    assert secret in letters_to(letterbox, "victim@example.net")[0][1]
    assert [each.id for each in registry.disputes.waiting()] == [dispute.id]
    with pytest.raises(TransitionError):
        registry.disputes.answer(studio.actor, dispute.id, "too early")
    registry.disputes.open(dispute.id)
    assert registry.declarations.get(made.id).is_disputed
    answered = registry.disputes.answer(studio.actor, dispute.id, " We hold the rights. ")
    assert (answered.answer, answered.due) == ("We hold the rights.", clock.now + 14 * DAY)
    registry.disputes.decide(dispute.id, upheld=False, grounds="Nobody showed more.")
    assert not registry.declarations.get(made.id).is_disputed
    assert studio.types(made) == ["declare", "dispute", "resolve"]
    with pytest.raises(TransitionError):
        registry.disputes.decide(dispute.id, upheld=True, grounds="Nobody showed more.")
    assert "victim@example.net" not in "".join(text for _, text in letters_to(letterbox, "aoi@example.com"))
    with registry.store.read() as database:
        trail = [action for _, _, action in actions_on(database, dispute.id)]
    assert trail == ["dispute-received", "dispute-opened", "dispute-answered", "dispute-dismissed"]


def test_an_upheld_dispute_about_everything_ends_the_declaration(studio, registry):
    made = studio.declare(("sha256", SHA))
    dispute, _ = registry.disputes.make(made.id, WRONG)
    registry.disputes.open(dispute.id)
    registry.disputes.decide(dispute.id, upheld=True, grounds="Nobody showed more.")
    assert registry.declarations.get(made.id).state is State.EXPIRED


@pytest.mark.parametrize(("upheld", "told"), [(True, 1), (False, 0)])
def test_nobody_loses_a_declaration_unheard_without_a_letter(studio, registry, letterbox, upheld, told):
    """One that is upheld as it arrives is news to whoever declared; one that is dismissed then never reached them."""
    made = studio.declare(("sha256", SHA))
    dispute, _ = registry.disputes.make(made.id, WRONG)
    before = len(letters_to(letterbox, "aoi@example.com"))
    registry.disputes.decide(dispute.id, upheld=upheld, grounds="Nobody showed more.")
    letters = letters_to(letterbox, "aoi@example.com")[before:]
    assert len(letters) == told
    assert all("was upheld" in text for _, text in letters)
    assert registry.declarations.get(made.id).state.in_force is not upheld


def test_whoever_disputes_may_withdraw_it_and_nobody_else_can(studio, rival, registry):
    made = studio.declare(("sha256", SHA))
    dispute, secret = registry.disputes.make(made.id, WRONG)
    registry.disputes.open(dispute.id)
    with pytest.raises(NotFoundError):
        registry.disputes.withdraw("a" * 52)
    with pytest.raises(Exception, match="another party"):
        registry.disputes.answer(rival.actor, dispute.id, "not mine to answer")
    registry.disputes.withdraw(secret)
    assert not registry.declarations.get(made.id).is_disputed


def test_an_erasure_takes_what_both_sides_said(studio, registry):
    made = studio.declare(("sha256", SHA))
    registry.disputes.make(made.id, WRONG)
    registry.erasure.erase(made.id)
    with registry.store.read() as database:
        rows = database.execute("SELECT email, statement, answer FROM disputes").fetchall()
        letters = database.execute("SELECT count(*) FROM letters").fetchone()
    assert (rows, letters) == ([(None, "", None)], (0,))


@pytest.mark.parametrize("wrong", [{"reason": "spite"}, {"statement": " "}, {"statement": "x" * 5001}], ids=str)
def test_a_dispute_names_each_field_that_is_wrong(studio, registry, wrong):
    made = studio.declare(("sha256", SHA))
    asked = {"reason": "mine", "statement": "It is mine.", "email": "a@example.com"} | wrong
    with pytest.raises(InvalidRequestError) as refused:
        registry.disputes.make(made.id, DisputeRequest(**asked))
    assert [error.pointer for error in refused.value.errors] == [f"/{next(iter(wrong))}"]


def test_what_is_pending_cannot_be_disputed_and_does_not_show_that_it_is_there(studio, registry):
    made = studio.declare(("domain", "example.com"))
    with pytest.raises(NotFoundError):
        registry.disputes.make(made.id, WRONG)


@pytest.mark.parametrize("grounds", ["", " \n ", "x" * 5_001])
def test_nothing_is_decided_without_grounds_of_a_reasonable_length(studio, registry, grounds):
    made = studio.declare(("sha256", SHA))
    dispute, _ = registry.disputes.make(made.id, WRONG)
    with pytest.raises(InvalidRequestError) as refused:
        registry.disputes.decide(dispute.id, upheld=True, grounds=grounds)
    assert [each.pointer for each in refused.value.errors] == ["/grounds"]
    assert registry.disputes.one(dispute.id, by=OPERATOR).state is DisputeState.RECEIVED


def test_what_the_desk_said_goes_with_an_erasure(studio, registry):
    made = studio.declare(("sha256", SHA))
    dispute, _ = registry.disputes.make(made.id, WRONG)
    decided = registry.disputes.decide(dispute.id, upheld=False, grounds=" Aoi drew it. ")
    assert decided.grounds == "Aoi drew it."
    registry.erasure.erase(made.id)
    assert registry.disputes.one(dispute.id, by=OPERATOR).grounds is None
