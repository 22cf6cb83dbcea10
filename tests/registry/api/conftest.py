"""A registry with two accounts, and a client that speaks JSON to it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.config import Limits
from registry.instance import Registry
from registry.model.credentials import TokenScope
from registry.model.declaration import Actor
from registry.model.party import AUTHORITY_STATEMENT, Party
from registry.net import Fetcher
from tests.registry.applications import serving
from tests.registry.instance import Clock, Letterbox, make_party, open_instance, sign_in
from tests.simulators.zone import Zone


@dataclass
class Caller:
    """Somebody with a token of each scope; `party` is theirs."""

    actor: Actor
    party: Party
    tokens: dict[TokenScope, str]

    def headers(self, scope: TokenScope = TokenScope.DECLARE) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[scope]}"}


@dataclass
class Service:
    """The application under test and who may call it."""

    registry: Registry
    client: FlaskClient
    clock: Clock
    letterbox: Letterbox
    owner: Caller
    other: Caller
    zone: Zone
    calls: int = field(default=0)

    def call(
        self, method: str, path: str, body: object = None, *, by: Caller | None = None,
        scope: TokenScope = TokenScope.DECLARE, headers: dict[str, str] | None = None,
    ) -> TestResponse:  # fmt: skip
        """Send JSON, with an Idempotency-Key of its own."""
        self.calls += 1
        sent = {"Idempotency-Key": f"call-{self.calls}", **(by.headers(scope) if by else {}), **(headers or {})}
        data = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        content_type = sent.pop("Content-Type", "text/plain" if isinstance(body, str) else "application/json")
        return self.client.open(
            path, method=method, data=data, headers=sent, content_type=content_type if body is not None else None
        )

    def declaration(self, **change) -> dict:
        """The body of a declaration of a page that nobody declared before; it needs no proof."""
        self.calls += 1
        scopes = [{"kind": "url", "value": f"https://studio-aoi.com/{self.calls}.png"}]
        return {
            "party": self.owner.party.id,
            "scopes": scopes,
            "preferences": {"train-ai": "disallowed"},
            "statement": AUTHORITY_STATEMENT,
        } | change

    def declared(self, **change) -> dict:
        """A declaration of the owner's, as it was answered."""
        response = self.call("POST", "/v1/declarations", self.declaration(**change), by=self.owner)
        assert response.status_code == 201, response.text
        return response.json

    def published(self, **change) -> dict:
        """A declaration of the owner's that log and snapshot show."""
        declared = self.declared(**change)
        self.registry.publisher.publish()
        return declared

    def pending(self) -> dict:
        """A declaration of a host that nobody proved yet."""
        return self.declared(scopes=[{"kind": "host", "value": f"www.studio-{self.calls}.com"}])

    def challenge(self, declaration: str, method: str = "dns-txt") -> dict:
        response = self.call("POST", f"/v1/declarations/{declaration}/proofs", {"method": method}, by=self.owner)
        assert response.status_code == 201, response.text
        return response.json

    def work(self) -> dict:
        body = {"party": self.owner.party.id, "kind": "manga", "titles": {"ja": "青い本", "en": "The Blue Book"}}
        response = self.call("POST", "/v1/works", body, by=self.owner)
        assert response.status_code == 201, response.text
        return response.json


def make_caller(registry: Registry, letterbox: Letterbox, email: str) -> Caller:
    actor = sign_in(registry, letterbox, email)
    tokens = {
        scope: registry.accounts.create_token(actor, label=scope, scope=scope, days=30)[0] for scope in TokenScope
    }
    return Caller(actor, make_party(registry, actor), tokens)


LIMITS = Limits(
    unverified_declarations_per_day=100_000,
    unverified_declarations_per_party=100_000,
    drafts_per_account=100_000,
    parties_per_account=100_000,
    scopes_per_declaration=100_000,
)
"""One registry answers for a whole module; what is limited is tried where the limits are kept."""


@contextmanager
def open_service(path: Path, limits: Limits = LIMITS, **settings: object) -> Iterator[Service]:
    """A registry whose proofs are looked for in a zone of its own; nothing else can be reached."""

    def nobody(*_: object) -> NoReturn:
        raise ConnectionRefusedError("nobody listens")

    clock, letterbox = Clock(), Letterbox()
    with Zone() as zone:
        fetcher = Fetcher(zone.resolver(), agent="test (+https://registry.example/)", dial=nobody)
        with open_instance(path, clock, letterbox, fetcher=fetcher, limits=limits, **settings) as registry:
            owner = make_caller(registry, letterbox, "aoi@studio.example")
            other = make_caller(registry, letterbox, "eve@other.example")
            with serving(registry) as app:
                yield Service(registry, app.test_client(), clock, letterbox, owner, other, zone)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with open_service(tmp_path_factory.mktemp("instance")) as service:
        yield service


@pytest.fixture
def service(shared):
    """The module's registry, five minutes later, so that every rate is whole again."""
    shared.clock.pass_(300)
    return shared


@pytest.fixture
def fresh(tmp_path):
    """A registry of the test's own."""
    with open_service(tmp_path) as service:
        yield service
