"""A grant is its party's own to give, for scopes of its own; it is a leaf, and so is its end, which comes at once."""

import pytest

from crawler_filter.formats.grant import Grant, GrantedScope, GrantEnd
from crawler_filter.formats.receipt import Receipt
from crawler_filter.formats.record import LeafType, ScopeKind
from crawler_filter.grants.note import GrantFile, GrantsNote
from crawler_filter.log import sign_note
from crawler_filter.preference import Usage
from registry.errors import (
    ConflictError,
    GoneError,
    InvalidRequestError,
    LogDamagedError,
    NotAuthorisedError,
    NotFoundError,
)
from registry.model.declaration import WorkRequest
from registry.model.grant import GrantRequest
from registry.model.operator import KEY_OVERLAP
from registry.publishing.grants import name_of, rows_between
from registry.publishing.keys import trust_of
from registry.publishing.verify import verify_instance
from registry.store.log import body
from tests.registry.studio import DAY, SHA
from tests.simulators.crawler import CLIENT_ID, make_key, print_of

TERMS = "sha256:" + "0a" * 32


@pytest.fixture
def declared(studio):
    return studio.declare(("sha256", SHA), ("url", "https://studio-aoi.com/1.png"))


@pytest.fixture
def ask(studio, operator, declared):
    """Makes a request of the studio's."""

    def make(**change) -> GrantRequest:
        asked = {"party": studio.party.id, "operator": operator.id, "usages": ("train-ai",)}
        return GrantRequest(**asked | ({"declarations": (declared.id,)} if "what" not in change else change.pop("what"))
                            | change)  # fmt: skip

    return make


def grant(studio, request):
    return studio.registry.grants.grant(studio.actor, request)


def logged(registry, grant: str) -> list[Grant]:
    with registry.store.read() as database:
        entries = registry.grants.history(grant)
        assert {entry.type for entry in entries} <= {LeafType.GRANT, LeafType.ERASE}
        return [Grant.decode(body(database, entry.index)[1]) for entry in entries]


def test_a_grant_names_operator_scopes_and_span_and_is_a_leaf(studio, operator, declared, ask, clock):
    made = grant(studio, ask(until=clock.now + DAY, territory=("JP",), terms_digest=TERMS))
    assert made.grant.client_id == CLIENT_ID
    assert made.grant.keys == (print_of(make_key(1)),)
    assert made.grant.scopes == (
        GrantedScope(ScopeKind.SHA256, SHA), GrantedScope(ScopeKind.URL, "studio-aoi.com/1.png"),
    )  # fmt: skip
    assert (made.grant.start, made.grant.until) == (clock.now, clock.now + DAY)
    assert logged(studio.registry, made.grant.id) == [made.grant]
    assert [each.grant for each in studio.registry.grants.of_declaration(declared.id)] == [made.grant]
    assert studio.registry.grants.of_operator(operator.id).rows == [made]
    assert studio.registry.grants.of_party(studio.party.id).rows == [made]


def test_a_declaration_with_co_owners_is_granted_where_each_of_them_lets_its_party(studio, rival, declared, ask):
    owners = studio.registry.co_owners
    owners.ask(studio.actor, declared.id, rival.party.id)
    assert grant(studio, ask()).stands(studio.registry.clock())  # who was only asked hinders nothing
    owners.confirm(rival.actor, declared.id, rival.party.id)
    for request in (ask(), ask(declarations=(), scopes=(("sha256", SHA),))):
        with pytest.raises(InvalidRequestError) as refused:
            grant(studio, request)
        assert "co-owners" in refused.value.errors[0].detail
    owners.leave(rival.actor, declared.id, rival.party.id)
    owners.ask(studio.actor, declared.id, rival.party.id)
    owners.confirm(rival.actor, declared.id, rival.party.id, licensing=True)
    assert grant(studio, ask()).grant.declarations == (declared.id,)


@pytest.mark.parametrize("wider", [("domain", "studio-aoi.com"), ("host", "www.studio-aoi.com")])
def test_a_narrower_declaration_is_no_way_around_co_owners(studio, rival, zone, ask, wider):
    """What is granted is lifted from the wider place too, so the co-owners of that have to let its party."""
    shared = studio.prove(zone, studio.declare(wider), "studio-aoi.com")
    studio.registry.co_owners.ask(studio.actor, shared.id, rival.party.id)
    studio.registry.co_owners.confirm(rival.actor, shared.id, rival.party.id)
    within = studio.declare(("url", "https://www.studio-aoi.com/art/1.png"))
    elsewhere = studio.declare(("url", "https://studio-midori.com/1.png"))
    with pytest.raises(InvalidRequestError) as refused:
        grant(studio, ask(declarations=(within.id,)))
    assert shared.id in str(refused.value.errors[0].detail)
    assert grant(studio, ask(declarations=(elsewhere.id,))).grant.declarations == (elsewhere.id,)


def test_both_sides_get_a_letter_at_once(studio, ask, letterbox):
    made = grant(studio, ask())
    told = {to: text for to, _, text in letterbox.letters[-2:]}
    assert set(told) == {"aoi@example.com", "lab@crawler.example"}
    assert all(made.grant.id in text and CLIENT_ID in text for text in told.values())
    studio.registry.grants.revoke(studio.actor, made.grant.id)
    assert {to for to, _, text in letterbox.letters[-2:]} == set(told)
    assert "it was revoked" in letterbox.letters[-1][2]


def test_a_revocation_acts_at_once_and_for_good(studio, ask, clock):
    made = grant(studio, ask())
    clock.pass_(60)
    ended = studio.registry.grants.revoke(studio.actor, made.grant.id)
    assert (ended.grant.ended, ended.grant.end, ended.grant.revision) == (clock.now, GrantEnd.REVOKED, 2)
    assert not ended.stands(clock.now)
    assert studio.registry.grants.revoke(studio.actor, made.grant.id) == ended
    assert [each.ended for each in logged(studio.registry, made.grant.id)] == [None, clock.now]


def test_a_grant_whose_time_is_over_ends_by_a_leaf(studio, ask, clock):
    made = grant(studio, ask(until=clock.now + DAY))
    clock.pass_(DAY - 1)
    studio.registry.permissions_due.due(clock.now)
    assert studio.registry.grants.get(made.grant.id).grant.ended is None
    clock.pass_(1)
    assert studio.registry.permissions_due.due(clock.now) == 0
    ended = studio.registry.grants.get(made.grant.id).grant
    assert (ended.end, ended.ended) == (GrantEnd.EXPIRED, clock.now)


@pytest.mark.parametrize("keys", [1, 2])
def test_a_key_that_ends_leaves_the_grants_that_name_it(studio, operator, crawler, ask, clock, keys):
    crawler.keys = [make_key(1 + number) for number in range(keys)]
    studio.registry.operators.look(operator.id)
    made = grant(studio, ask())
    assert len(made.grant.keys) == keys
    crawler.keys = [*crawler.keys[1:], make_key(9)]
    clock.pass_(DAY)
    studio.registry.permissions_due.due(clock.now)
    clock.pass_(KEY_OVERLAP)
    studio.registry.permissions_due.due(clock.now)
    assert studio.registry.grants.get(made.grant.id).grant.keys == made.grant.keys
    clock.pass_(1)
    studio.registry.permissions_due.due(clock.now)
    left = studio.registry.grants.get(made.grant.id).grant
    if keys == 1:
        assert left.end is GrantEnd.NO_KEY
    else:
        assert (left.keys, left.ended) == ((print_of(make_key(2)),), None)
    assert print_of(make_key(9)) not in left.keys, "nobody granted the new key anything"


def test_a_grant_may_have_to_wait(make_registry, letterbox, ask, studio, clock):
    assert grant(studio, ask(start=clock.now + 100)).grant.start == clock.now + 100
    assert grant(studio, ask(start=clock.now - 100)).grant.start == clock.now
    studio.registry.close()
    registry = make_registry(grant_delay=3 * DAY)
    made = registry.grants.grant(studio.actor, ask())
    assert made.grant.start == clock.now + 3 * DAY
    with pytest.raises(InvalidRequestError, match="as it is"):
        registry.grants.grant(studio.actor, ask(until=clock.now + DAY))


def test_a_work_stands_for_declarations_that_are_about_it_alone(studio, ask):
    works = [studio.registry.works.create_work(studio.actor, WorkRequest(studio.party.id, "manga", {"ja": title}))
             for title in ("青", "赤")]  # fmt: skip
    blue, red = (work.id for work in works)
    alone = studio.declare(("sha256", "a" * 64), works=(blue,))
    both = studio.declare(("sha256", "b" * 64), works=(blue, red))
    assert grant(studio, ask(what={"works": (blue,)})).grant.declarations == (alone.id,)
    made = grant(studio, ask(what={"works": (blue, red)})).grant
    assert set(made.declarations) == {alone.id, both.id}
    assert made.works == tuple(sorted((blue, red)))
    with pytest.raises(InvalidRequestError) as refused:
        grant(studio, ask(what={"works": (red,)}))
    assert refused.value.errors[0].pointer == "/works/0"


def test_single_scopes_are_found_in_whatever_spelling(studio, declared, ask):
    made = grant(studio, ask(what={"scopes": (("url", "HTTPS://STUDIO-AOI.com./1.png"),)})).grant
    assert made.scopes == (GrantedScope(ScopeKind.URL, "studio-aoi.com/1.png"),)
    assert made.declarations == (declared.id,)


WRONG = {
    "no usage": ({"usages": ()}, "/usages"),
    "an unknown usage": ({"usages": ("all",)}, "/usages"),
    "an end that is over": ({"until": 1}, "/until"),
    "a beginning far away": ({"start": 1 << 40}, "/from"),
    "a key of nobody": ({"keys": (print_of(make_key(7)),)}, "/keys"),
    "a key that is none": ({"keys": ("x",)}, "/keys"),
    "a territory that is none": ({"territory": ("Japan",)}, "/territory"),
    "no territory": ({"territory": ()}, "/territory"),
    "nothing": ({"what": {}}, "/scopes"),
    "another's scope": ({"what": {"scopes": (("sha256", "c" * 64),)}}, "/scopes/0"),
    "a kind that is none": ({"what": {"scopes": (("galaxy", "a"),)}}, "/scopes/0/kind"),
    "a value that is none": ({"what": {"scopes": (("sha256", "a"),)}}, "/scopes/0/value"),
    "content by value": ({"what": {"scopes": (("pdq", "0" * 64),)}}, "/scopes/0/kind"),
    "a declaration of nobody": ({"what": {"declarations": ("a" * 26,)}}, "/declarations/0"),
    "a work of nobody": ({"what": {"works": ("a" * 26,)}}, "/works/0"),
    "an operator of nobody": ({"operator": "a" * 26}, "/operator"),
    "terms at an address that is none": ({"policy": "javascript:alert(1)"}, "/terms/policy"),
    "a digest that is none": ({"terms_digest": "sha256:0"}, "/terms/digest"),
}


@pytest.mark.parametrize(("change", "pointer"), WRONG.values(), ids=WRONG)
def test_a_wrong_request_is_refused_at_its_field_and_nothing_is_logged(studio, ask, change, pointer):
    with studio.registry.store.read() as database:
        before = database.execute("SELECT count(*) FROM leaves").fetchone()
    with pytest.raises(InvalidRequestError) as refused:
        grant(studio, ask(**change))
    assert pointer in [error.pointer for error in refused.value.errors]
    with studio.registry.store.read() as database:
        assert database.execute("SELECT count(*) FROM leaves").fetchone() == before


def test_nobody_grants_what_is_anothers(studio, rival, ask, declared):
    with pytest.raises(NotFoundError):
        rival.registry.grants.grant(rival.actor, ask())
    for what in ({"declarations": (declared.id,)}, {"scopes": (("sha256", SHA),)}):
        with pytest.raises(InvalidRequestError):
            grant(rival, ask(party=rival.party.id, what=what))
    made = grant(studio, ask())
    with pytest.raises(NotAuthorisedError):
        rival.registry.grants.revoke(rival.actor, made.grant.id)
    with pytest.raises(NotFoundError):
        studio.registry.grants.get("a" * 26)


def test_nothing_is_granted_to_an_operator_that_is_not_active(studio, rival, crawler, ask):
    claimed = rival.registry.operators.add(rival.actor, rival.party.id, CLIENT_ID)
    with pytest.raises(ConflictError, match="not active"):
        grant(studio, ask(operator=claimed.id))


def test_a_declaration_that_is_pending_or_ended_grants_nothing(studio, ask):
    pending = studio.declare(("host", "www.studio-aoi.com"))
    with pytest.raises(InvalidRequestError):
        grant(studio, ask(what={"declarations": (pending.id,)}))


def test_a_grant_goes_with_what_was_erased(studio, declared, ask):
    made = grant(studio, ask())
    studio.registry.erasure.erase(declared.id)
    with pytest.raises(GoneError):
        studio.registry.grants.get(made.grant.id)
    assert [entry.type for entry in studio.registry.grants.history(made.grant.id)] == [
        LeafType.GRANT,
        LeafType.ERASE,
    ]
    assert studio.registry.grants.of_party(studio.party.id).rows == []
    assert studio.registry.grants.of_declaration(declared.id) == []


def test_an_operator_stays_known_when_its_party_erases_a_declaration(lab, studio, operator, clock):
    declared = lab.declare(("sha256", "d" * 64))
    lab.registry.erasure.erase(declared.id)
    assert lab.registry.operators.get(operator.id).proved


def test_a_receipt_proves_the_grant_to_whoever_holds_the_trust_file(studio, ask, clock):
    made = grant(studio, ask(until=clock.now + DAY))
    studio.registry.publisher.publish()
    proved = Receipt.decode(studio.registry.receipts.of_grant(made.grant.id).encode()).verify(
        trust_of(studio.registry.publisher.keys.root)
    )
    assert (proved.grant, proved.record) == (made.grant, None)
    assert f"verified: grant {made.grant.id}" in proved.explain()
    assert CLIENT_ID in proved.explain()


def test_an_instance_with_grants_verifies(studio, ask):
    made = grant(studio, ask())
    studio.registry.grants.revoke(studio.actor, made.grant.id)
    studio.registry.publisher.publish()
    studio.registry.close()
    assert verify_instance(studio.registry.config.instance).records == 3


def test_usages_are_listed_in_one_order(studio, ask):
    assert grant(studio, ask(usages=("tdm", "ai-use", "tdm"))).grant.usages == (Usage.AI_USE, Usage.TDM)


def test_rows_that_are_signed_and_are_not_what_the_log_says_are_found(studio, ask):
    registry, made = studio.registry, grant(studio, ask())
    registry.publisher.publish()
    instance = registry.config.instance
    assert verify_instance(instance).grants == 1
    published = registry.publisher.current
    size = published.state.manifest.log_size
    with registry.store.read() as database:
        honest = rows_between(database, 0, size)
    forged = honest.replace(b'"train-ai"', b'"search"')
    assert (forged != honest, made.grant.id.encode() in forged) == (True, True)
    manifest, folder = published.state.manifest, instance / "public" / "snapshot"
    (folder / f"{name_of(forged)}.grants").write_bytes(forged)
    file = GrantFile(name_of(forged), len(forged), 0, size)
    note = GrantsNote(manifest.origin, size, manifest.log_root, file, (file,))
    (folder / "grants" / str(size)).write_bytes(
        sign_note(note.encode(), registry.publisher.keys.snapshot).encode()
    )
    with pytest.raises(LogDamagedError, match="made from the log"):
        verify_instance(instance)
