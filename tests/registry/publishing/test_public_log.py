"""What a start asks of the log's public address before it signs anything."""

import shutil

import pytest

from crawler_filter.log import Checkpoint, Note, Signer
from registry.errors import LogForkError
from registry.model.declaration import DeclarationRequest, ScopeRequest
from registry.model.party import AUTHORITY_STATEMENT
from registry.net import Fetcher, Permit, Resolver
from registry.publishing.public_log import check_public_log
from tests.registry.instance import Clock, Letterbox, make_party, open_instance, sign_in
from tests.simulators.site import Site, page

HOST = "log.example.com"


@pytest.fixture
def public():
    """What the world is shown of the log, by path."""
    return {}


@pytest.fixture
def fetcher(public, zone):
    """The way to the log's public address, which lies on loopback here."""
    with Site(lambda path: [page(public[path]) if path in public else page("", status=404)]) as site:
        permits = frozenset({Permit(HOST, "127.0.0.1", site.port)})
        yield Fetcher(Resolver([zone.endpoint]), agent="test", permit_loopback=permits)


@pytest.fixture
def states(tmp_path, fetcher):
    """An instance as it was, and as it is after one more declaration was published."""
    old, new = tmp_path / "old", tmp_path / "new"
    letterbox = Letterbox()
    with open_instance(new, Clock(), letterbox, fetcher=fetcher, origin=HOST, dev=True) as registry:
        actor = sign_in(registry, letterbox, "aoi@example.com")
        party = make_party(registry, actor)
        for number in (1, 2):
            said = DeclarationRequest(
                party.id,
                (ScopeRequest("md5", f"{number:032x}"),),
                {"train-ai": "disallowed"},
                statement=AUTHORITY_STATEMENT,
            )
            registry.declarations.declare(actor, said, idempotency=None)
            registry.publisher.publish()
            if number == 1:
                shutil.copytree(new, old)
    return old, new


def checkpoint(instance):
    return (instance / "public" / "log" / "checkpoint").read_bytes()


def test_an_old_copy_is_refused_where_the_world_has_seen_a_newer_checkpoint(states, public, fetcher):
    old, new = states
    public["/log/checkpoint"] = checkpoint(new)
    check_public_log(new, fetcher)
    with pytest.raises(LogForkError, match="has 2 leaves, this database has signed 1"):
        check_public_log(old, fetcher)


def test_a_world_that_lags_behind_or_cannot_be_reached_stops_nobody(states, public, fetcher, caplog):
    old, new = states
    check_public_log(new, fetcher)
    assert "could not be compared" in caplog.text
    public["/log/checkpoint"] = checkpoint(old)
    check_public_log(new, fetcher)


@pytest.mark.parametrize("note", ["garbage", "a stranger's"])
def test_what_our_key_has_not_signed_says_nothing_about_our_log(states, public, fetcher, note, caplog):
    old, new = states
    stranger = Signer.generate(f"{HOST}/log", lambda count: b"?" * count)
    seen = Checkpoint.parse(Note.parse(checkpoint(new)).text)
    public["/log/checkpoint"] = b"\xff" if note == "garbage" else seen.sign(stranger).encode()
    check_public_log(old, fetcher)
    assert "could not be compared" in caplog.text
