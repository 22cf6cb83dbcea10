"""`optout-registry watch` against a real registry over HTTP: lines, JSON and exit codes."""

import json
import threading

import pytest
from click.testing import CliRunner
from werkzeug.serving import make_server

from registry.cli import main
from registry.server.app import create_app


@pytest.fixture
def watch(registry, monkeypatch):
    """Runs the command against this registry, served on loopback."""
    server = make_server("127.0.0.1", 0, create_app(registry), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("REGISTRY_PERMIT_LOOPBACK", f"http://registry.test=127.0.0.1:{server.server_port}")
    monkeypatch.setenv("REGISTRY_DEV", "1")

    def run(*arguments, registry="http://registry.test"):
        return CliRunner().invoke(main, ["watch", *arguments, "--registry", registry])

    yield run
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_something_and_a_registry_that_is_not_there_are_three_exit_codes(watch, studio, zone):
    assert (watch("example.com").exit_code, watch("example.com").output) == (0, "")
    made = studio.prove(zone, studio.declare(("domain", "example.com")))
    run = watch("example.com")
    assert run.exit_code == 3
    assert (
        "example.com: Published  Studio Aoi (controls example.com)  https://registry.example/d/" + made.id
        in run.output
    )
    (line,) = watch("example.com", "--json").output.splitlines()
    assert json.loads(line)["url"].endswith(made.id)
    assert watch("example.com", "--since", "2099-01-01").exit_code == 0
    assert watch("no such title").exit_code == 0
    gone = watch("example.com", registry="http://registry.test:8")
    assert gone.exit_code == 1
    assert gone.output.startswith("optout-registry: ")
