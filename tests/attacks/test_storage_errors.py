"""A disk that is full, or that fails, under a served registry: real ones, a small file system and injected errors.

A full disk is waited for; after an error of the disk nobody knows what it holds, so the process ends, and what was
acknowledged before is there at the next start.
"""

import hashlib
import os
import shutil
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from registry.config import Config
from registry.instance import open_registry
from registry.model.credentials import TokenScope
from registry.model.party import AUTHORITY_STATEMENT
from registry.publishing.verify import verify_instance
from registry.server.serve import in_dev
from tests.registry.instance import Letterbox
from tests.registry.server.test_serve import Process, free_port
from tests.registry.studio import Studio

pytestmark = pytest.mark.slow
MINUTE = 60


class Declarant:
    """Somebody with a token, and a registry in a process of its own."""

    def __init__(self, folder: Path, *prefix: str) -> None:
        port, box = free_port(), Letterbox()
        listen = ("127.0.0.1", port)
        self.config = in_dev(Config(instance=folder / "instance", origin=f"127.0.0.1:{port}", listen=listen))
        with open_registry(self.config, create=True, mailer=box) as registry:
            studio = Studio(registry, box)
            self._party = studio.party.id
            self._token, _ = registry.accounts.create_token(
                studio.actor, label="storage", scope=TokenScope.DECLARE, days=1
            )
        self.process = Process(folder, port, "serve", "--dev", prefix=prefix)
        self.acknowledged: list[str] = []

    def declare(self) -> int:
        """Declare one file more; return the status."""
        digest = hashlib.sha256(str(len(self.acknowledged)).encode()).hexdigest()
        answer = requests.post(
            f"{self.process.url}/v1/declarations",
            json={
                "party": self._party,
                "statement": AUTHORITY_STATEMENT,
                "scopes": [{"kind": "sha256", "value": digest}],
                "preferences": {"train-ai": "disallowed"},
            },
            headers={"Authorization": f"Bearer {self._token}", "Idempotency-Key": digest[:20]},
            timeout=60,
        )
        if answer.ok:
            self.acknowledged.append(answer.json()["id"])
        return answer.status_code

    def ready(self) -> bool:
        return requests.get(f"{self.process.url}/readyz", timeout=60).ok


def until(condition, seconds=MINUTE):
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.2)


@contextmanager
def small_disk(folder: Path):
    """A file system of 12 MB, with a file that leaves 400 kB of it."""
    folder.mkdir()
    mounting = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder], check=False)
    if mounting.returncode:
        pytest.skip("a file system can be mounted by root only")
    try:
        yield folder / "filler"
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_disk_that_is_full_takes_nothing_answers_on_and_is_ready_again_when_there_is_room(tmp_path):
    with small_disk(tmp_path / "disk") as filler:
        person = Declarant(filler.parent)
        filler.write_bytes(bytes(shutil.disk_usage(filler.parent).free - 400_000))
        until(lambda: person.declare() == 503)
        assert not person.ready()
        assert requests.get(f"{person.process.url}/v1/lookup?url=https://example.com/", timeout=60).ok
        filler.unlink()
        until(lambda: person.declare() == 201)
        until(person.ready)
        assert person.process.end() == 0
        assert verify_instance(person.config.instance).records == len(person.acknowledged)


@pytest.mark.parametrize("fault", ["fdatasync,fsync:error=EIO:when=60+", "pwrite64:error=EIO:when=120+"])
def test_a_disk_that_fails_ends_the_process_within_a_minute_and_what_was_acknowledged_is_there(tmp_path, fault):
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    calls = fault.partition(":")[0]
    person = Declarant(
        tmp_path, "strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={calls}", "-e", f"inject={fault}"
    )
    with suppress(requests.ConnectionError):
        until(lambda: person.declare() >= 500, 2 * MINUTE)
    assert person.process.process.wait(MINUTE) != 0
    assert "the process ends" in person.process.output.read_text()
    with open_registry(person.config, mailer=Letterbox()) as registry:
        for number in person.acknowledged:
            assert registry.declarations.get(number).state.in_force
    assert verify_instance(person.config.instance).records >= len(person.acknowledged)
