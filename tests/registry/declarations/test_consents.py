"""One's work is one's own: others name it once its party has consented, in the log, and no longer than that."""

import hashlib
import json

import pytest

from crawler_filter.formats.names import Name, NameKind, decode_names
from crawler_filter.formats.record import LeafType
from registry.declarations.consents import MOST_CONSENTS
from registry.declarations.works import NAMES_SECONDS
from registry.errors import ConflictError, GoneError, InvalidRequestError, NotAuthorisedError, NotFoundError
from registry.model.declaration import DeclarationRequest, ScopeRequest, WorkRequest
from registry.model.party import AUTHORITY_STATEMENT
from registry.publishing.verify import verify_instance
from registry.store.audit import actions_on
from registry.store.log import body
from tests.registry.instance import make_party


@pytest.fixture
def settings():
    return {"loosening_delay": 0}


@pytest.fixture
def work(studio):
    request = WorkRequest(studio.party.id, "manga", {"ja": "青い鳥"}, characters=(("チルチル", "Tyltyl"),))
    return studio.registry.works.create_work(studio.actor, request).id


def names_in(content: bytes, work: str, who) -> DeclarationRequest:
    scope = ScopeRequest("sha256", hashlib.sha256(content).hexdigest())
    return DeclarationRequest(
        who.party.id, (scope,), {"train-ai": "disallowed"}, works=(work,), statement=AUTHORITY_STATEMENT
    )


def declare(who, request):
    return who.registry.declarations.declare(who.actor, request, idempotency=None)


def test_another_party_names_a_work_once_its_owner_has_consented(studio, rival, work):
    with pytest.raises(InvalidRequestError, match="consented"):
        declare(rival, names_in(b"1", work, rival))
    studio.registry.consents.consent(studio.actor, work, rival.party.id)
    made = declare(rival, names_in(b"1", work, rival))
    assert made.record.works == (work,)
    shown = studio.registry.works.work(work)
    assert (shown.declarations, shown.matchable, shown.party) == ((made.id,), True, studio.party.id)
    assert [*studio.registry.works.open_to(rival.actor)] == [work]


def test_a_consent_and_its_end_are_in_the_log_and_in_the_trail(studio, rival, work):
    registry = studio.registry
    given = registry.consents.consent(studio.actor, work, rival.party.id)
    assert registry.consents.consent(studio.actor, work, rival.party.id) == given
    assert registry.consents.of_work(work) == [given]
    registry.consents.revoke(studio.actor, work, rival.party.id)
    history = registry.declarations.history(work)
    assert [(each.type, each.index) for each in history] == [
        (LeafType.CONSENT, given.leaf),
        (LeafType.REVOKE, given.leaf + 1),
    ]
    with registry.store.read() as database:
        for entry in history:
            said = json.loads(body(database, entry.index)[1])
            assert said == {"owner": studio.party.id, "party": rival.party.id, "v": 1, "work": work}
        assert [action for _, _, action in actions_on(database, work)] == ["create-work", "consent", "revoke"]
    declare(studio, names_in(b"2", work, studio))
    registry.publisher.publish()
    registry.close()
    assert verify_instance(registry.config.instance).records == 3


def test_after_the_consent_ended_the_work_is_named_no_more_and_shows_nobody_elses(studio, rival, work):
    registry = studio.registry
    registry.consents.consent(studio.actor, work, rival.party.id)
    made = declare(rival, names_in(b"1", work, rival))
    registry.consents.revoke(studio.actor, work, rival.party.id)
    assert registry.works.work(work).declarations == ()
    assert registry.works.titles(made.record.works, rival.party.id) == {}
    with pytest.raises(InvalidRequestError, match="consented"):
        declare(rival, names_in(b"2", work, rival))
    with pytest.raises(NotFoundError):
        registry.consents.revoke(studio.actor, work, rival.party.id)


def test_names_lead_to_the_owner_and_never_to_who_may_name_the_work(studio, rival, work, clock):
    registry = studio.registry
    registry.consents.consent(studio.actor, work, rival.party.id)
    declare(rival, names_in(b"1", work, rival))
    registry.works.refresh_names()
    assert decode_names(registry.works.names().content) == []
    own = declare(studio, names_in(b"2", work, studio))
    clock.pass_(NAMES_SECONDS)
    registry.works.refresh_names()
    names = decode_names(registry.works.names().content)
    assert Name(own.leaf, NameKind.CHARACTER, ("チルチル", "Tyltyl")) in names
    assert {name.owner for name in names} == {own.leaf}


def test_only_the_works_own_account_consents(studio, rival, work):
    consents = studio.registry.consents
    with pytest.raises(NotAuthorisedError):
        consents.consent(rival.actor, work, rival.party.id)
    consents.consent(studio.actor, work, rival.party.id)
    with pytest.raises(NotAuthorisedError):
        consents.revoke(rival.actor, work, rival.party.id)
    for nobody in (studio.party.id, "a" * 26):
        with pytest.raises(InvalidRequestError):
            consents.consent(studio.actor, work, nobody)
    with pytest.raises(NotFoundError):
        consents.consent(studio.actor, "a" * 26, rival.party.id)
    studio.registry.works.erase_work(work)
    with pytest.raises(GoneError):
        consents.of_work(work)
    with pytest.raises(InvalidRequestError):
        declare(rival, names_in(b"1", work, rival))


def test_so_many_may_name_a_work_and_no_more(studio, rival, work, monkeypatch):
    monkeypatch.setattr("registry.declarations.consents.MOST_CONSENTS", 1)
    studio.registry.consents.consent(studio.actor, work, rival.party.id)
    other = make_party(studio.registry, rival.actor, "Another")
    with pytest.raises(ConflictError):
        studio.registry.consents.consent(studio.actor, work, other.id)
    assert MOST_CONSENTS > 10
