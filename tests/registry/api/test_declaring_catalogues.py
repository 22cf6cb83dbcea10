"""`crawler-filter declare` before a real registry: every row once, whatever is refused, lost or run again."""

import json
import threading
from collections.abc import Mapping

import pytest
from werkzeug.serving import make_server

from crawler_filter.cli import main
from crawler_filter.declaring.claims import Claim
from crawler_filter.declaring.plan import Terms
from crawler_filter.declaring.sending import Account, RefusedError
from crawler_filter.errors import TransportError
from crawler_filter.formats.record import ScopeKind
from crawler_filter.preference import Usage
from crawler_filter.signals.response import Response
from registry.model.credentials import TokenScope
from registry.model.party import AUTHORITY_STATEMENT
from tests.crawler_filter.declaring.feeds import constraint, isbn13, onix, product
from tests.registry.api.conftest import Service

REGISTRY = "https://registry.example"


class Wire:
    """The registry under test, as a network that may fail as `before` says."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.before: list[Response | TransportError] = []
        self.lost_answers = 0

    def send(self, url: str, body: bytes, *, headers: Mapping[str, str], max_bytes: int) -> Response:
        if self.before:
            fault = self.before.pop(0)
            if isinstance(fault, TransportError):
                raise fault
            return fault
        answer = self.service.client.post(url.removeprefix(REGISTRY), data=body, headers=dict(headers))
        if self.lost_answers:
            self.lost_answers -= 1
            raise TransportError("the answer was lost")
        return Response(url, answer.status_code, tuple(answer.headers.items()), answer.data)


@pytest.fixture
def wire(service):
    return Wire(service)


@pytest.fixture
def waits():
    return []


@pytest.fixture
def account(service, wire, waits):
    return Account(REGISTRY, service.owner.tokens[TokenScope.DECLARE], wire, waits.append, lambda _: None)


@pytest.fixture
def terms(service):
    return Terms(service.owner.party.id, AUTHORITY_STATEMENT)


def claim(value: str, kind: ScopeKind = ScopeKind.URL) -> Claim:
    return Claim(kind, value, f"row {value}", frozenset({Usage.TRAIN_AI}))


def test_a_batch_becomes_one_declaration(account, terms, service):
    declared = account.declare([claim("studio-aoi.com/1/a.png"), claim("studio-aoi.com/1/b.png")], terms)
    made = service.call("GET", f"/v1/declarations/{declared.declaration}").json
    assert len(made["scopes"]) == 2
    assert not declared.problems


def test_a_row_that_is_refused_is_named_and_the_others_are_declared(account, terms):
    declared = account.declare(
        [claim("studio-aoi.com/2/a.png"), claim("not a url"), claim("studio-aoi.com/2/b.png")], terms
    )
    assert [problem.place for problem in declared.problems] == ["row not a url"]
    assert [each.value for each in declared.claims] == ["studio-aoi.com/2/a.png", "studio-aoi.com/2/b.png"]
    assert declared.declaration


def test_what_is_declared_already_is_found_and_not_made_again(account, terms):
    first = account.declare([claim("studio-aoi.com/3/a.png")], terms)
    second = account.declare([claim("studio-aoi.com/3/a.png"), claim("studio-aoi.com/3/b.png")], terms)
    assert {number: [each.value for each in claims] for number, claims in second.known.items()} == {
        first.declaration: ["studio-aoi.com/3/a.png"]
    }
    assert [each.value for each in second.claims] == ["studio-aoi.com/3/b.png"]
    assert second.declaration != first.declaration
    third = account.declare([claim("studio-aoi.com/3/a.png")], terms)
    assert third.declaration == first.declaration


def test_what_was_withdrawn_is_declared_anew(fresh):
    account = Account(REGISTRY, fresh.owner.tokens[TokenScope.DECLARE], Wire(fresh), print, print)
    terms = Terms(fresh.owner.party.id, AUTHORITY_STATEMENT)
    first = account.declare([claim("studio-aoi.com/anew.png")], terms)
    fresh.call("POST", f"/v1/declarations/{first.declaration}/withdraw", by=fresh.owner)
    fresh.clock.pass_(73 * 3600)
    fresh.registry.schedule.due(fresh.clock())
    assert fresh.call("GET", f"/v1/declarations/{first.declaration}").json["state"] == "withdrawn"
    second = account.declare([claim("studio-aoi.com/anew.png")], terms)
    assert second.declaration not in (None, first.declaration)


def test_a_lost_answer_makes_no_second_declaration(account, terms, wire, waits, service):
    wire.lost_answers = 2
    declared = account.declare([claim("studio-aoi.com/4/a.png")], terms)
    assert len(waits) == 2
    again = account.declare([claim("studio-aoi.com/4/b.png")], terms)
    assert declared.declaration
    assert again.declaration != declared.declaration


def test_a_registry_that_asks_to_wait_is_waited_for(account, terms, wire, waits):
    wire.before = [Response("", 429, (("Retry-After", "7"),), b"{}"), Response("", 503, (), b"")]
    assert account.declare([claim("studio-aoi.com/5/a.png")], terms).declaration
    assert waits == [7.0, 5.0]


def test_a_network_that_stays_down_ends_the_run(account, terms, wire):
    wire.before = [TransportError("down")] * 9
    with pytest.raises(TransportError):
        account.declare([claim("studio-aoi.com/6/a.png")], terms)


def test_a_wrong_token_ends_the_run_and_says_so(service, wire, terms, waits):
    account = Account(REGISTRY, "orp_wrong", wire, waits.append, lambda _: None)
    with pytest.raises(RefusedError, match="401"):
        account.declare([claim("studio-aoi.com/7/a.png")], terms)


@pytest.fixture
def served(service, monkeypatch):
    """The same registry over HTTP."""
    server = make_server("127.0.0.1", 0, service.client.application, threaded=False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("OPTOUT_TOKEN", service.owner.tokens[TokenScope.DECLARE])
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(capsys, *arguments: str) -> tuple[int, list[dict]]:
    code = main(["declare", "--json", *arguments])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_publishers_feed_is_looked_at_declared_and_brought_up_to_date(service, served, tmp_path, capsys):
    feed = tmp_path / "onix.xml"
    feed.write_bytes(onix("".join(product(number, constraint("03")) for number in range(1, 251)) + product(300)))
    arguments = [str(feed), "--registry", served, "--party", service.owner.party.id, "--scopes", "100"]
    arguments += ["--statement", AUTHORITY_STATEMENT, "--memory", str(tmp_path / "declared.jsonl")]

    code, (counts,) = run(capsys, *arguments)
    assert (code, counts["new"], counts["unstated"]) == (0, 250, 1)
    assert not (tmp_path / "declared.jsonl").exists()

    code, (_, sent) = run(capsys, *arguments, "--send")
    assert (code, sent["declarations"]) == (0, 3)
    found = service.call("GET", f"/v1/lookup?identifier=isbn:{isbn13(7)}&usage=tdm").json
    assert found["preference"] in ("disallowed", "unknown")  # published in the next second

    feed.write_bytes(onix("".join(product(number, constraint("03")) for number in range(2, 253))))
    code, (counts, sent) = run(capsys, *arguments, "--send")
    assert (counts["new"], counts["declared_before"], counts["no_longer_in_it"]) == (2, 249, 1)
    assert sent["declarations"] == 1

    (tmp_path / "declared.jsonl").unlink()
    code, (counts, sent) = run(capsys, *arguments, "--send")
    assert (code, counts["new"], sent["declarations"]) == (0, 251, 0)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (["--registry", "http://registry.example", "--send", "--statement", "x"], "a token is a secret"),
        (["--registry", REGISTRY, "--send"], "--statement"),
        (["--registry", REGISTRY, "--scopes", "0"], "--scopes"),
    ],
)
def test_a_wrong_call_is_refused_before_anything_is_read(given, why, capsys, monkeypatch):
    monkeypatch.setenv("OPTOUT_TOKEN", "orp_x")
    with pytest.raises(SystemExit, match="2"):
        main(["declare", "missing.csv", "--party", "p", *given])
    assert why in capsys.readouterr().err
