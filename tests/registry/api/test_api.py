"""Every operation: what it answers when all is well, and how it refuses everything else."""

import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from registry.api.dispatch import make_blueprint
from registry.errors import RateLimitedError, RegistryError
from registry.http.problems import MEDIA_TYPE, PROBLEMS_PATH
from registry.model.credentials import TokenScope, new_token
from registry.net import Fetcher
from registry.server.app import create_app
from tests.registry.api.examples import (
    BY_NAME,
    EVERY,
    EXAMPLES,
    WITH_JSON,
    WITH_OWNER,
    WITH_TOKEN,
    WITHOUT_TOKEN,
)
from tests.registry.bad_scopes import BAD_SCOPES
from tests.registry.instance import make_party

ROUTES = Path(__file__).with_name("routes.txt")


def assert_problem(response, status, slug):
    """The one shape of every refusal."""
    assert response.status_code == status, response.text
    assert response.content_type == MEDIA_TYPE
    problem = response.json
    assert set(problem) - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert problem["type"] == PROBLEMS_PATH + slug
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"] == f"urn:request:{response.headers['X-Request-Id']}"
    assert all(
        set(each) == {"pointer", "detail"} and each["pointer"][0] == "#" for each in problem.get("errors", [])
    )
    assert response.headers["Cache-Control"] == "no-store"
    return problem


def perform(service, name, *, by=None, scope=TokenScope.DECLARE, headers=None, body=None, example=None):
    example = example or EXAMPLES[name](service)
    sent = example.body if body is None else body
    return service.call(BY_NAME[name].method, example.path, sent, by=by, scope=scope, headers=headers)


@pytest.fixture(scope="module")
def example_of(shared):
    """One example of each operation for all requests that are refused before anything is looked for."""
    return cache(lambda name: EXAMPLES[name](shared))


@pytest.mark.parametrize("name", EVERY)
def test_every_operation_answers_as_its_row_says(service, name):
    operation = BY_NAME[name]
    response = perform(service, name, by=service.owner)
    assert response.status_code == operation.status, response.text
    expected = operation.answer if isinstance(operation.answer, str) else "application/json"
    assert response.mimetype == expected
    if not isinstance(operation.answer, str):
        operation.answer.model_validate(response.json)
    assert response.headers["RateLimit-Policy"].startswith(f'"{operation.rate.name}";q=')
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert len(response.headers["X-Request-Id"]) == 32


@pytest.mark.parametrize("name", WITH_JSON)
@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        pytest.param(b"", 400, "bad-request", id="nothing"),
        pytest.param(b"{", 400, "bad-request", id="broken JSON"),
        pytest.param(b'{"a":' * 30_000 + b"1" + b"}" * 30_000, 400, "bad-request", id="JSON nested 30,000 deep"),
        pytest.param(b"[" * 40 + b"]" * 40, 400, "bad-request", id="JSON nested 40 deep"),
        pytest.param(b'{"party": 1, "party": 2}', 400, "bad-request", id="a name twice"),
        pytest.param(b'{"party": NaN}', 400, "bad-request", id="NaN"),
        pytest.param(b'{"party": "\\ud800"}', 400, "bad-request", id="half a character"),
        pytest.param(b'{"\\ud800": 1}', 400, "bad-request", id="half a character in a name"),
        pytest.param(b'{"party": "\xff"}', 400, "bad-request", id="bytes that are not UTF-8"),
        pytest.param(b'{"party": ' + b"1" * 5000 + b"}", 400, "bad-request", id="a number of 5,000 digits"),
        pytest.param(b"[]", 422, "invalid-request", id="a list"),
        pytest.param(b"{}", 422, "invalid-request", id="an empty object"),
        pytest.param(b'"text"', 422, "invalid-request", id="a text"),
        pytest.param(b"null", 422, "invalid-request", id="null"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(service, example_of, name, body, status, slug):
    assert_problem(perform(service, name, by=service.owner, body=body, example=example_of(name)), status, slug)


@pytest.mark.parametrize("name", WITH_JSON)
def test_an_unknown_field_is_refused_by_its_name(service, name):
    example = EXAMPLES[name](service)
    response = service.call("POST", example.path, example.body | {"prefrences": {}}, by=service.owner)
    problem = assert_problem(response, 422, "invalid-request")
    assert "#/prefrences" in [error["pointer"] for error in problem["errors"]]


@pytest.mark.parametrize("name", [name for name in EVERY if BY_NAME[name].body])
@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/html", "multipart/form-data"])
def test_another_content_type_is_refused(service, name, content_type):
    response = perform(service, name, by=service.owner, headers={"Content-Type": content_type}, body=b"{}")
    assert_problem(response, 415, "unsupported-media-type")


@pytest.mark.parametrize("name", [name for name in EVERY if BY_NAME[name].body])
def test_a_body_over_the_limit_is_refused(service, name):
    limits = service.registry.config.limits
    most = limits.lookup_body_bytes if BY_NAME[name].is_lookup else limits.body_bytes
    content_type = "text/plain" if BY_NAME[name].body == "text/plain" else "application/json"
    headers = {"Content-Type": content_type}
    response = perform(service, name, by=service.owner, headers=headers, body=b" " * (most + 1))
    assert_problem(response, 413, "too-large")


@pytest.mark.parametrize("name", WITH_TOKEN)
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Bearer",
        "Bearer orp_0123456789ABCDEFGHIJKLMNOPQRST4PMbyp",
        f"Bearer {new_token(lambda n: b'?' * n)}",
        "Bearer \xe9",
        "Basic YTpi",
        "API key",
    ],
)
def test_without_a_valid_token_nobody_is_anybody(service, example_of, name, authorization):
    headers = {} if authorization is None else {"Authorization": authorization}
    response = perform(service, name, headers=headers, example=example_of(name))
    assert_problem(response, 401, "not-authenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("name", WITH_TOKEN)
def test_a_reading_token_reads_and_changes_nothing(service, name):
    response = perform(service, name, by=service.owner, scope=TokenScope.READ)
    if BY_NAME[name].access.value is TokenScope.READ:
        assert response.status_code == 200
    else:
        assert_problem(response, 403, "not-authorised")


@pytest.mark.parametrize("name", WITH_OWNER)
def test_another_account_is_told_that_there_is_nothing(service, name):
    response = perform(service, name, by=service.other)
    problem = response.json
    assert response.status_code in (403, 404), response.text
    assert_problem(
        response, response.status_code, "not-found" if response.status_code == 404 else "not-authorised"
    )
    assert "Aoi" not in problem["detail"]


LOOKS_OUTSIDE = {
    "check_proof", "check_party_proof", "add_operator", "check_operator", "add_webhook", "check_webhook"
}  # fmt: skip


def test_while_others_keep_us_waiting_lookups_are_answered(service, monkeypatch):
    """With every place for waiting taken, nothing is asked outside, whatever is called, and the rest is answered."""
    ready = {name: EXAMPLES[name](service) for name in EVERY if BY_NAME[name].method == "POST"}
    asked = []
    for way in ("get", "post", "txt"):
        monkeypatch.setattr(Fetcher, way, lambda *_, **__: asked.append(1))
    with ExitStack() as stack:
        for number in range(4):
            stack.enter_context(service.registry.slow.turn(f"other {number}"))
        with pytest.raises(RateLimitedError), service.registry.slow.turn("one more"):
            pass
        refused = {
            name
            for name, example in ready.items()
            if perform(service, name, by=service.owner, example=example).status_code == 429
        }
        assert perform(service, "lookup").status_code == 200
    assert refused == LOOKS_OUTSIDE
    assert asked == []


@pytest.mark.parametrize("name", WITHOUT_TOKEN)
def test_what_is_public_needs_no_token(service, name):
    assert perform(service, name).status_code == 200


@pytest.mark.parametrize("name", [name for name in EVERY if BY_NAME[name].is_lookup])
def test_lookups_do_not_look_at_tokens(service, name):
    assert perform(service, name, headers={"Authorization": "Bearer nonsense"}).status_code == 200


def test_a_revoked_token_stops_at_once(fresh):
    assert fresh.call("GET", "/v1/parties", by=fresh.owner).status_code == 200
    for token in fresh.registry.accounts.tokens(fresh.owner.actor):
        fresh.registry.accounts.revoke_token(fresh.owner.actor, token.id)
    assert_problem(fresh.call("GET", "/v1/parties", by=fresh.owner), 401, "not-authenticated")


def test_a_session_cookie_is_no_token(fresh):
    fresh.client.set_cookie("session", "x" * 43)
    fresh.client.set_cookie("__Host-session", "x" * 43)
    assert_problem(fresh.call("GET", "/v1/parties"), 401, "not-authenticated")


def test_only_its_own_party_sees_a_pending_declaration_and_the_private_part(service):
    pending, public = service.pending(), service.declared()
    path = f"/v1/declarations/{pending['id']}"
    assert service.call("GET", path, by=service.owner).json["private"]["unproved_scopes"] == [0]
    assert_problem(service.call("GET", path), 404, "not-found")
    assert_problem(service.call("GET", path + "/history"), 404, "not-found")
    assert_problem(service.call("GET", path + "/receipt"), 404, "not-found")
    assert service.call("GET", path, by=service.other).status_code in (403, 404)
    path = f"/v1/declarations/{public['id']}"
    assert "private" in service.call("GET", path, by=service.owner).json
    assert "private" not in service.call("GET", path, by=service.other).json
    assert "private" not in service.call("GET", path).json
    assert_problem(service.call("GET", path, headers={"Authorization": "Bearer x"}), 401, "not-authenticated")


@pytest.mark.parametrize("name", ["declaration", "history", "receipt", "work", "withdraw", "challenges"])
@pytest.mark.parametrize("number", ["a" * 26, "x", "A" * 26, "%00" * 26, "é" * 26, "a" * 5000])
def test_what_does_not_exist_is_not_found(service, name, number):
    path = BY_NAME[name].path.replace("{id}", number)
    assert_problem(service.call(BY_NAME[name].method, path, by=service.owner), 404, "not-found")


def test_the_names_in_a_work_are_answered_as_they_are_registered_and_may_be_added_to(service):
    names = {"series": ["青  シリーズ"], "characters": [["青井そら", "Sora Aoi", "青井そら"], ["ヨハン"]]}
    body = {"party": service.owner.party.id, "kind": "manga", "titles": {"ja": "青"}}
    made = service.call("POST", "/v1/works", body | names, by=service.owner).json
    assert made["series"] == ["青 シリーズ"]
    assert made["characters"] == [["青井そら", "Sora Aoi"], ["ヨハン"]]
    changed = service.call("POST", f"/v1/works/{made['id']}/amend", body, by=service.owner).json
    assert changed == made | {"series": [], "characters": []}
    assert service.call("GET", f"/v1/works/{made['id']}").json == changed


def test_a_name_that_is_not_right_is_pointed_at(service):
    names = {"series": ["!"], "characters": [["Sora Aoi"], ["Sora / Aoi", "x" * 101], []]}
    body = {"party": service.owner.party.id, "kind": "manga", "titles": {"ja": "青"}, **names}
    refused = assert_problem(service.call("POST", "/v1/works", body, by=service.owner), 422, "invalid-request")
    pointers = ["#/series/0", "#/characters/1/1", "#/characters/1/0", "#/characters/2"]
    assert [error["pointer"] for error in refused["errors"]] == pointers


@pytest.mark.parametrize("path", ["/v1/", "/v1/nothing", "/api/v1/query", "/v1/declarations/", "/api/"])
def test_an_address_of_nothing_is_a_problem_and_no_page(service, path):
    assert_problem(service.call("GET", path), 404, "not-found")


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_another_method_is_refused_with_those_that_are_there(service, name, method):
    path = BY_NAME[name].path.replace("{", "").replace("}", "")
    response = service.call(method, path, by=service.owner)
    assert_problem(response, 405, "method-not-allowed")
    assert BY_NAME[name].method in response.headers["Allow"].split(", ")


def test_the_same_key_and_request_make_one_declaration_however_often_they_come(service):
    body, key = service.declaration(), {"Idempotency-Key": "b4e2"}
    with ThreadPoolExecutor(8) as pool:

        def send(_):
            client = service.client.application.test_client()
            headers = key | service.owner.headers()
            return client.post("/v1/declarations", json=body, headers=headers)

        responses = list(pool.map(send, range(16)))
    assert {response.status_code for response in responses} == {201}
    assert len({response.text for response in responses}) == 1
    assert len({response.headers["Location"] for response in responses}) == 1
    assert service.call("GET", responses[0].headers["Location"]).status_code == 200


def test_the_same_key_with_another_request_is_refused(service):
    key = {"Idempotency-Key": '"another-request"'}
    first = service.call("POST", "/v1/declarations", service.declaration(), by=service.owner, headers=key)
    assert first.status_code == 201
    again = service.call("POST", "/v1/declarations", service.declaration(), by=service.owner, headers=key)
    assert_problem(again, 422, "idempotency-mismatch")


def test_a_key_is_the_accounts_own(service):
    key = {"Idempotency-Key": "each-account"}
    ours, theirs = service.declaration(), service.declaration(party=service.other.party.id)
    made = [
        service.call("POST", "/v1/declarations", body, by=by, headers=key).get_json()["id"]
        for body, by in 2 * ((ours, service.owner), (theirs, service.other))
    ]
    assert made[:2] == made[2:]
    assert made[0] != made[1]


def test_a_key_whose_request_was_refused_may_be_used_for_another(service):
    key = {"Idempotency-Key": "refused-before"}
    body = service.declaration(works=["0" * 26])
    assert service.call("POST", "/v1/declarations", body, by=service.owner, headers=key).status_code == 422
    again = service.call("POST", "/v1/declarations", service.declaration(), by=service.owner, headers=key)
    assert again.status_code == 201


def test_of_two_requests_with_one_key_at_once_one_is_made_and_the_other_refused(service):
    bodies = [service.declaration() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:

        def send(body):
            client = service.client.application.test_client()
            headers = {"Idempotency-Key": "at-once"} | service.owner.headers()
            return client.post("/v1/declarations", json=body, headers=headers).status_code

        statuses = sorted(pool.map(send, bodies))
    assert statuses == [201, *[422] * 7]


@pytest.mark.parametrize("key", ["", "x" * 256, "with space", "é"])
def test_a_declaration_without_a_usable_key_is_refused(service, key):
    headers = {"Idempotency-Key": key}
    response = service.call("POST", "/v1/declarations", service.declaration(), by=service.owner, headers=headers)
    assert_problem(response, 400, "bad-request")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"party": "x"}, "#/party"),
        ({"scopes": []}, "#/scopes"),
        ({"scopes": [{"kind": "galaxy", "value": "x"}]}, "#/scopes/0/kind"),
        ({"scopes": [{"kind": "url", "value": ""}]}, "#/scopes/0/value"),
        ({"scopes": [{"kind": "url", "value": "https://studio-aoi.com/", "usage": "x"}]}, "#/scopes/0/usage"),
        ({"scopes": [{"kind": "url", "value": "ftp://studio-aoi.com/"}]}, "#/scopes/0/value"),
        ({"preferences": {"train-ai": "maybe"}}, "#/preferences/train-ai"),
        ({"preferences": {"a/b~c": "disallowed"}}, "#/preferences/a~1b~0c"),
        ({"territory": "Japan"}, "#/territory"),
        ({"terms": {"policy": 5}}, "#/terms/policy"),
        ({"statement": "1999-01"}, "#/statement"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_pointed_at(service, change, pointer):
    response = service.call("POST", "/v1/declarations", service.declaration(**change), by=service.owner)
    problem = assert_problem(response, 422, "invalid-request")
    assert pointer in [error["pointer"] for error in problem["errors"]]


def stored(service):
    """How many rows each table holds; an index for searching has its rows in tables of its own."""
    plain = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL %'"
    with service.registry.store.read() as database:
        tables = database.execute(plain).fetchall()
        return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone() for (name,) in tables}


@pytest.mark.parametrize(("kind", "typed", "message"), BAD_SCOPES)
def test_what_cannot_be_a_scope_is_pointed_at_and_nothing_is_stored(service, kind, typed, message):
    good = {"kind": "url", "value": "https://studio-aoi.com/good.png"}
    body = service.declaration(scopes=[good, {"kind": kind, "value": typed}])
    before = stored(service)
    problem = assert_problem(
        service.call("POST", "/v1/declarations", body, by=service.owner), 422, "invalid-request"
    )
    (error,) = problem["errors"]
    assert error["pointer"] == "#/scopes/1/value"
    assert re.search(message, error["detail"])
    assert stored(service) == before


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        pytest.param(
            {
                "scopes": [
                    {"kind": "url", "value": "studio-aoi.com/a"},
                    {"kind": "url", "value": "HTTPS://studio-aoi.com/a", "preferences": {"train-ai": "allowed"}},
                ]
            },
            "#/scopes/1",
            id="a scope that says two things",
        ),
        pytest.param(
            {"preferences": {"tdm": "disallowed", "train-ai": "allowed"}},
            "#/preferences",
            id="training allowed inside reserved mining",
        ),
        pytest.param({"preferences": {"cook": "disallowed"}}, "#/preferences/cook", id="no such usage"),
        pytest.param({"scopes": [{"kind": "md5", "value": "0" * 31 + "1"}] * 2}, "#/scopes/1", id="a scope twice"),
    ],
)
def test_what_contradicts_itself_is_pointed_at_and_nothing_is_stored(service, change, pointer):
    before = stored(service)
    response = service.call("POST", "/v1/declarations", service.declaration(**change), by=service.owner)
    problem = assert_problem(response, 422, "invalid-request")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert stored(service) == before


def test_what_was_declared_already_is_refused_with_its_number_and_nothing_is_stored(service):
    body = service.declaration()
    first = service.call("POST", "/v1/declarations", body, by=service.owner).json
    before = stored(service)
    again = service.call("POST", "/v1/declarations", body, by=service.owner)
    assert first["id"] in assert_problem(again, 409, "conflict")["detail"]
    assert stored(service) == before


def test_wrong_fields_are_named_at_once_and_of_a_list_those_of_its_first_wrong_item(service):
    """Thousands of wrong items cost no more than one."""
    body = service.declaration(territory="Japan", works="x", scopes=[{"kind": "x", "value": 1}, {}])
    problem = assert_problem(
        service.call("POST", "/v1/declarations", body, by=service.owner), 422, "invalid-request"
    )
    assert {error["pointer"] for error in problem["errors"]} == {
        "#/territory", "#/works", "#/scopes/0/kind", "#/scopes/0/value"
    }  # fmt: skip


def test_a_proof_that_is_found_activates_the_declaration(service):
    response = perform(service, "check_proof", by=service.owner)
    assert (response.json["state"], response.json["scopes"][0]["assurance"]) == ("active", "verified")


def test_a_proof_that_is_not_there_is_a_conflict_that_says_so(service):
    declaration = service.pending()["id"]
    challenge = service.challenge(declaration)
    path = f"/v1/declarations/{declaration}/proofs/{challenge['id']}/check"
    assert_problem(service.call("POST", path, by=service.owner), 409, "proof-missing")


def test_a_challenge_of_another_account_is_not_found(service):
    declaration = service.pending()["id"]
    challenge = service.challenge(declaration)
    theirs = make_party(service.registry, service.other.actor)
    body = service.declaration(party=theirs.id, scopes=[{"kind": "host", "value": "studio-aoi.com"}])
    other = service.call("POST", "/v1/declarations", body, by=service.other).json["id"]
    path = f"/v1/declarations/{other}/proofs/{challenge['id']}/check"
    assert_problem(service.call("POST", path, by=service.other), 404, "not-found")


def test_an_unknown_failure_is_told_by_its_number_alone(service, monkeypatch, caplog):
    def fail(*_args, **_kwargs):
        raise RuntimeError("secret inside")

    monkeypatch.setattr(type(service.registry.declarations), "visible", fail)
    with caplog.at_level(logging.ERROR):
        response = service.call("GET", "/v1/declarations/" + "a" * 26)
    problem = assert_problem(response, 500, "internal")
    assert "secret" not in json.dumps(problem)
    assert "secret inside" in caplog.text
    assert "a" * 26 not in caplog.messages[-1]


@pytest.mark.parametrize("name", [name for name in EVERY if BY_NAME[name].method == "GET"])
def test_head_answers_as_get_without_a_body(service, name):
    example = EXAMPLES[name](service)
    got = service.call("GET", example.path, by=service.owner)
    head = service.call("HEAD", example.path, by=service.owner)
    assert head.status_code == got.status_code
    assert head.data == b""
    if name != "metrics":
        assert head.headers["Content-Length"] == got.headers["Content-Length"]


@pytest.mark.parametrize("name", ["declaration", "history", "work", "lookup", "range", "openapi"])
def test_what_has_not_changed_is_not_sent_again(service, name):
    example = EXAMPLES[name](service)
    first = service.call("GET", example.path)
    assert first.headers["Cache-Control"] == f"public, max-age={BY_NAME[name].max_age}"
    assert not first.headers["ETag"].startswith("W/")
    again = service.call("GET", example.path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["declaration", "challenges", "parties"])
def test_what_is_private_is_not_kept_by_caches(service, name):
    assert perform(service, name, by=service.owner).headers["Cache-Control"] == "no-store"


def test_a_cache_tells_readers_with_and_without_a_token_apart(service):
    assert perform(service, "declaration").headers["Vary"] == "Authorization"


@pytest.mark.parametrize("name", EVERY)
def test_pages_of_other_sites_may_read_and_look_up_but_never_write(service, name):
    operation = BY_NAME[name]
    path = operation.path.replace("{", "").replace("}", "")
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": operation.method}
    preflight = service.call("OPTIONS", path, headers=asked)
    assert preflight.status_code == 204
    assert operation.method in preflight.headers["Allow"].split(", ")
    allowed = preflight.headers.get("Access-Control-Allow-Methods", "").split(", ")
    assert (operation.method in allowed) is (operation.method == "GET" or operation.is_lookup)
    answer = perform(service, name, by=service.owner)
    shared = answer.headers.get("Access-Control-Allow-Origin") == "*"
    assert shared is (operation.method == "GET" or operation.is_lookup)
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "authorization" not in preflight.headers.get("Access-Control-Allow-Headers", "").lower()


def test_too_many_requests_are_told_when_to_come_back(service):
    quota = BY_NAME["parties"].rate.quota
    service.registry.limiter.take(BY_NAME["parties"].rate, service.owner.actor.account, quota)
    refused = service.call("GET", "/v1/parties", by=service.owner)
    assert_problem(refused, 429, "rate-limited")
    assert refused.headers["Retry-After"] == "1"
    assert refused.headers["RateLimit"] == '"read";r=0;t=1'
    assert service.call("GET", "/v1/parties", by=service.other).status_code == 200
    service.clock.pass_(1)
    assert service.call("GET", "/v1/parties", by=service.owner).status_code == 200


def test_every_problem_type_is_documented_with_its_status():
    def under(kind):
        return {kind, *(each for child in kind.__subclasses__() for each in under(child))}

    slugs = [kind.slug for kind in under(RegistryError)]
    documented = {error for operation in BY_NAME.values() for error in operation.problems}
    assert {error.status for error in documented} <= {400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 500, 503}
    assert all(error.slug in slugs for error in documented)


def test_the_routes_are_those_that_were_agreed(service):
    served = sorted(
        f"{method} {rule.rule}"
        for rule in service.client.application.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    )
    assert served == ROUTES.read_text(encoding="utf-8").splitlines()


def test_two_applications_do_not_share_their_metrics(fresh):
    other = create_app(fresh.registry)
    fresh.call("GET", "/livez")
    assert b'route="/livez"' not in other.extensions["metrics"].exposition()
    assert make_blueprint(tuple(BY_NAME.values())).name == "api"


def test_a_long_history_is_read_in_pages(service, monkeypatch):
    monkeypatch.setattr("registry.api.views.HISTORY_ROWS", 1)
    made = service.declared()["id"]
    service.call("POST", f"/v1/declarations/{made}/withdraw", by=service.owner)
    first = service.call("GET", f"/v1/declarations/{made}/history")
    assert [entry["type"] for entry in first.json["entries"]] == ["declare"]
    assert first.headers["Link"] == '<?page=1>; rel="next"'
    second = service.call("GET", f"/v1/declarations/{made}/history?page=1")
    assert [entry["type"] for entry in second.json["entries"]] == ["notice"]
    assert "Link" not in second.headers
