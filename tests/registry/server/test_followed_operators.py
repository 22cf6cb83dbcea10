"""A replica gives an operator the registry's own answer, by a list that need not be believed, and no signature twice."""

import json

import pytest
from werkzeug.test import Client

from crawler_filter.errors import HttpStatusError
from crawler_filter.log import Trust
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.source import FolderSource
from registry.lookups.lookup import Lookup
from registry.model.grant import GrantRequest
from registry.server.app import create_app
from registry.server.followed_operators import FILE, KEEP_SECONDS, SEEN, SignaturesInFiles, follow_operators
from registry.server.replica import GetOnly, create_replica
from tests.registry.permissions.test_signed_requests import signed
from tests.registry.publishing.mirror import FolderTransport
from tests.registry.studio import SHA
from tests.simulators.crawler import CLIENT_ID, make_key

PAGE = "https://studio-aoi.com/1.png"
PATH = "/v1/lookup?url=https%3A%2F%2Fstudio-aoi.com%2F1.png&territory=JP"
ORIGIN = "https://registry.example"


class AppTransport:
    """Reads pages from an application."""

    def __init__(self, client) -> None:
        self._client = client

    def get(self, url: str, *, max_bytes: int) -> bytes:
        answer = self._client.get(url.removeprefix(ORIGIN))
        if answer.status_code != 200:
            raise HttpStatusError("status %(status)s", status=answer.status_code)
        assert len(answer.data) <= max_bytes
        return answer.data


class World:
    """The registry, and a replica of two workers that has followed it."""

    def __init__(self, registry, clock) -> None:
        self.registry, self.clock = registry, clock
        self.client = create_app(registry).test_client()
        folder = registry.config.instance
        self.folder = SnapshotDirectory(folder / "replica")
        self.source = FolderSource(
            self.folder, Trust.parse((folder / "registry.policy").read_bytes()), url=FolderTransport.URL,
            transport=lambda: FolderTransport(folder / "public"), clock=clock, look_every=0,
        )  # fmt: skip
        self.follow()
        self.workers = [Client(GetOnly(self._worker())) for _ in range(2)]

    def _worker(self):
        lookup = Lookup(self.source.current, clock=self.clock)
        return create_replica(self.folder, lookup, self.clock, url=ORIGIN)

    def follow(self):
        self.registry.publisher.publish()
        self.source.sync()
        follow_operators(AppTransport(self.client), ORIGIN, self.folder.path)

    def ask(self, where, path=PATH, **how):
        request = signed(url=f"{ORIGIN}{path}", created=self.clock.now, expires=self.clock.now + 60, **how)
        answer = where.get(path, headers=dict(request.headers))
        answer.get_data()
        return answer.json


@pytest.fixture
def granted(studio, operator):
    declared = studio.declare(("url", PAGE), ("sha256", SHA))
    request = GrantRequest(
        studio.party.id, operator.id, ("train-ai",), declarations=(declared.id,), territory=("JP",)
    )
    return studio.registry.grants.grant(studio.actor, request).grant


@pytest.fixture
def world(registry, granted, clock):
    return World(registry, clock)


def test_a_replica_answers_a_signed_lookup_as_the_registry_does(world, granted, studio):
    live = world.ask(world.client)
    assert (live["keep"], live["operator"]) == (True, CLIENT_ID)
    assert world.ask(world.workers[0]) == live
    elsewhere = PATH.replace("JP", "US")
    assert world.ask(world.workers[0], elsewhere) == world.ask(world.client, elsewhere)
    studio.registry.grants.revoke(studio.actor, granted.id)
    world.follow()
    assert world.ask(world.workers[1], nonce="n2")["keep"] is False


def test_a_signature_counts_once_for_all_workers_of_a_replica(world):
    assert world.ask(world.workers[0])["keep"]
    for worker in world.workers:
        again = world.ask(worker)
        assert (again["keep"], again["doubts"]) == (False, [{"grant": None, "why": "unproved"}])


def test_another_key_and_a_request_for_another_address_lift_nothing(world):
    assert world.ask(world.workers[0], key=make_key(5))["keep"] is False
    request = signed(url=f"https://mirror.example{PATH}", created=world.clock.now, expires=world.clock.now + 60)
    assert world.workers[0].get(PATH, headers=dict(request.headers)).json["keep"] is False


@pytest.mark.parametrize("keys", ["another", "none", "nonsense"])
def test_a_list_that_lies_lifts_nothing(world, keys):
    path = world.folder.path / FILE
    (known,) = json.loads(path.read_bytes())
    if keys == "another":
        from crawler_filter.formats.jwk import encode_base64url

        raw = make_key(5).public_key().public_bytes_raw()
        path.write_text(json.dumps([{**known, "keys": [encode_base64url(raw)]}]))
        lied = world.ask(world.workers[0], key=make_key(5))
        assert lied["operator"] == CLIENT_ID
        assert [doubt["why"] for doubt in lied["doubts"]] == ["other-key"]
    else:
        path.write_text("[]" if keys == "none" else '[{"keys": 7}]')
        lied = world.ask(world.workers[0])
    assert lied["keep"] is False


def test_a_list_that_cannot_be_read_leaves_the_one_that_is_there(world):
    class Broken:
        def get(self, url, *, max_bytes):
            return b'{"operators": [{"state": "active"}]}'

    before = (world.folder.path / FILE).read_bytes()
    with pytest.raises(KeyError):
        follow_operators(Broken(), ORIGIN, world.folder.path)
    assert (world.folder.path / FILE).read_bytes() == before


def test_signatures_that_are_over_are_forgotten(tmp_path):
    import time

    later = SignaturesInFiles(tmp_path, lambda: time.time() + KEEP_SECONDS + 10)
    assert later.is_first(b"1", 0)
    assert not later.is_first(b"1", 0)
    later.forget()
    assert list((tmp_path / SEEN).iterdir()) == []
