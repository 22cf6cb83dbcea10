"""Several parties stand behind one declaration: each by its own consent, and nothing loosens without all of them."""

import json
from types import SimpleNamespace

import pytest

from crawler_filter.formats.record import LeafType
from crawler_filter.preference import Usage
from registry.declarations import co_owners as co_owners_module
from registry.errors import ConflictError, InvalidRequestError, NotAuthorisedError, NotFoundError
from registry.model.declaration import DeclarationRequest, ScopeRequest, State
from registry.model.party import AUTHORITY_STATEMENT
from registry.model.role import Role
from registry.publishing.verify import verify_instance
from registry.store.log import body

HOUR = 3600
DIGEST = "ab" * 32


@pytest.fixture
def settings():
    return {"loosening_delay": 72 * HOUR}


@pytest.fixture
def shared(studio, rival):
    """A declaration of the studio that the rival has confirmed."""
    declaration = reserve(studio)
    owners = studio.registry.co_owners
    owners.ask(studio.actor, declaration.id, rival.party.id)
    owners.confirm(rival.actor, declaration.id, rival.party.id)
    return SimpleNamespace(id=declaration.id, owners=owners)


def reserve(who, *usages):
    request = wanted(who, *(usages or ("train-ai", "ai-use")))
    return who.registry.declarations.declare(who.actor, request, idempotency=None)


def wanted(who, *usages):
    preferences = dict.fromkeys(usages, "disallowed")
    scope = ScopeRequest("sha256", DIGEST)
    return DeclarationRequest(who.party.id, (scope,), preferences, statement=AUTHORITY_STATEMENT)


def wait(studio, clock):
    clock.pass_(73 * HOUR)
    assert studio.registry.do_what_is_due() == 0
    return studio.registry.declarations


def test_nobody_stands_behind_a_declaration_who_did_not_confirm_it(studio, rival, letterbox):
    owners, declaration = studio.registry.co_owners, reserve(studio)
    asked = owners.ask(studio.actor, declaration.id, rival.party.id)
    assert owners.ask(studio.actor, declaration.id, rival.party.id) == asked
    assert f"/d/{declaration.id}/co-owners" in letterbox.letters[-1][2]
    assert owners.of_declaration(declaration.id) == []
    assert owners.of_account(rival.actor) == [asked]
    with pytest.raises(NotFoundError):
        owners.confirm(studio.actor, declaration.id, rival.party.id)  # nobody confirms for another
    confirmed = owners.confirm(rival.actor, declaration.id, rival.party.id)
    assert owners.of_declaration(declaration.id) == [confirmed]
    assert owners.confirm(rival.actor, declaration.id, rival.party.id) == confirmed


def test_consent_and_leaving_are_in_the_log_which_still_verifies(studio, rival, shared):
    registry = studio.registry
    shared.owners.leave(rival.actor, shared.id, rival.party.id)
    told = registry.declarations.history(shared.id)
    assert [each.type for each in told] == [LeafType.DECLARE, LeafType.CONSENT, LeafType.REVOKE]
    with registry.store.read() as database:
        said = json.loads(body(database, told[1].index)[1])
    assert said == {
        "declaration": shared.id, "licensing": False, "owner": studio.party.id, "party": rival.party.id, "v": 1,
    }  # fmt: skip
    registry.publisher.publish()
    registry.close()
    verify_instance(registry.config.instance)


def test_a_co_owner_does_nothing_at_the_desk_about_what_they_stand_behind(studio, rival, registry):
    made = reserve(studio)
    registry.roles.grant("midori@example.org", Role.MODERATOR)
    me = rival.actor.account
    registry.co_owners.ask(studio.actor, made.id, rival.party.id)
    registry.moderation.hold(made.id, by=me)  # anybody can be asked
    registry.co_owners.confirm(rival.actor, made.id, rival.party.id)
    with pytest.raises(NotAuthorisedError, match="one of the sides"):
        registry.moderation.release(made.id, by=me)


def test_only_a_co_owner_itself_ends_what_it_confirmed(studio, rival, shared):
    with pytest.raises(NotAuthorisedError):
        shared.owners.leave(studio.actor, shared.id, rival.party.id)
    shared.owners.leave(rival.actor, shared.id, rival.party.id)
    shared.owners.ask(studio.actor, shared.id, rival.party.id)
    shared.owners.leave(studio.actor, shared.id, rival.party.id)  # what nobody has answered may be taken back
    assert shared.owners.asked(studio.actor, shared.id) == []


@pytest.mark.parametrize("act", ["withdraw", "amend"])
def test_what_loosens_needs_every_co_owner(studio, rival, shared, clock, letterbox, act):
    def loosen():
        if act == "withdraw":
            return studio.registry.changes.withdraw(studio.actor, shared.id)
        return studio.registry.changes.amend(studio.actor, shared.id, wanted(studio, "ai-use"))

    loosen()
    stop = letterbox.letters[-1]
    assert "/stop/" in stop[2]
    assert stop[0] == "midori@example.org"
    declarations = wait(studio, clock)
    kept = declarations.get(shared.id)
    assert (kept.state, kept.change) == (State.ACTIVE, None)
    assert Usage.TRAIN_AI in kept.record.scopes[0].preferences
    assert "every co-owner agreed" in letterbox.letters[-1][2]
    loosen()
    shared.owners.agree(rival.actor, shared.id, rival.party.id)
    after = wait(studio, clock).get(shared.id)
    assert after.state is State.WITHDRAWN or Usage.TRAIN_AI not in after.record.scopes[0].preferences


def test_to_agree_to_one_change_is_not_to_agree_to_the_next(studio, rival, shared, clock):
    studio.registry.changes.withdraw(studio.actor, shared.id)
    shared.owners.agree(rival.actor, shared.id, rival.party.id)
    studio.registry.changes.cancel_change(studio.actor, shared.id)
    studio.registry.changes.withdraw(studio.actor, shared.id)
    assert wait(studio, clock).get(shared.id).state is State.ACTIVE
    with pytest.raises(ConflictError):
        shared.owners.agree(rival.actor, shared.id, rival.party.id)


def test_what_tightens_needs_nobody_else_and_leaving_neither(studio, rival, shared, clock):
    studio.registry.changes.amend(studio.actor, shared.id, wanted(studio, "train-ai", "ai-use", "search"))
    assert Usage.SEARCH in studio.registry.declarations.get(shared.id).record.scopes[0].preferences
    studio.registry.changes.withdraw(studio.actor, shared.id)
    shared.owners.leave(rival.actor, shared.id, rival.party.id)
    assert wait(studio, clock).get(shared.id).state is State.WITHDRAWN


def test_who_is_asked_exists_is_somebody_else_and_not_one_too_many(studio, rival, monkeypatch):
    owners, declaration = studio.registry.co_owners, reserve(studio)
    for nobody in ("a" * 26, studio.party.id):
        with pytest.raises(InvalidRequestError):
            owners.ask(studio.actor, declaration.id, nobody)
    with pytest.raises(NotAuthorisedError):
        owners.ask(rival.actor, declaration.id, rival.party.id)
    monkeypatch.setattr(co_owners_module, "MOST_CO_OWNERS", 0)
    with pytest.raises(ConflictError):
        owners.ask(studio.actor, declaration.id, rival.party.id)


def test_co_owners_hear_in_time_that_the_declaration_goes_with_its_account(studio, rival, shared, letterbox):
    studio.registry.closing.close(studio.actor)
    told = [text for to, _subject, text in letterbox.letters if to == "midori@example.org"]
    assert "make a declaration of your own" in told[-1]


def test_an_erasure_forgets_who_stood_behind_it(studio, rival, shared):
    studio.registry.erasure.erase(shared.id)
    with studio.registry.store.read() as database:
        assert database.execute("SELECT count(*) FROM co_owners").fetchone() == (0,)


def test_a_party_that_is_erased_stands_behind_nothing_any_more(studio, rival, shared):
    studio.registry.erasure.erase_party(rival.party.id)
    assert shared.owners.of_declaration(shared.id) == []


def test_a_narrower_permission_of_the_same_party_needs_them_too(studio, rival, zone, clock):
    site = studio.declare(("domain", "studio-aoi.com"))
    studio.prove(zone, site)
    owners = studio.registry.co_owners
    owners.ask(studio.actor, site.id, rival.party.id)
    owners.confirm(rival.actor, site.id, rival.party.id)
    allowed = studio.declare(("prefix", "https://studio-aoi.com/press/"), preferences={"train-ai": "allowed"})
    assert allowed.change is not None
    declarations = wait(studio, clock)
    assert declarations.get(allowed.id).state is State.WITHDRAWN
    assert declarations.get(site.id).state is State.ACTIVE
