"""Two thousand dripping connections of one address leave the others at four fifths of their lookups and more.

Lookups alone and lookups under siege alternate in one run. What counts is how many lookups a second of the servers'
own processor time answers: what neighbours and the besieger take of this machine is nobody's fault who serves. That
nobody has to wait for a besieger is seen beside: no lookup fails, and few seconds go by without work.
"""

import statistics
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import pytest

from benchmarks.load import drive
from benchmarks.servers import cpu_seconds, free_port, running
from tests.simulators import proxy

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="needs many addresses of loopback"),
]

CONNECTIONS = 2_100
ROUNDS = 7
SECONDS = 1.5
KEPT = 0.8
"""Share of lookups that others keep, by the servers' processor time."""
WAITED = 0.4
"""Share that they keep by the clock, on a machine that the besieger and others need too."""

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


def rates(port, processes, source) -> tuple[float, float]:
    """Lookups that are answered in a second, of the servers' processor time and of the clock."""
    before = sum(map(cpu_seconds, processes))
    load = drive(("127.0.0.1", port), [ASKED] * 100_000, seconds=SECONDS, hear=lambda *_: None, source=source)
    assert load.failed(200) == 0
    return len(load.latencies) / (sum(map(cpu_seconds, processes)) - before), load.rate


def shares_left(port, processes, what) -> tuple[float, float]:
    """How much of the lookups alone are answered under siege: the medians of some rounds, each both, side by side."""
    rates(port, processes, "127.0.0.8")
    work, clock = [], []
    for number in range(ROUNDS):
        alone = rates(port, processes, f"127.0.1.{number}")
        with besieged(port, what):
            under = rates(port, processes, f"127.0.2.{number}")
        work.append(under[0] / alone[0])
        clock.append(under[1] / alone[1])
    print(what, [round(each, 2) for each in work], [round(each, 2) for each in clock])  # noqa: T201
    return statistics.median(work), statistics.median(clock)


def assert_others_are_answered(port, processes, what):
    work, clock = shares_left(port, processes, what)
    assert work >= KEPT
    assert clock >= WAITED


@contextmanager
def registry(folder, *, proxies=0):
    port = free_port()
    settings = {"REGISTRY_INSTANCE": str(folder / "instance"), "REGISTRY_LISTEN": f"127.0.0.1:{port}"}
    settings["REGISTRY_TRUSTED_PROXIES"] = str(proxies)
    command = [sys.executable, "-m", "registry.cli", "serve", "--dev"]
    with running(command, settings, folder / "log", f"http://127.0.0.1:{port}/livez") as process:
        yield port, process


@contextmanager
def replica(folder, followed):
    port = free_port()
    command = [sys.executable, "-m", "registry.cli", "serve", "--replica", f"http://127.0.0.1:{followed}"]
    command += ["--trust", str(folder / "instance" / "registry.policy"), "--folder", str(folder / "folder")]
    settings, ready = {"REGISTRY_LISTEN": f"127.0.0.1:{port}"}, f"http://127.0.0.1:{port}/livez"
    with running(command, settings, folder / "replica.log", ready) as process:
        yield port, process


@pytest.mark.parametrize("what", ["HEADERS", "BODIES"])
def test_the_plain_server_answers_others(tmp_path, what):
    with registry(tmp_path) as (port, process):
        assert_others_are_answered(port, [process], what)


def test_a_replica_answers_others(tmp_path):
    with registry(tmp_path) as (followed, _), replica(tmp_path, followed) as (port, process):
        assert_others_are_answered(port, [process], "HEADERS")


@pytest.mark.skipif(not proxy.is_here(), reason="needs nginx")
@pytest.mark.parametrize("what", ["HEADERS", "BODIES", "NOTHING"])
def test_the_proxy_of_the_containers_answers_others(tmp_path, what):
    with ExitStack() as stack:
        behind, process = stack.enter_context(registry(tmp_path, proxies=1))
        answering, other = stack.enter_context(replica(tmp_path, behind))
        port = free_port()
        conf = proxy.write_conf(tmp_path, (behind, answering, free_port(), port), tls=False)
        front = stack.enter_context(proxy.running(conf))
        assert_others_are_answered(port, [front, process, other], what)
