"""Codes of models are taken for models that are listed, from parties that have proved something, and found then."""

import pytest

from crawler_filter.checks.fingerprints import match_fingerprint
from crawler_filter.finding import Likeness
from crawler_filter.fingerprints.embedding import Embedding
from crawler_filter.formats.record import ScopeKind
from registry.errors import InvalidRequestError
from registry.model.declaration import State
from tests.registry.publishing.test_models import FILE, MODEL
from tests.registry.studio import SHA

CODE = bytes([0x55, 0xF0, 0x3C, 0x96]) * 16
CODES = Embedding(MODEL, (CODE,)).encode()
OTHERS = Embedding(bytes(32), (CODE,)).encode()


@pytest.fixture
def settings(tmp_path):
    listed = tmp_path / "models.toml"
    listed.write_text(FILE)
    return {"models_file": listed}


@pytest.fixture
def proved(studio, zone):
    studio.prove(zone, studio.declare(("domain", "example.com")))
    return studio


def refused(ask):
    with pytest.raises(InvalidRequestError) as error:
        ask()
    return [(each.pointer, str(each.detail)) for each in error.value.errors]


def test_codes_of_a_verified_party_are_in_force_at_once_and_found_by_the_entrys_radii(proved):
    made = proved.declare((ScopeKind.EMBED, CODES))
    assert made.state is State.ACTIVE
    proved.registry.publisher.publish()
    snapshot = proved.registry.publisher.snapshot()
    for flipped, likeness in ((0, Likeness.MATCH), (118, Likeness.MATCH), (119, Likeness.WEAK), (142, None)):
        near = (int.from_bytes(CODE) ^ ((1 << flipped) - 1)).to_bytes(64)
        found = match_fingerprint(snapshot, f"embed:{Embedding(MODEL, (near,)).encode()}")
        assert [match.evidence.likeness for match in found] == ([likeness] if likeness else [])
    assert match_fingerprint(snapshot, f"embed:{OTHERS}") == []


def test_a_party_that_has_proved_nothing_may_not_declare_codes(studio):
    ((pointer, detail),) = refused(lambda: studio.declare(("sha256", SHA), (ScopeKind.EMBED, CODES)))
    assert (pointer, "prove one of yours first" in detail) == ("/scopes/1", True)


def test_codes_of_a_model_that_is_not_listed_are_refused_whoever_sends_them(proved):
    ((pointer, detail),) = refused(lambda: proved.declare((ScopeKind.EMBED, OTHERS)))
    assert (pointer, "takes no codes of the model 000000000000…" in detail) == ("/scopes/0/value", True)


def test_one_of_several_in_a_list_keeps_all_of_them_out(proved):
    requests = [proved.request(("sha256", SHA)), proved.request((ScopeKind.EMBED, OTHERS))]
    pointers = refused(lambda: proved.declarations.declare_all(proved.actor, requests))
    assert [pointer for pointer, _ in pointers] == ["/scopes/1/value"]


def test_an_amendment_adds_codes_as_a_declaration_does_and_keeps_those_it_has(proved, studio):
    made = proved.declare((ScopeKind.EMBED, CODES))
    amended = proved.amend(made, (ScopeKind.EMBED, CODES), ("sha256", SHA))
    assert [scope.kind for scope in amended.record.scopes] == [ScopeKind.EMBED, ScopeKind.SHA256]
    refused(lambda: proved.amend(made, (ScopeKind.EMBED, CODES), (ScopeKind.EMBED, OTHERS)))


@pytest.mark.parametrize("code", [bytes(64), b"\xff" * 64, b"\x01" * 64])
def test_signs_that_no_picture_has_are_refused(proved, code):
    ((pointer, detail),) = refused(lambda: proved.declare(("embed", Embedding(MODEL, (code,)).encode())))
    assert (pointer, "of 512 bits set" in detail) == ("/scopes/0/value", True)


def test_a_registry_without_models_takes_none(make_registry, letterbox, zone):
    from tests.registry.studio import Studio

    alone = Studio(make_registry(models_file=None), letterbox)
    alone.prove(zone, alone.declare(("domain", "example.com")))
    refused(lambda: alone.declare((ScopeKind.EMBED, CODES)))
