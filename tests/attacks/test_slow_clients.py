"""Two thousand dripping connections of one address leave the others at four fifths of their lookups and more.

Lookups alone and lookups under siege alternate in one run, because a busy machine is busy for both; the median of
the ratios counts. The besieger is a process of its own, and what it takes of the machine counts against the server.
"""

import statistics
import subprocess
import sys
from contextlib import contextmanager

import pytest

from benchmarks.load import drive
from benchmarks.servers import free_port, running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="needs many addresses of loopback"),
]

CONNECTIONS = 2_100
ROUNDS = 7
SECONDS = 1.5
ASKED = b"GET /v1/lookup?url=https%3A%2F%2Fa.example.com%2F1.png HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
SIEGE = """
import sys
from benchmarks import slow
with slow.connections(("127.0.0.1", int(sys.argv[1])), int(sys.argv[2]), getattr(slow, sys.argv[3])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def besieged(port, what):
    command = [sys.executable, "-c", SIEGE, str(port), str(CONNECTIONS), what]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as siege:
        assert siege.stdout.readline() == "held\n"
        yield
        siege.stdin.close()
        siege.wait(30)


def rate(port, source):
    load = drive(("127.0.0.1", port), [ASKED] * 100_000, seconds=SECONDS, hear=lambda *_: None, source=source)
    assert load.failed(200) == 0
    return load.rate


def share_left(port, what):
    """How much of the lookups alone are answered under siege: the median of some rounds, each both, side by side."""
    rate(port, "127.0.0.8")
    ratios = []
    for number in range(ROUNDS):
        alone = rate(port, f"127.0.1.{number}")
        with besieged(port, what):
            ratios.append(rate(port, f"127.0.2.{number}") / alone)
    print(what, [round(each, 2) for each in ratios])  # noqa: T201
    return statistics.median(ratios)


@contextmanager
def registry(folder):
    port = free_port()
    settings = {"REGISTRY_INSTANCE": str(folder / "instance"), "REGISTRY_LISTEN": f"127.0.0.1:{port}"}
    command = [sys.executable, "-m", "registry.cli", "serve", "--dev"]
    with running(command, settings, folder / "log", f"http://127.0.0.1:{port}/livez"):
        yield port


@pytest.mark.parametrize("what", ["HEADERS", "BODIES"])
def test_the_plain_server_answers_others(tmp_path, what):
    with registry(tmp_path) as port:
        assert share_left(port, what) >= 0.8


def test_a_replica_answers_others(tmp_path):
    port = free_port()
    with registry(tmp_path) as followed:
        command = [sys.executable, "-m", "registry.cli", "serve", "--replica", f"http://127.0.0.1:{followed}"]
        command += [
            "--trust",
            str(tmp_path / "instance" / "registry.policy"),
            "--folder",
            str(tmp_path / "folder"),
        ]
        settings, ready = {"REGISTRY_LISTEN": f"127.0.0.1:{port}"}, f"http://127.0.0.1:{port}/livez"
        with running(command, settings, tmp_path / "replica.log", ready):
            assert share_left(port, "HEADERS") >= 0.8
