"""Lookups over HTTP: what they answer, for one asset, for many, for a range, and to users of the Spawning API."""

import re

import pytest

from crawler_filter.checks.captions import Captions
from crawler_filter.checks.recognisers import Recognisers
from crawler_filter.checks.sources import FixedSource
from crawler_filter.decision import Decision
from crawler_filter.filter import Filter
from crawler_filter.formats.names import Name, NameKind, decode_names
from crawler_filter.formats.record import rfc3339
from crawler_filter.formats.urls import key
from crawler_filter.net.client import Client
from crawler_filter.policy import Policy
from crawler_filter.preference import Usage
from registry.declarations.works import NAMES_SECONDS
from registry.rate_limits import LOOKUPS
from tests.registry.api.test_api import assert_problem

DIGEST = "ab" * 32
ISBN = "9784873119328"


@pytest.fixture
def reserved(service):
    """The address of a page that was declared and is in the snapshot."""
    page = f"https://studio-aoi.com/{service.calls}.png"
    service.published(
        scopes=[{"kind": "url", "value": page}], preferences={"train-ai": "disallowed", "search": "disallowed"}
    )
    return page


@pytest.fixture(scope="module")
def shared_content(shared):
    """A file and a book that are reserved for the whole module."""
    scopes = [{"kind": "sha256", "value": DIGEST}, {"kind": "isbn", "value": ISBN}]
    return shared.published(scopes=scopes)


def look_up(service, **query):
    return service.client.get("/v1/lookup", query_string=query)


def test_a_reserved_page_is_not_kept_and_the_answer_says_why(service, reserved):
    answer = look_up(service, url=reserved).json
    decision = Decision.from_dict(answer)
    assert (decision.keep, decision.usage, decision.policy) == (False, Usage.TRAIN_AI, "opt-out train-ai")
    (finding,) = decision.findings
    assert finding.rule == f"url {reserved.removeprefix('https://')}"
    assert finding.locator == f"https://registry.example/d/{finding.declaration}"
    assert decision.snapshot.origin == "registry.example"
    assert answer["asset"] == {"url": reserved}


def test_silence_is_unknown_and_kept_by_the_opt_out_policy(service, reserved):
    decision = Decision.from_dict(look_up(service, url="https://elsewhere-aoi.com/").json)
    assert (decision.keep, decision.preference, decision.findings) == (True, "unknown", ())


@pytest.mark.parametrize(
    ("usage", "keep"), [("train-ai", False), ("search", False), ("ai-use", True), ("tdm", True)]
)
def test_each_usage_has_its_own_answer(service, reserved, usage, keep):
    assert look_up(service, url=reserved, usage=usage).json["keep"] is keep


@pytest.mark.parametrize(
    "query",
    [
        {"fingerprint": f"sha256:{DIGEST}"},
        {"fingerprint": f"sha256:{DIGEST.upper()}"},
        {"identifier": "isbn:978-4-87311-932-8"},
        {"url": "https://elsewhere-aoi.com/", "fingerprint": f"sha256:{DIGEST}"},
    ],
    ids=str,
)
def test_a_reserved_file_or_work_is_not_kept_wherever_it_is_found(service, shared_content, query):
    answer = look_up(service, **query).json
    assert (answer["keep"], answer["asset"]) == (False, query)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({}, "#/url"),
        ({"usage": "train-ai"}, "#/url"),
        ({"url": "https://a.com/", "usage": "eat"}, "#/usage"),
        ({"url": "https://a.com/", "key": "x"}, "#/key"),
        ({"url": ["https://a.com/", "https://b.com/"]}, "#/url"),
        ({"fingerprint": "ab" * 32}, "#/fingerprint"),
        ({"fingerprint": "crc32:abcd"}, "#/fingerprint"),
        ({"fingerprint": "sha256:"}, "#/fingerprint"),
        ({"identifier": "issn:1234-5678"}, "#/identifier"),
        ({"url": "https://a.com/", "at": "yesterday"}, "#/at"),
        ({"url": "https://a.com/", "at": "2027-01-15T08:00:00"}, "#/at"),
        ({"url": "https://a.com/", "at": "2027-01-15T08:00:00+09:00"}, "#/at"),
    ],
    ids=str,
)
def test_a_question_that_cannot_be_understood_is_refused_at_its_parameter(service, query, pointer):
    response = service.client.get("/v1/lookup", query_string=query)
    problem = assert_problem(response, 422, "invalid-request")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.parametrize("query", [{"url": "not a url"}, {"fingerprint": "sha256:xyz"}, {"identifier": "isbn:1"}])
def test_an_asset_that_cannot_be_read_is_not_kept_and_says_so(service, query):
    answer = look_up(service, **query).json
    assert (answer["keep"], answer["preference"]) == (False, "unknown")
    assert answer["unavailable"][0]["source"] == "asset"


HASH = "a5b1c93e70d2684f" * 4
NEAR = HASH[:-2] + "b0"  # eight bits from it


@pytest.fixture(scope="module")
def reserved_picture(shared):
    return shared.published(scopes=[{"kind": "pdq", "value": f"{HASH};q=100"}])


def test_a_picture_is_recognised_by_its_fingerprint_with_evidence(service, reserved_picture):
    answer = look_up(service, fingerprint=f"pdq:{NEAR}").json
    (finding,) = answer["findings"]
    assert (answer["keep"], finding["declaration"]) == (False, reserved_picture["id"])
    assert finding["evidence"] == {
        "method": "pdq",
        "likeness": "same-rendition",
        "distance": 8,
        "threshold": 31,
        "registered": "whole",
        "checked": "whole",
    }


def test_fingerprints_are_looked_up_in_bulk(service, reserved_picture):
    items = [{"fingerprints": [f"pdq:{'5a' * 32}", f"pdq:{NEAR}"]}, {"fingerprints": [f"pdq:{'33' * 32}"]}]
    answer = service.call("POST", "/v1/lookups", {"items": items}).json
    assert [item["decision"]["keep"] for item in answer["items"]] == [False, True]
    assert [item["asset"] for item in answer["items"]] == items


def test_the_past_is_not_asked_by_content(service, reserved_picture):
    asked = {"fingerprint": f"pdq:{NEAR}", "at": rfc3339(service.clock.now)}
    response = service.client.get("/v1/lookup", query_string=asked)
    assert_problem(response, 422, "invalid-request")


def test_an_answer_about_the_past_is_as_it_was_then(service):
    page = f"https://studio-aoi.com/past-{service.calls}.png"
    before = rfc3339(service.clock.now)
    service.clock.pass_(60)
    service.published(scopes=[{"kind": "url", "value": page}])
    assert look_up(service, url=page).json["keep"] is False
    assert look_up(service, url=page, at=rfc3339(service.clock.now)).json["keep"] is False
    assert look_up(service, url=page, at=before).json["keep"] is True


def test_the_future_is_not_known(service):
    service.published()
    response = look_up(service, url="https://a.com/", at=rfc3339(service.clock.now + 60))
    assert_problem(response, 422, "invalid-request")


def test_a_batch_is_answered_in_its_order_and_one_bad_item_spoils_no_other(service, reserved, shared_content):
    items = [
        {"url": "https://elsewhere-aoi.com/"},
        {"url": reserved},
        {"url": "not a url"},
        {"url": "https://cdn-aoi.com/1.png", "found_on": ["https://elsewhere-aoi.com/", reserved]},
        {"sha256": DIGEST},
        {"identifiers": {"isbn": ISBN}},
        {},
    ]
    answer = service.call("POST", "/v1/lookups", {"items": items}).json["items"]
    assert [item["asset"] for item in answer] == items
    assert [item["decision"]["keep"] for item in answer] == [True, False, False, False, False, False, False]
    assert [bool(item["decision"]["unavailable"]) for item in answer] == [
        False,
        False,
        True,
        False,
        False,
        False,
        True,
    ]


def test_one_and_many_give_the_same_answer(service, reserved):
    one = look_up(service, url=reserved, usage="search").json
    many = service.call("POST", "/v1/lookups", {"items": [{"url": reserved}], "usage": "search"}).json
    assert Decision.from_dict(one) == Decision.from_dict(many["items"][0]["decision"])


def test_an_empty_batch_has_an_empty_answer(service):
    assert service.call("POST", "/v1/lookups", {"items": []}).json == {"items": []}


def test_ten_thousand_items_are_answered_and_one_more_is_too_many(service):
    items = [{"url": f"https://elsewhere-aoi.com/{number}"} for number in range(10_000)]
    answer = service.call("POST", "/v1/lookups", {"items": items})
    assert len(answer.json["items"]) == 10_000
    assert 10_000 < LOOKUPS.quota - int(answer.headers["RateLimit"].split(";")[1][2:]) < 20_000
    assert_problem(service.call("POST", "/v1/lookups", {"items": [*items, {}]}), 413, "too-large")


def test_a_batch_counts_each_of_its_items(service):
    service.registry.limiter.take(LOOKUPS, "127.0.0.1", LOOKUPS.quota - 120)
    assert service.call("POST", "/v1/lookups", {"items": [{}] * 50}).status_code == 200
    assert_problem(service.call("POST", "/v1/lookups", {"items": [{}] * 50}), 429, "rate-limited")
    assert service.call("POST", "/v1/lookups", {"items": [{}] * 5}).status_code == 200


def test_a_range_holds_the_key_that_was_meant_and_enough_others(service, reserved):
    digits = key(reserved.removeprefix("https://")).hex()
    response = service.call("GET", f"/v1/range/path/{digits[:5]}")
    lines = response.text.splitlines()
    assert response.mimetype == "text/plain"
    assert len(lines) >= 32
    assert all(re.fullmatch(r"[0-9a-f]{27} url \d+ [vdlp-]+ [a-z2-7]{26} \d+", line) for line in lines)
    assert [line for line in lines if line.startswith(digits[5:32])]


@pytest.mark.parametrize(
    "path",
    ["path/0123", "path/" + "0" * 17, "path/0123g", "path/ABCDE", "crc32/01234", "path/01234?page=-1",
     "path/01234?page=x", "path/01234?pages=1"],
)  # fmt: skip
def test_a_range_that_cannot_be_is_refused(service, path):
    assert_problem(service.call("GET", f"/v1/range/{path}"), 422, "invalid-request")


def spawning(service, text, **headers):
    response = service.client.post("/api/v2/query/urls/", data=text, headers=headers)
    assert response.status_code == 200, response.text
    return response.json["urls"]


def test_users_of_the_spawning_api_get_their_own_format(service, reserved):
    urls = ["https://elsewhere-aoi.com/é", reserved, "not a url"]
    headers = {"Authorization": "API any-key", "Content-Type": "text/plain"}
    assert spawning(service, "\n".join(urls).encode(), **headers) == [
        {"url": urls[0], "optOut": False, "optIn": False},
        {"url": urls[1], "optOut": True, "optIn": False},
        {"url": urls[2], "optOut": True, "optIn": False},
    ]


def test_a_permission_opts_in(service):
    pending = service.pending()
    host = pending["scopes"][0]["value"]
    challenge = service.challenge(pending["id"])
    service.zone.txt(challenge["at"], challenge["value"])
    service.call("POST", f"/v1/declarations/{pending['id']}/proofs/{challenge['id']}/check", by=service.owner)
    page = f"https://{host}/free/"
    service.published(scopes=[{"kind": "prefix", "value": page}], preferences={"train-ai": "allowed"})
    service.clock.pass_(73 * 3600)  # what loosens a reservation that stands waits
    service.registry.schedule.due(service.clock.now)
    service.registry.publisher.publish()
    assert spawning(service, page + "1.png") == [{"url": page + "1.png", "optOut": False, "optIn": True}]


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\r\nb", ["a", "b"]), ("a\n\nb", ["a", "", "b"])],
)  # fmt: skip
def test_every_line_has_its_answer_in_its_place(service, text, lines):
    assert [each["url"] for each in spawning(service, text)] == lines


def test_a_list_that_is_not_utf_8_is_refused(service):
    assert_problem(service.client.post("/api/v2/query/urls/", data=b"\xff"), 400, "bad-request")


def test_too_long_a_list_is_refused(service):
    assert_problem(service.client.post("/api/v2/query/urls/", data="a\n" * 10_001), 413, "too-large")


def test_metrics_count_decisions_by_usage_and_preference_alone(service, reserved):
    look_up(service, url=reserved)
    metrics = service.call("GET", "/metrics").text
    assert 'registry_decisions_total{preference="disallowed",usage="train-ai"}' in metrics
    assert "studio" not in metrics


def test_the_filters_own_client_is_answered(service):
    class Wire:
        def post_json(self, url, value, *, max_bytes):
            response = service.call("POST", url.removeprefix("https://registry.example"), value)
            assert (response.status_code, len(response.data) <= max_bytes) == (200, True)
            return response.data

    reserved = service.published()["scopes"][0]["value"]
    client = Client("https://registry.example", Policy.permission_first(Usage.TRAIN_AI), transport=Wire())
    decisions = list(client.check_many([f"https://{reserved}", {"md5": "d" * 32}, "no url", None]))
    assert [decision.preference for decision in decisions] == ["disallowed", "unknown", "unknown", "unknown"]
    assert [decision.keep for decision in decisions] == [False] * 4
    assert [bool(decision.unavailable) for decision in decisions] == [False, False, True, True]
    assert {decision.policy for decision in decisions} == {"permission-first train-ai"}


def test_a_character_entered_by_its_holder_is_found_in_a_caption_and_leads_to_the_declaration(service, tmp_path):
    names = {"series": ["灯台物語"], "characters": [["青井そら", "Sora Aoi"]]}
    body = {"party": service.owner.party.id, "kind": "manga", "titles": {"ja": "青い灯台"}, **names}
    work = service.call("POST", "/v1/works", body, by=service.owner).json
    declared = service.published(works=[work["id"]])
    service.clock.pass_(NAMES_SECONDS)
    service.registry.do_what_is_due()
    (tmp_path / "names").write_bytes(service.client.get("/v1/names").data)
    source = FixedSource(service.registry.publisher.snapshot())
    optout = Filter(source, Policy.opt_out(Usage.TRAIN_AI), recognisers=Recognisers(Captions(tmp_path / "names")))
    found = optout.check_caption("1girl, aoi_sora, 灯台物語")
    assert [finding.rule for finding in found] == ["character Sora Aoi", "series 灯台物語"]
    assert {finding.declaration for finding in found} == {declared["id"]}


def test_the_names_of_works_are_given_while_a_declaration_in_force_names_them(service):
    work = service.work()["id"]
    assert "The Blue Book" not in service.client.get("/v1/names").text
    declared = service.declared(works=[work])
    service.clock.pass_(NAMES_SECONDS)
    service.registry.works.refresh_names()
    names = service.client.get("/v1/names")
    assert Name(declared["leaf"], NameKind.TITLE, ("青い本", "The Blue Book")) in decode_names(names.data)
    assert names.mimetype == "text/plain"


def test_whom_to_ask_and_the_law_of_a_territory_come_with_a_lookup_that_asks_for_them(service):
    routes = [{"kind": "agent", "name": "Agency", "address": "agent@example.com"}]
    digest = f"{service.calls:064x}"
    made = service.published(
        scopes=[{"kind": "sha256", "value": digest}], terms={"routes": routes, "remuneration": ["IN"]}
    )
    asked = f"sha256:{digest}"
    plain = look_up(service, fingerprint=asked).json
    assert not plain.keys() & {"terms", "law"}
    full = look_up(service, fingerprint=asked, terms="true", territory="DE").json
    assert full["terms"] == {made["id"]: made["terms"]}
    assert made["terms"]["routes"] == [routes[0] | {"identifier": None}]
    assert (full["law"]["code"], full["law"]["effect"]) == ("EU", "decides")
    assert (full["keep"], full["findings"]) == (plain["keep"], plain["findings"])
    assert "law" not in look_up(service, fingerprint=asked, territory="AQ").json


def test_a_batch_says_whom_to_ask_and_what_the_law_is_as_one_lookup_does(service, monkeypatch):
    made = [service.declared(terms={"contact": f"licences@studio-{each}.com"}) for each in "ab"]
    service.registry.publisher.publish()
    items = [{"url": f"https://{each['scopes'][0]['value']}"} for each in made]
    plain = service.call("POST", "/v1/lookups", {"items": items}).json
    assert plain.keys() == {"items"}
    asked = {"items": items, "terms": True, "territory": "DE"}
    full = service.call("POST", "/v1/lookups", asked).json
    assert full["terms"] == {each["id"]: each["terms"] for each in made}
    assert (full["terms_left_out"], full["law"]["code"]) == (
        0,
        look_up(service, **items[0], territory="DE").json["law"]["code"],
    )
    monkeypatch.setattr("registry.api.lookups.MOST_TERMS_OF_MANY", 1)
    short = service.call("POST", "/v1/lookups", asked).json
    assert (list(short["terms"]), short["terms_left_out"]) == ([made[0]["id"]], 1)
