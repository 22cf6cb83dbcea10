"""Live answers: the operator's own policy is applied to them, and a failed call never is an "allowed"."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

import pytest

from crawler_filter import Decision, FilterError, Mode, Policy, Preference, Source, Usage
from crawler_filter.errors import HttpStatusError, OversizedError, TransferTimeoutError, TransportError
from crawler_filter.filter import Filter
from crawler_filter.formats.record import Assurance
from crawler_filter.net.client import BATCH, MAX_ITEM_BYTES, Client
from crawler_filter.net.transport import Progress
from tests.simulators.published import URL, PublishedRegistry, scope

OPT_OUT = Policy.opt_out(Usage.TRAIN_AI)
PERMISSION_FIRST = Policy.permission_first(Usage.TRAIN_AI)
RESERVED, ALLOWED, SILENT = (f"http://{name}.example.com/" for name in ("reserved", "allowed", "silent"))


def answering() -> Filter:
    """What the registry answers from: its own policy is always opt-out."""
    published = PublishedRegistry()
    published.declare(scope("domain", "reserved.example.com"))
    published.declare(scope("domain", "allowed.example.com", preference=Preference.ALLOWED))
    return published.filter(OPT_OUT)


class Network:
    """A registry's lookups over a network that may fail; keeps what was asked."""

    def __init__(self, answer: Callable[[list[dict]], bytes] | FilterError | None = None) -> None:
        self.answer, self.asked, self.optout = answer, [], answering()

    def post_json(self, url: str, value: object, *, max_bytes: int) -> bytes:
        question = json.loads(json.dumps(value))
        assert (url, question["usage"]) == (f"{URL}/v1/lookups", "train-ai")
        self.asked.append(question["items"])
        if isinstance(self.answer, FilterError):
            raise self.answer
        return (self.answer or self.honest)(question["items"])

    def honest(self, items: list[dict]) -> bytes:
        decisions = self.optout.check_many(items)
        return json.dumps({"items": [{"decision": decision.to_dict()} for decision in decisions]}).encode()

    def get(self, url: str, *, max_bytes: int) -> bytes:
        raise NotImplementedError

    def download(self, url: str, sink: BinaryIO, *, length: int, progress: Progress | None = None) -> None:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("policy", "kept"),
    [
        (OPT_OUT, [False, True, True, False]),
        (PERMISSION_FIRST, [False, True, False, False]),
        (replace(OPT_OUT, keep_unavailable=True), [False, True, True, True]),
        (replace(OPT_OUT, mode=Mode.AUDIT), [True, True, True, True]),
    ],
    ids=["opt-out", "permission-first", "keeping what could not be checked", "audit"],
)
def test_the_operators_own_policy_decides(policy: Policy, kept: list[bool]) -> None:
    decisions = list(Client(URL, policy, transport=Network()).check_many([RESERVED, ALLOWED, SILENT, "no url"]))
    assert [decision.keep for decision in decisions] == kept
    assert {decision.policy for decision in decisions} == {policy.name}
    assert decisions[0].findings[0].rule == "domain reserved.example.com"


FAILURES = [
    TransportError("the cable is out"),
    TransferTimeoutError("too slow"),
    HttpStatusError(URL, 503),
    OversizedError("an endless answer"),
    lambda items: b"",
    lambda items: b"<html>",
    lambda items: b"[" * 100_000,
    lambda items: b'{"items": []}',
    lambda items: b'{"items": [{"decision": {"keep": true}}]}',
    lambda items: b'{"items": [{"decision": null}]}',
]


@pytest.mark.parametrize("failure", FAILURES, ids=range(len(FAILURES)))
@pytest.mark.parametrize("policy", [OPT_OUT, PERMISSION_FIRST], ids=lambda policy: policy.name)
def test_a_failed_call_is_never_an_allowed(policy: Policy, failure: object) -> None:
    decision = Client(URL, policy, transport=Network(failure)).check(SILENT)
    assert not decision.keep
    assert decision.preference is Preference.UNKNOWN
    assert [missing.source for missing in decision.unavailable] == [Source.REGISTRY]


@pytest.mark.parametrize(
    "bad",
    [
        None,
        b"http://a.example/",
        7,
        [],
        "http://\ud800.example/",
        "http://a.example/" + "a" * MAX_ITEM_BYTES,
        {"sha256": b"raw"},
    ],
    ids=lambda bad: repr(bad)[:30],
)
def test_what_cannot_be_asked_about_spoils_nothing_else(bad: object) -> None:
    network = Network()
    decisions = list(Client(URL, OPT_OUT, transport=network).check_many([RESERVED, bad, ALLOWED]))
    assert [decision.keep for decision in decisions] == [False, False, True]
    assert [missing.source for missing in decisions[1].unavailable] == [Source.ASSET]
    assert network.asked == [[{"url": RESERVED}, {"url": ALLOWED}]]
    assert isinstance(Client(URL, OPT_OUT, transport=network).check(bad), Decision)


def test_many_assets_are_asked_about_in_batches_and_answered_in_order() -> None:
    network = Network()
    asked = [RESERVED if number % 3 else SILENT for number in range(2 * BATCH + 1)]
    decisions = list(Client(URL, OPT_OUT, transport=network).check_many(asked))
    assert [decision.keep for decision in decisions] == [url == SILENT for url in asked]
    assert [len(items) for items in network.asked] == [BATCH, BATCH, 1]


def test_a_policy_that_is_off_asks_nobody() -> None:
    network = Network()
    assert Client(URL, replace(OPT_OUT, mode=Mode.OFF), transport=network).check(RESERVED).keep
    assert network.asked == []


@pytest.mark.parametrize("registry", ["http://registry.example", "ftp://registry.example", "registry.example"])
def test_an_address_that_anybody_could_answer_for_is_refused(registry: str) -> None:
    with pytest.raises(ValueError, match="https"):
        Client(registry, OPT_OUT)


def test_a_policy_that_a_live_answer_cannot_serve_is_refused() -> None:
    with pytest.raises(ValueError, match="sync a snapshot"):
        Client(URL, replace(OPT_OUT, assurance=frozenset({Assurance.VERIFIED})))
