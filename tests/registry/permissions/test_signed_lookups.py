"""A live lookup that an operator signed has the answer of that operator's filter, and nobody else ever sees it."""

import json
from dataclasses import replace

import pytest

from crawler_filter.checks.asset import Asset
from crawler_filter.filter import Filter
from crawler_filter.formats.record import rfc3339
from crawler_filter.grants.operator import Identity, Operator
from crawler_filter.grants.permits import GrantDoubt
from crawler_filter.policy import Policy
from crawler_filter.preference import Usage
from registry.model.grant import GrantRequest
from registry.server.app import create_app
from tests.registry.permissions.test_signed_requests import signed
from tests.registry.studio import SHA
from tests.simulators.crawler import CLIENT_ID, make_key, print_of

PAGE = "https://studio-aoi.com/1.png"


@pytest.fixture
def client(registry):
    return create_app(registry).test_client()


@pytest.fixture
def granted(studio, operator):
    declared = studio.declare(("url", PAGE), ("sha256", SHA))
    request = GrantRequest(
        studio.party.id, operator.id, ("train-ai",), declarations=(declared.id,), territory=("JP",)
    )
    made = studio.registry.grants.grant(studio.actor, request)
    studio.registry.publisher.publish()
    return made.grant.id


def get(client, path: str, **how):
    request = signed(url=f"https://registry.example{path}", **how)
    return client.get(path, headers=dict(request.headers))


PATH = "/v1/lookup?url=https%3A%2F%2Fstudio-aoi.com%2F1.png&territory=JP"


def test_a_signed_lookup_is_answered_as_the_operators_own_filter_answers(client, registry, granted, clock):
    answer = get(client, PATH)
    assert (answer.json["keep"], answer.json["reason"], answer.json["operator"]) == (True, "granted", CLIENT_ID)
    assert {finding["grant"] for finding in answer.json["findings"]} == {granted}
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Signature" in answer.headers["Vary"]
    policy = replace(Policy.opt_out(Usage.TRAIN_AI), operator=Operator(CLIENT_ID, make_key(1), "JP"))
    offline = Filter(registry.lookup._source, policy, clock=clock)
    shown = Identity(CLIENT_ID, print_of(make_key(1)), "JP")
    for asset in (Asset(PAGE), Asset(sha256=SHA), Asset("https://else.example/", sha256=SHA), Asset("no url")):
        live = registry.lookup.lookup(asset, Usage.TRAIN_AI, shown=shown)
        assert live == offline.check(asset.url, sha256=asset.sha256)


def test_nobody_else_sees_that_answer(client, granted):
    assert get(client, PATH).json["keep"]
    anybody = client.get(PATH)
    assert (anybody.json["keep"], anybody.json["operator"], anybody.json["doubts"]) == (False, None, [])
    assert "max-age" in anybody.headers["Cache-Control"]
    for how in ({}, {"key": make_key(5)}, {"nonce": "n2", "created": 1}):  # the first was sent before
        refused = get(client, PATH, **how)
        assert (refused.status_code, refused.json["keep"], refused.json["operator"]) == (200, False, None)
        assert refused.json["doubts"] == [{"grant": None, "why": "unproved"}]
        assert refused.headers["Cache-Control"] == "no-store"


def test_a_territory_that_is_not_the_grants_is_said(client, granted):
    answer = get(client, PATH.replace("JP", "US"))
    assert (answer.json["keep"], answer.json["doubts"]) == (False, [{"grant": granted, "why": "other-territory"}])


def test_a_batch_is_signed_with_its_body(client, granted):
    body = json.dumps({"items": [{"url": PAGE}, {"sha256": SHA}], "territory": "JP"}).encode()
    request = signed(method="POST", url="https://registry.example/v1/lookups", body=body)
    send = {"headers": dict(request.headers), "content_type": "application/json"}
    answer = client.post("/v1/lookups", data=body, **send)
    assert [item["decision"]["keep"] for item in answer.json["items"]] == [True, True]
    other = body.replace(b"JP", b"DE")
    changed = client.post("/v1/lookups", data=other, **send)
    assert [item["decision"]["keep"] for item in changed.json["items"]] == [False, False]


def test_the_past_is_answered_with_the_grants_of_then(client, registry, studio, granted, clock):
    """Before it was made a grant lifted nothing, between the two it did, and after it was revoked it does not."""
    made = clock.now
    clock.pass_(60)
    registry.grants.revoke(studio.actor, granted)
    clock.pass_(60)
    registry.publisher.publish()
    nonces = iter(range(10))

    def at(unix, **how):
        return get(
            client, f"{PATH}&at={rfc3339(unix)}", created=clock.now, expires=clock.now + 60,
            nonce=f"n{next(nonces)}", **how,
        ).json  # fmt: skip

    assert [at(unix)["keep"] for unix in (made, made + 59, made + 60, clock.now)] == [True, True, False, False]
    assert {finding["grant"] for finding in at(made)["findings"]} == {granted}
    stranger = at(made, key=make_key(5))
    assert (stranger["keep"], stranger["doubts"]) == (False, [{"grant": None, "why": "unproved"}])
    assert client.get(f"{PATH}&at={rfc3339(made)}").json["keep"] is False


def test_the_past_says_why_a_grant_of_then_is_not_counted(client, registry, granted, clock):
    at = f"{PATH.replace('JP', 'US')}&at={rfc3339(clock.now)}"
    answer = get(client, at)
    assert (answer.json["keep"], answer.json["doubts"]) == (False, [{"grant": granted, "why": "other-territory"}])


def test_a_filter_without_its_grants_says_so(registry, granted, clock):
    shown = Identity(CLIENT_ID, print_of(make_key(1)), "JP")
    registry.lookup.snapshot.grants = None
    decision = registry.lookup.lookup(Asset(PAGE), Usage.TRAIN_AI, shown=shown)
    assert [each.doubt for each in decision.doubts] == [GrantDoubt.NO_GRANTS]
