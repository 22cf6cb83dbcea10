"""The real processes: a registry in dev and a replica that follows it, on free ports of loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
import requests

from registry.config import Config
from registry.server.serve import server_settings

START_SECONDS = 300


class Process:
    """`optout-registry` with these arguments, from start to SIGTERM; `prefix` is a command that runs it."""

    def __init__(self, folder: Path, port: int, *arguments: str, prefix: Sequence[str] = ()) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.output = folder / f"{port}.log"
        environment = os.environ | {
            "REGISTRY_INSTANCE": str(folder / "instance"),
            "REGISTRY_ORIGIN": f"127.0.0.1:{port}",
            "REGISTRY_LISTEN": f"127.0.0.1:{port}",
        }
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*prefix, sys.executable, "-m", "registry.cli", *arguments],
                env=environment,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=60).ok
        except requests.ConnectionError:
            return False

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=300)


def is_open(connection: socket.socket) -> bool:
    """Whether the other side has neither closed the connection nor said anything."""
    connection.setblocking(False)
    try:
        connection.recv(1)
    except BlockingIOError:
        return True
    return False


def workers_of(pid: int) -> list[int]:
    """The processes that another one has begun, but for the one that tracks what they share."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    commands = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    return [child for child, command in commands.items() if b"resource_tracker" not in command]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def registry(folder):
    started = Process(folder, free_port(), "serve", "--dev")
    yield started
    assert started.end() == 0, started.output.read_text()


def test_dev_makes_an_instance_and_says_where_it_is(registry, folder):
    assert f"The registry is at {registry.url}" in registry.output.read_text()
    assert (folder / "instance" / "registry.policy").exists()


@pytest.mark.parametrize(
    ("path", "media_type", "cache"),
    [
        ("/log/checkpoint", "text/plain; charset=utf-8", "public, max-age=2"),
        ("/snapshot/manifest", "text/plain; charset=utf-8", "public, max-age=2"),
        ("/snapshot/root/1", "text/plain; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/registry.policy", "text/plain; charset=utf-8", "public, max-age=2"),
    ],
)
def test_published_files_are_served_with_their_type_and_how_long_they_keep(registry, path, media_type, cache):
    answer = requests.get(registry.url + path)
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (media_type, cache)
    again = requests.get(registry.url + path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    part = requests.get(registry.url + path, headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, answer.content[2:6])


@pytest.mark.parametrize(
    "path",
    ["/log/tile/0/000", "/log/tile/0/0", "/snapshot/x.seg", "/snapshot/%2e%2e/registry.db", "/lag/checkpoint"],
)
def test_what_was_not_published_is_not_there(registry, path):
    assert requests.get(registry.url + path).status_code == 404


def test_slow_headers_on_a_hundred_connections_stop_nobody(registry):
    host, port = registry.url.removeprefix("http://").split(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(100)]
    try:
        for connection in slow:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert requests.get(f"{registry.url}/v1/lookup?url=https://example.com/", timeout=60).ok
        assert all(is_open(connection) for connection in slow), "they were closed before the answer came"
    finally:
        for connection in slow:
            connection.close()


@pytest.mark.whole
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="this system does not list processes in files")
def test_a_worker_that_does_not_end_keeps_no_replica_from_ending(registry, folder):
    trust, kept = folder / "instance" / "registry.policy", folder / "replica-with-a-stuck-worker"
    replica = Process(
        folder, free_port(), "serve", "--replica", registry.url, "--trust", str(trust), "--folder", str(kept)
    )
    (worker, *_) = workers_of(replica.process.pid)
    os.kill(worker, signal.SIGSTOP)
    assert replica.end() == 0, replica.output.read_text()
    assert not Path(f"/proc/{worker}").exists()


@pytest.mark.whole
def test_a_replica_follows_and_refuses_to_be_written_to(registry, folder):
    trust, kept = folder / "instance" / "registry.policy", folder / "replica"
    replica = Process(
        folder, free_port(), "serve", "--replica", registry.url, "--trust", str(trust), "--folder", str(kept)
    )
    try:
        own, theirs = (
            requests.get(f"{server.url}/v1/lookup?url=https://example.com/").json()
            for server in (registry, replica)
        )
        assert own["preference"] == theirs["preference"] == "unknown"
        assert own["snapshot"]["root"] == theirs["snapshot"]["root"]
        assert requests.post(f"{replica.url}/v1/lookups", json={"items": []}).status_code == 405
    finally:
        assert replica.end() == 0, replica.output.read_text()


@pytest.mark.whole
def test_a_second_process_on_the_same_instance_is_refused(registry, folder):
    environment = os.environ | {"REGISTRY_INSTANCE": str(folder / "instance")}
    second = subprocess.run(
        [sys.executable, "-m", "registry.cli", "serve", "--dev"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (second.returncode, "is in use by process" in second.stderr) == (1, True)


def test_forwarded_addresses_are_believed_only_behind_a_declared_proxy():
    assert "trusted_proxy" not in server_settings(Config())
    settings = server_settings(Config(trusted_proxies=2))
    assert (settings["trusted_proxy_count"], settings["clear_untrusted_proxy_headers"]) == (2, True)
