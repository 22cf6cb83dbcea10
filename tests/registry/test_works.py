"""Works: entered in several languages, named by many declarations, honest about what can be recognised."""

import hashlib

import pytest

from registry.errors import ConflictError, GoneError, InvalidRequestError, NotFoundError
from registry.model import DeclarationRequest, ScopeRequest, WorkKind, WorkRequest
from registry.parties import AUTHORITY_STATEMENT
from tests.registry.instance import Clock, Letterbox, make_party, open_instance, sign_in


@pytest.fixture
def registry(tmp_path):
    with open_instance(tmp_path, Clock(), Letterbox(), loosening_delay=0) as registry:
        yield registry


@pytest.fixture
def actor(registry):
    return sign_in(registry, registry.mailer, "aoi@example.com")


@pytest.fixture
def party(registry, actor):
    return make_party(registry, actor)


def request(party, **rest):
    return WorkRequest(
        **{"party": party.id, "kind": "manga", "titles": {"ja": "青い鳥", "en": "The Blue Bird"}, **rest}
    )


def declaration(party, work, content):
    scope = ScopeRequest("sha256", hashlib.sha256(content).hexdigest())
    said = {"train-ai": "disallowed"}
    return DeclarationRequest(party.id, (scope,), said, works=(work.id,), statement=AUTHORITY_STATEMENT)


def test_a_work_is_stored_with_its_numbers_in_one_spelling(registry, actor, party):
    made = registry.declarations.create_work(
        actor, request(party, creators=("Aoi",), identifiers={"isbn": "ISBN 4-00-310101-4"})
    )
    assert (made.kind, made.identifiers) == (WorkKind.MANGA, {"isbn": "9784003101018"})
    assert registry.declarations.work(made.id) == made
    assert registry.declarations.works_of(actor) == [made]
    assert made.to_json()["titles"] == {"ja": "青い鳥", "en": "The Blue Bird"}


def test_a_work_is_matchable_while_a_declaration_in_force_names_it(registry, actor, party):
    work = registry.declarations.create_work(actor, request(party))
    assert not work.matchable
    first = registry.declarations.declare(actor, declaration(party, work, b"1"), idempotency=None)
    second = registry.declarations.declare(actor, declaration(party, work, b"2"), idempotency=None)
    named = registry.declarations.work(work.id)
    assert (named.matchable, set(named.declarations)) == (True, {first.id, second.id})
    for made in (first, second):
        registry.declarations.withdraw(actor, made.id)
    registry.declarations.due(registry.clock())
    assert not registry.declarations.work(work.id).matchable


def test_several_parties_may_name_one_work(registry, actor, party):
    work = registry.declarations.create_work(actor, request(party))
    publisher = sign_in(registry, registry.mailer, "midori@example.org")
    house = make_party(registry, publisher, "Midori Publishing")
    made = registry.declarations.declare(publisher, declaration(house, work, b"1"), idempotency=None)
    assert registry.declarations.work(work.id).declarations == (made.id,)


def test_a_declaration_cannot_name_a_work_that_is_not_there(registry, actor, party):
    work = registry.declarations.create_work(actor, request(party))
    registry.declarations.erase_work(work.id)
    with pytest.raises(InvalidRequestError) as refused:
        registry.declarations.declare(actor, declaration(party, work, b"1"), idempotency=None)
    assert [error.pointer for error in refused.value.errors] == ["/works/0"]


def test_an_erased_work_leaves_no_byte(registry, actor, party):
    work = registry.declarations.create_work(actor, request(party, creators=("canary-of-a-person",)))
    registry.declarations.erase_work(work.id)
    with pytest.raises(GoneError):
        registry.declarations.work(work.id)
    files = b"".join(path.read_bytes() for path in registry.config.instance.rglob("*") if path.is_file())
    assert b"canary-of-a-person" not in files


def test_only_for_a_party_of_ones_own(registry, party):
    stranger = sign_in(registry, registry.mailer, "midori@example.org")
    with pytest.raises(NotFoundError):
        registry.declarations.create_work(stranger, request(party))


@pytest.mark.parametrize(
    ("rest", "pointers"),
    [
        ({"kind": "planet"}, ["/kind"]),
        ({"titles": {}}, ["/titles"]),
        ({"titles": {"Japanese!": "x"}}, ["/titles"]),
        ({"titles": {"ja": " "}}, ["/titles/ja"]),
        ({"titles": {"ja": "x" * 501}}, ["/titles/ja"]),
        ({"creators": ("a", "b\x00")}, ["/creators/1"]),
        ({"creators": ("a",) * 51}, ["/creators"]),
        ({"identifiers": {"isbn": "9784003101019"}}, ["/identifiers/isbn"]),
        ({"identifiers": {"asin": "x"}}, ["/identifiers"]),
        ({"kind": "planet", "titles": {}}, ["/titles", "/kind"]),
    ],
)
def test_a_work_that_is_not_right_is_refused_field_by_field(registry, actor, party, rest, pointers):
    with pytest.raises(InvalidRequestError) as refused:
        registry.declarations.create_work(actor, request(party, **rest))
    assert [error.pointer for error in refused.value.errors] == pointers
    assert registry.declarations.works_of(actor) == []


def test_an_unverified_party_has_so_many_works(registry, actor, party):
    most = registry.config.limits.unverified_works_per_party
    for _ in range(most):
        registry.declarations.create_work(actor, request(party))
    with pytest.raises(ConflictError, match="prove control"):
        registry.declarations.create_work(actor, request(party))
