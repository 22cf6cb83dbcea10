"""What a request costs is counted before it is done, in units that follow what it really takes."""

import base64
import json
import random
import statistics
import time
from dataclasses import dataclass

import pytest

from registry.errors import TooLargeError
from registry.http.weight import MOST_UNITS, weigh_fingerprint, weigh_form, weigh_json, weigh_lines
from registry.rate_limits import RateLimiter
from tests.registry.api.examples import BY_NAME, EXAMPLES, Example
from tests.registry.api.test_api import assert_problem
from tests.registry.web.person import OURS

FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"

ROUNDS = 6
AGAIN = 8
_RANDOM = random.Random(1)


def film(frames: int) -> str:
    """A film that nobody registered."""
    raw = b"".join(second.to_bytes(4) + _RANDOM.randbytes(32) for second in range(frames))
    return f"video:{base64.b64encode(raw).decode()}"


def long_declaration(service) -> Example:
    service.calls += 1
    scopes = [{"kind": "url", "value": f"https://studio-aoi.com/{service.calls}/{each}"} for each in range(200)]
    return Example("/v1/declarations", service.declaration(scopes=scopes))


def large_work(service) -> Example:
    service.calls += 1
    characters = [[f"名前{service.calls}の{each}", f"Name {each}"] for each in range(400)]
    titles = {"ja": "青"}
    body = {"party": service.owner.party.id, "kind": "anime", "titles": titles, "characters": characters}
    return Example("/v1/works", body)


def items(*each: dict) -> Example:
    return Example("/v1/lookups", {"items": list(each)})


LARGE = {
    "declare": {"with many scopes": long_declaration},
    "create_work": {"with many characters": large_work},
    "lookups": {
        "of many addresses": lambda _: items(*({"url": f"https://a{n}.example.com/b.png"} for n in range(1000))),
        "of pages in Japanese": lambda _: items(*({"url": "https://studio-aoi.com/" + "あ" * 900},) * 50),
        "of a film": lambda _: items({"fingerprints": [film(500)]}),
    },
    "spawning_query": {
        "of many addresses": lambda _: Example(
            "/api/v2/query/urls/", "\n".join(f"https://a{n}.example.com/b.png" for n in range(1000))
        )
    },
}
CASES = {
    **{(name, "as the example"): make for name, make in EXAMPLES.items()},
    **{(name, how): make for name, makes in LARGE.items() for how, make in makes.items()},
}


@dataclass
class Meter:
    """Adds up the units that were taken."""

    units: int = 0

    def counting(self, how="take"):
        really = getattr(RateLimiter, how)

        def counted(limiter, rate, key, units=1):
            self.units += units
            return really(limiter, rate, key, units)

        return counted


def cpu_of_a_unit(service, meter, name, make) -> float:
    """Seconds of CPU for each unit counted; the least of some rounds, because other work can only add to it."""
    found = []
    for _ in range(ROUNDS):
        example = make(service)  # just before its call: some leave room for one alone
        service.clock.pass_(300)
        meter.units, began = 0, time.process_time()
        response = service.call(BY_NAME[name].method, example.path, example.body, by=service.owner)
        found.append((time.process_time() - began) / meter.units)
        assert response.status_code < 300, response.text
    return min(found)


@pytest.mark.whole
def test_a_unit_costs_about_the_same_whatever_is_asked(service, monkeypatch):
    meter = Meter()
    monkeypatch.setattr(RateLimiter, "take", meter.counting())
    costs = {case: cpu_of_a_unit(service, meter, case[0], make) for case, make in CASES.items()}
    middle = statistics.median(costs.values())
    far = {case: cost / middle for case, cost in costs.items() if not 1 / 3 < cost / middle < 3}
    for _ in range(AGAIN):  # a machine that does other work as well can make anything look dear, but not each time
        again = {case: cpu_of_a_unit(service, meter, case[0], CASES[case]) / middle for case in far}
        far = {case: ratio for case, ratio in again.items() if not 1 / 3 < ratio < 3}
    assert far == {}


ALMOST = 4_194_304
HEAVY = {
    "newlines": ("/api/v2/query/urls/", "\n" * ALMOST),
    "addresses in Japanese": ("/api/v2/query/urls/", "https://a.example/あ\n" * 100_000),
    "bad items": ("/v1/lookups", json.dumps({"items": [0] * 1_000_000})),
    "items of unknown fields": ("/v1/lookups", json.dumps({"items": [{"a": 1}] * 100_000})),
    "empty objects": ("/v1/lookups", json.dumps({"items": [{}] * 10_001})),
    "names of one object": ("/v1/lookups", json.dumps({str(number): 0 for number in range(100_000)})),
    "brackets": ("/v1/lookups", "[" * ALMOST),
}


@pytest.mark.parametrize("what", HEAVY)
def test_too_much_is_refused_before_anything_is_made_of_it(service, what, monkeypatch):
    made = []
    monkeypatch.setattr("registry.api.lookups.Asset", lambda **given: made.append(given))
    monkeypatch.setattr("registry.api.dispatch._validated", lambda *given: made.append(given))
    path, body = HEAVY[what]
    content_type = "text/plain" if path.startswith("/api/") else "application/json"
    response = service.call("POST", path, body, headers={"Content-Type": content_type})
    assert_problem(response, 413, "too-large")
    assert made == []


def test_eight_films_of_the_longest_kind_are_refused_and_one_is_looked_up_in_parts(service):
    longest = film(7_200)
    refused = service.call("POST", "/v1/lookups", {"items": [{"fingerprints": [longest] * 8}]})
    assert_problem(refused, 413, "too-large")
    assert "in parts" in refused.json["detail"]
    part = service.call("POST", "/v1/lookups", {"items": [{"fingerprints": [film(1_000)]}]})
    assert part.status_code == 200


def test_while_heavy_lookups_are_at_work_others_are_answered_and_one_more_is_put_off(service):
    heavy = {"items": [{"fingerprints": [film(2)]}]}
    with service.registry.heavy.turn("somebody"), service.registry.heavy.turn("another"):
        refused = service.call("POST", "/v1/lookups", heavy)
        assert_problem(refused, 429, "rate-limited")
        assert refused.headers["Retry-After"] == "2"
        assert service.call("POST", "/v1/lookups", {"items": [{"url": "https://a.example/"}]}).status_code == 200
        past = service.client.get("/v1/lookup?url=https://a.example/&at=2027-01-15T08:00:00Z")
        assert_problem(past, 429, "rate-limited")
    assert service.call("POST", "/v1/lookups", heavy).status_code == 200


def test_of_a_thousand_wrong_items_the_first_is_told(service):
    response = service.call("POST", "/v1/lookups", {"items": [{}, *[{"url": 1, "md5": 2}] * 1000]})
    problem = assert_problem(response, 422, "invalid-request")
    assert [error["pointer"] for error in problem["errors"]] == ["#/items/1/url", "#/items/1/md5"]


def test_a_larger_body_never_weighs_less():
    for weigh in (weigh_json, weigh_lines):
        for added in (b",", b"\n", "あ".encode() * 100, b"\\u3042" * 100, b"a" * 1000):
            assert weigh(b"a" * 511 + added) >= weigh(b"a" * 511)


def test_what_an_answer_repeats_as_an_escape_weighs_as_much_as_that():
    assert weigh_lines(b"\0" * 4_194_304) > MOST_UNITS
    assert weigh_lines(b"\0" * 51_200) == 6 * weigh_lines(b"a" * 51_200)
    assert weigh_lines(b"a\r\n\t" * 100) == weigh_lines(b"aaaa" * 100) + 50
    assert weigh_lines(b"a" * 4_194_304) < MOST_UNITS


def test_a_hash_weighs_what_it_is_compared_with():
    small, large = ({"pdq": rows, "video": rows, "iscc": rows} for rows in (0, 1_000_000))
    assert weigh_fingerprint(f"pdq:{'00' * 32}", small) == 1
    assert 2 < weigh_fingerprint(f"pdq:{'00' * 32}", large) < 50
    assert weigh_fingerprint(film(1_000), small) > 1_000
    assert weigh_fingerprint(film(7_200), large) > MOST_UNITS
    codes, many = f"embed:{'00' * 32}:{'A' * 683}=", {"embed": 1_000_000}
    assert weigh_fingerprint(codes, {"embed": 0}) < 12
    assert 2_000 < weigh_fingerprint(codes, many) < MOST_UNITS < weigh_fingerprint(codes * 60, many)
    assert weigh_fingerprint("text:anything", large) == weigh_fingerprint("", large) == 1


def test_a_form_of_more_fields_than_any_of_ours_has_is_refused_before_it_is_read(service, monkeypatch):
    monkeypatch.setattr(
        "registry.accounts.accounts.Accounts.request_link", lambda *_, **__: pytest.fail("was read")
    )
    for body, kind, status in (
        ("a&" * 100_000, FORM, 413),
        ("%" * 1_000, FORM, 400),
        (b"--b\r\n" * 10_000, PARTS, 415),
        (b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"a" * 400_000, PARTS, 415),
    ):
        sent = {"data": body, "content_type": kind}
        response = service.client.post("/sign-in", headers=OURS, base_url="https://registry.example", **sent)
        assert response.status_code == status


def test_a_form_weighs_more_the_more_is_in_it():
    assert weigh_form(b"") == 0
    assert weigh_form(b"a" * 100_000) > 500
    assert weigh_form(b"a=&" * 900) > weigh_form(b"a" * 2_700)
    with pytest.raises(TooLargeError):
        weigh_form(b"&" * 1_000)
