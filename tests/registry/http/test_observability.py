import io
import json
import logging
import re
import time

import pytest

from registry.background.loop import Loop
from registry.http.observability import JsonFormatter, Metrics, configure_logging, request_id
from tests.registry.api.conftest import open_service

EMAIL = "aoi@studio.example"
LOOKED_UP = "https://secret-aoi.com/private.png"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with open_service(tmp_path_factory.mktemp("instance")) as service:
        yield service


@pytest.fixture
def lines():
    """Everything that is logged, as the objects of the lines."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    configure_logging(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_line_is_one_json_object_with_the_requests_number():
    record = logging.LogRecord("registry", logging.WARNING, "", 0, "two\nlines: %s", ("é",), None)
    request_id.set("abc")
    line = JsonFormatter().format(record)
    request_id.set("")
    assert "\n" not in line
    found = json.loads(line)
    assert (found["level"], found["logger"], found["message"], found["request_id"]) == (
        "WARNING", "registry", "two\nlines: é", "abc",
    )  # fmt: skip
    assert found["time"].endswith("+00:00")
    assert "request_id" not in json.loads(JsonFormatter().format(record))


def test_a_failure_carries_its_traceback():
    error = RuntimeError("broken")
    record = logging.LogRecord("registry", logging.ERROR, "", 0, "failed", (), (type(error), error, None))
    assert "RuntimeError: broken" in json.loads(JsonFormatter().format(record))["exception"]


def test_an_answer_is_logged_by_its_route_and_number(service, lines):
    response = service.client.get("/v1/lookup", query_string={"url": LOOKED_UP})
    (line,) = [line for line in lines() if line["logger"] == "registry.access"]
    assert line["request_id"] == response.headers["X-Request-Id"]
    assert (line["route"], line["method"], line["status"]) == ("/v1/lookup", "GET", 200)
    assert line["ms"] >= 0


def test_nothing_secret_personal_or_looked_up_is_logged_or_counted(service, lines):
    logging.getLogger().setLevel(logging.DEBUG)
    declared = service.declared(terms={"contact": "licence@secret-aoi.com"})
    service.client.get("/v1/lookup", query_string={"url": LOOKED_UP, "usage": "nonsense"})
    service.client.get("/v1/lookup", query_string={"url": LOOKED_UP})
    service.client.get(f"/v1/declarations/{declared['id']}")
    service.client.get("/v1/secret-path")
    service.call("GET", "/v1/parties", by=service.owner)
    service.call("POST", "/v1/declarations", {"party": "secret-party"}, by=service.owner)
    service.registry.accounts.request_link(EMAIL, client="203.0.113.9")
    written = json.dumps(lines()) + service.call("GET", "/metrics").text
    assert '"registry.access"' in written
    tokens = service.owner.tokens.values()
    for secret in (
        "secret-",
        declared["id"],
        EMAIL,
        "studio",
        "203.0.113.9",
        service.letterbox.last_link(),
        *tokens,
    ):
        assert secret not in written


def test_every_answer_has_a_number_of_its_own(service):
    numbers = {
        service.client.get(path).headers["X-Request-Id"] for path in ("/livez", "/livez", "/v1/nothing", "/")
    }
    assert len(numbers) == 4


def test_labels_are_routes_and_never_what_was_asked_for(service):
    for number in range(20):
        service.client.get(f"/v1/declarations/{number}")
        service.client.get(f"/v1/nowhere/{number}")
        service.client.open("/livez", method=f"M{number}")
    metrics = service.call("GET", "/metrics").text
    labels = [line for line in metrics.splitlines() if line.startswith("registry_http_requests_total")]
    assert 'route="/v1/declarations/<id>"' in metrics
    assert 'method="other"' in metrics
    assert len(labels) < 30


def test_the_metrics_tell_the_size_of_the_log_and_the_age_of_the_snapshot(service):
    service.published()
    service.clock.pass_(7)
    metrics = service.call("GET", "/metrics").text
    with service.registry.store.read() as database:
        (leaves,) = database.execute("SELECT count(*) FROM leaves").fetchone()
    assert f"registry_log_size {float(leaves)}" in metrics
    assert "registry_snapshot_age_seconds 7.0" in metrics


def test_the_metrics_count_the_rounds_of_each_thread(service):
    def fail() -> None:
        raise OSError("once")

    loop = Loop("letters", fail, seconds=60, clock=lambda: 0.0, first=0)
    service.registry.loops.append(loop)
    loop.start()
    while not loop.failed:
        time.sleep(0.001)
    loop.close()
    metrics = service.call("GET", "/metrics").text
    service.registry.loops.remove(loop)
    assert 'registry_loop_failed_rounds{loop="letters"} 1.0' in metrics
    assert 'registry_loop_rounds{loop="letters"} 0.0' in metrics


def test_readiness_ends_when_the_storage_or_the_publisher_has_failed(service, monkeypatch):
    assert service.call("GET", "/readyz").json["ready"] is True
    monkeypatch.setattr(service.registry.publisher, "failure", OSError("disk"))
    refused = service.call("GET", "/readyz")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    monkeypatch.undo()
    monkeypatch.setattr(service.registry.writer, "_failure", OSError("disk"))
    assert service.call("GET", "/readyz").status_code == 503
    assert service.call("GET", "/livez").status_code == 200


def test_each_application_counts_for_itself():
    first, second = Metrics(), Metrics()
    first.log_size.set(5)
    assert b"registry_log_size 0.0" in second.exposition()


def test_every_address_that_a_letter_gives_a_secret_is_known_to_the_log(service, lines):
    rules = [rule.rule for rule in service.client.application.url_map.iter_rules()]
    mailed = {rule.partition("<")[0] for rule in rules if re.search("^/[a-z-]+/<(token|secret)>$", rule)}
    assert mailed == {"/sign-in/", "/stop/", "/dispute/", "/invitation/", "/keep-address/"}
    for path in mailed:
        logging.getLogger("waitress").info("Client disconnected while serving %s", f"{path}abcdefghij234567")
    assert "abcdefghij" not in json.dumps(lines())


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in/abcDEF-_123",
        "/stop/abcdefghij234567",
        "https://registry.example/stop/abc",
        "/dispute/abcdefghij234567",
        "/invitation/abcdefghij234567",
        "//sign-in//abcDEF-_123",
    ],
)
def test_no_line_of_anybody_has_the_secret_of_a_mailed_link(lines, path):
    """The server's own library names the path of a request that failed, or whose client went away."""
    secret = path.rpartition("/")[2]
    for name, level in (("waitress", logging.INFO), ("waitress", logging.ERROR), ("registry", logging.WARNING)):
        logging.getLogger(name).log(level, "Client disconnected while serving %s", path)
    logging.getLogger("waitress").error("Exception", exc_info=ValueError(path))
    assert len(lines()) == 4
    assert secret not in json.dumps(lines())
    assert "/…" in lines()[0]["message"]
