"""Who acts for a party: roles, invitations, agents that are confirmed and ended, and the owner who always stays."""

import re

import pytest

from registry.accounts.members import INVITATION_SECONDS
from registry.errors import (
    ConflictError,
    GoneError,
    InvalidRequestError,
    NotAuthorisedError,
    NotFoundError,
    RateLimitedError,
)
from registry.model.membership import Invited, MemberRole, Right
from registry.model.party import AUTHORITY_STATEMENT, Capacity, PartyRequest
from registry.rate_limits import INVITATIONS
from registry.store.audit import actions_on
from tests.registry.instance import sign_in
from tests.registry.studio import SHA, Studio

MARI = "mari@example.net"


@pytest.fixture
def members(registry):
    return registry.members


def secret_in(letterbox):
    return re.search(r"/invitation/([\w-]+)", letterbox.letters[-1][2])[1]


@pytest.fixture
def join(registry, letterbox, studio):
    """Lets somebody join the studio in a role."""

    def join(email, invited):
        registry.members.invite(studio.actor, studio.party.id, email, invited)
        secret = secret_in(letterbox)
        actor = sign_in(registry, letterbox, email)
        registry.members.accept(actor, secret)
        return actor

    return join


def test_an_invitation_goes_to_the_address_and_makes_a_member(registry, members, letterbox, studio, join):
    mari = join(MARI, Invited.EDITOR)
    invitation = next(letter for letter in letterbox.letters if "/invitation/" in letter[2])
    assert invitation[0] == MARI
    assert "We have not checked this name" in invitation[2]
    assert {each.email: each.role for each in members.of(mari, studio.party.id)} == {
        "aoi@example.com": MemberRole.OWNER,
        MARI: MemberRole.EDITOR,
    }
    assert ("aoi@example.com", MARI in letterbox.letters[-1][2]) == (letterbox.letters[-1][0], True)


def may(registry, studio, actor):
    """What an account gets to do with the studio's things, each tried for real."""
    mine = studio.declare(("sha256", SHA)) if not studio.made else studio.made
    studio.made = mine
    asked = studio.request(("sha1", "a" * 40))

    def tried(act):
        try:
            act()
        except (NotAuthorisedError, NotFoundError) as error:
            return type(error)
        return True

    return {
        "see": tried(lambda: registry.declarations.visible(studio.waiting.id, actor)),
        "declare": tried(lambda: registry.declarations.declare(actor, asked, idempotency=None)),
        "invite": tried(lambda: registry.members.invite(actor, studio.party.id, "x@example.com", Invited.READER)),
        "rename": tried(lambda: registry.parties.rename(actor, studio.party.id, studio.party.name)),
    }


@pytest.mark.parametrize(
    ("invited", "rights"),
    [
        (Invited.OWNER, {"see", "declare", "invite", "rename"}),
        (Invited.EDITOR, {"see", "declare"}),
        (Invited.AGENT, {"see", "declare"}),
        (Invited.READER, {"see"}),
    ],
)
def test_each_role_does_what_it_may_and_no_more(registry, studio, join, invited, rights):
    studio.made, studio.waiting = None, studio.declare(("domain", "example.org"))
    answers = may(registry, studio, join(MARI, invited))
    assert {name for name, answer in answers.items() if answer is True} == rights
    assert set(answers.values()) <= {True, NotAuthorisedError}


def test_somebody_without_a_role_learns_of_nothing(registry, studio, rival):
    studio.made, studio.waiting = None, studio.declare(("domain", "example.org"))
    assert set(may(registry, studio, rival.actor).values()) == {NotFoundError}


def test_an_invitation_is_for_its_address_alone_and_works_once(registry, members, letterbox, studio, rival):
    members.invite(studio.actor, studio.party.id, MARI, Invited.READER)
    secret = secret_in(letterbox)
    with pytest.raises(NotAuthorisedError):
        members.accept(rival.actor, secret)
    mari = sign_in(registry, letterbox, MARI)
    members.accept(mari, secret)
    with pytest.raises(GoneError):
        members.accept(mari, secret)


def test_an_invitation_ends_after_seven_days_or_when_it_is_taken_back_or_declined(
    registry, members, letterbox, studio, clock
):
    mari = sign_in(registry, letterbox, MARI)
    invitation = members.invite(studio.actor, studio.party.id, MARI, Invited.READER)
    late = secret_in(letterbox)
    clock.pass_(INVITATION_SECONDS)
    with pytest.raises(GoneError):
        members.invitation(mari, late)
    members.forget_expired(clock.now)
    with pytest.raises(NotFoundError):
        members.cancel(studio.actor, studio.party.id, invitation.id)
    taken_back = members.invite(studio.actor, studio.party.id, MARI, Invited.READER)
    members.cancel(studio.actor, studio.party.id, taken_back.id)
    members.invite(studio.actor, studio.party.id, MARI, Invited.READER)
    members.decline(mari, secret_in(letterbox))
    assert members.invitations(studio.actor, studio.party.id) == []
    assert len(members.of(studio.actor, studio.party.id)) == 1


def test_a_newer_invitation_takes_the_place_of_the_older(registry, members, letterbox, studio):
    members.invite(studio.actor, studio.party.id, MARI, Invited.OWNER)
    first = secret_in(letterbox)
    members.invite(studio.actor, studio.party.id, MARI, Invited.READER)
    mari = sign_in(registry, letterbox, MARI)
    with pytest.raises(GoneError):
        members.accept(mari, first)


def test_a_party_keeps_its_last_owner(members, studio, join):
    mari = join(MARI, Invited.EDITOR)
    aoi, party = studio.actor, studio.party.id
    for act in (
        lambda: members.remove(aoi, party, aoi.account),
        lambda: members.change_role(aoi, party, aoi.account, MemberRole.READER),
    ):
        with pytest.raises(ConflictError, match="keeps an owner"):
            act()
    members.change_role(aoi, party, mari.account, MemberRole.OWNER)
    members.remove(aoi, party, aoi.account)
    assert [each.account for each in members.of(mari, party)] == [mari.account]
    with pytest.raises(NotFoundError):
        members.of(aoi, party)


def test_whoever_is_removed_is_told_and_gets_in_nowhere_any_more(registry, members, letterbox, studio, join):
    mari = join(MARI, Invited.EDITOR)
    declared = registry.declarations.declare(mari, studio.request(("sha256", SHA)), idempotency=None)
    members.remove(studio.actor, studio.party.id, mari.account)
    assert (letterbox.letters[-1][0], "no longer act" in letterbox.letters[-1][1]) == (MARI, True)
    with pytest.raises(NotAuthorisedError):
        registry.changes.withdraw(mari, declared.id)
    assert registry.declarations.get(declared.id).state.in_force
    with pytest.raises(NotFoundError):
        registry.declarations.declare(mari, studio.request(("sha1", "b" * 40)), idempotency=None)


@pytest.mark.parametrize("end", ["removed", "made a reader", "left"])
def test_no_invitation_outlives_the_owner_who_sent_it(registry, members, letterbox, studio, join, end):
    mari = join(MARI, Invited.OWNER)
    members.invite(mari, studio.party.id, "puppet@example.net", Invited.OWNER)
    secret = secret_in(letterbox)
    puppet = sign_in(registry, letterbox, "puppet@example.net")
    if end == "made a reader":
        members.change_role(studio.actor, studio.party.id, mari.account, MemberRole.READER)
    else:
        members.remove(studio.actor if end == "removed" else mari, studio.party.id, mari.account)
    with pytest.raises(GoneError):
        members.accept(puppet, secret)
    assert members.invitations(studio.actor, studio.party.id) == []


def test_whoever_is_removed_reads_no_feed_any_more(registry, members, studio, join):
    mari = join(MARI, Invited.EDITOR)
    secret = registry.feeds.renew(mari, studio.party.id)
    registry.feeds.read(secret)
    members.remove(studio.actor, studio.party.id, mari.account)
    with pytest.raises(NotFoundError):
        registry.feeds.read(secret)


def test_no_invitation_of_an_agent_outlives_the_confirmation(registry, members, letterbox, agency):
    members.invite(agency.actor, agency.party.id, "puppet@example.net", Invited.OWNER)
    secret = secret_in(letterbox)
    puppet = sign_in(registry, letterbox, "puppet@example.net")
    members.invite(agency.actor, agency.party.id, MARI, Invited.PRINCIPAL)
    confirming = secret_in(letterbox)
    members.accept(sign_in(registry, letterbox, MARI), confirming)
    with pytest.raises(GoneError):
        members.accept(puppet, secret)


@pytest.fixture
def agency(registry, letterbox):
    """An agent with a party for one artist."""
    agency = Studio(registry, letterbox, "agency@example.com")
    asked = PartyRequest(
        "Agency K", Capacity.AGENT, public=True, statement=AUTHORITY_STATEMENT, on_behalf_of="Aoi Hana"
    )
    agency.party = registry.parties.create(agency.actor, asked)
    return agency


def test_an_artist_confirms_her_agent_owns_what_is_hers_and_ends_it(registry, members, letterbox, agency):
    declared = agency.declare(("sha256", SHA))
    assert not registry.standings.of(agency.party.id).confirmed
    members.invite(agency.actor, agency.party.id, MARI, Invited.PRINCIPAL)
    secret = secret_in(letterbox)
    mari = sign_in(registry, letterbox, MARI)
    party = members.accept(mari, secret)
    assert registry.standings.of(party.id).confirmed
    roles = {each.email: each.role for each in members.of(mari, party.id)}
    assert roles == {"agency@example.com": MemberRole.AGENT, MARI: MemberRole.OWNER}
    agency.declare(("sha1", "c" * 40))
    with pytest.raises(NotAuthorisedError):
        members.remove(agency.actor, party.id, mari.account)
    members.remove(mari, party.id, agency.actor.account)
    with pytest.raises(NotFoundError):
        agency.declare(("sha1", "d" * 40))
    assert registry.changes.withdraw(mari, declared.id).change is not None


def test_only_an_agent_invites_whom_it_acts_for(members, studio):
    with pytest.raises(InvalidRequestError):
        members.invite(studio.actor, studio.party.id, MARI, Invited.PRINCIPAL)


def test_invitations_of_one_account_are_few_in_a_day(members, studio, registry):
    for number in range(INVITATIONS.quota):
        members.invite(studio.actor, studio.party.id, f"a{number}@example.net", Invited.READER)
    with pytest.raises(RateLimitedError):
        members.invite(studio.actor, studio.party.id, MARI, Invited.READER)


def test_letters_about_declarations_go_to_all_who_act_and_to_no_reader(registry, letterbox, studio, join):
    join(MARI, Invited.EDITOR)
    join("reader@example.net", Invited.READER)
    declared = studio.declare(("sha256", SHA))
    letterbox.letters.clear()
    studio.withdraw(declared)
    assert {to for to, _, _ in letterbox.letters} == {"aoi@example.com", MARI}


def test_a_party_is_renamed_by_its_owners_and_the_old_name_stays_in_its_history(registry, studio, join, clock):
    old = studio.declare(("sha256", SHA))
    party = studio.party.id
    clock.pass_(60)
    registry.parties.rename(studio.actor, party, "Studio Midori")
    new = studio.declare(("sha1", "a" * 40))
    assert registry.declarations.get(old.id).record.party_name == "Studio Aoi"
    assert registry.declarations.get(new.id).record.party_name == "Studio Midori"
    standing = registry.standings.of(party)
    assert (standing.name, standing.formerly) == ("Studio Midori", (("Studio Aoi", clock.now),))
    with registry.store.read() as database:
        assert ("party-renamed") in [action for _, _, action in actions_on(database, party)]
    with pytest.raises(InvalidRequestError):
        registry.parties.rename(studio.actor, party, " ")


def test_the_old_name_of_a_private_party_is_kept_nowhere(registry, letterbox, rival, tmp_path):
    asked = PartyRequest("Secret Old", Capacity.AUTHOR, public=False, statement=AUTHORITY_STATEMENT)
    party = registry.parties.create(rival.actor, asked)
    registry.parties.rename(rival.actor, party.id, "Secret New")
    assert registry.parties.former_names(party.id) == []
    assert registry.standings.of(party.id).name is None


def test_a_closed_party_declares_nothing_new_and_keeps_what_it_has(registry, studio):
    kept = studio.declare(("sha256", SHA))
    registry.parties.close(studio.actor, studio.party.id)
    for act in (
        lambda: studio.declare(("sha1", "a" * 40)),
        lambda: studio.amend(kept, ("sha256", SHA), ("sha1", "a" * 40)),
    ):
        with pytest.raises(ConflictError, match="closed"):
            act()
    assert registry.declarations.get(kept.id).state.in_force
    assert registry.parties.that_declare(studio.actor) == []
    registry.parties.open_again(studio.actor, studio.party.id)
    assert studio.declare(("sha1", "a" * 40))


def test_a_label_is_ones_own(registry, studio, join):
    mari = join(MARI, Invited.READER)
    registry.parties.label(studio.actor, studio.party.id, "novels")
    assert [each.label for each in registry.parties.of(studio.actor)] == ["novels"]
    assert [each.label for each in registry.parties.of(mari)] == [""]
    with pytest.raises(InvalidRequestError):
        registry.parties.label(studio.actor, studio.party.id, "x" * 41)


def test_an_account_that_closes_takes_with_it_what_it_owns_alone(registry, members, studio, join, tmp_path):
    mari = join(MARI, Invited.OWNER)
    alone = registry.parties.create(
        studio.actor, PartyRequest("Alone", Capacity.AUTHOR, public=True, statement=AUTHORITY_STATEMENT)
    )
    assert registry.closing.preview(studio.actor).parties == 1
    registry.closing.close(studio.actor)
    assert [each.email for each in members.of(mari, studio.party.id)] == [MARI]
    assert registry.parties.may(mari, studio.party.id, Right.RULE)
    assert not registry.parties.may(studio.actor, alone.id, Right.SEE)


def test_an_account_acts_for_twenty_artists_and_tells_them_apart(registry, letterbox, agency):
    for number in range(20):
        asked = PartyRequest(
            "Agency K", Capacity.AGENT, public=True, statement=AUTHORITY_STATEMENT, on_behalf_of=f"Artist {number}"
        )
        party = registry.parties.create(agency.actor, asked)
        registry.parties.label(agency.actor, party.id, f"shelf {number % 3}")
    found = registry.parties.of(agency.actor)
    artists = {(each.party.on_behalf_of, each.label) for each in found if each.label}
    assert artists == {(f"Artist {number}", f"shelf {number % 3}") for number in range(20)}
