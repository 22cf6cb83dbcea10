"""No request takes more than 64 MB or a second of CPU, whatever is in it: every operation, two hundred bodies each."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.attacks.hostile_bodies import LEAVES, admitted, bodies
from tests.registry.api.conftest import open_service
from tests.registry.api.examples import BY_NAME, EVERY, EXAMPLES

MOST_BYTES = 64 << 20
MOST_SECONDS = 1.0
REFERENCE = 0.05
"""Seconds that `reference_work` takes on the machine that the second is meant on."""

TREE = Path("/proc/self")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not (TREE / "clear_refs").exists(), reason="needs Linux")]


@dataclass
class Cost:
    """The most that any request took."""

    memory: int = 0
    seconds: float = 0.0
    body: bytes = b""
    status: int = 0


def memory(name: str) -> int:
    line = next(line for line in (TREE / "status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024


def reference_work() -> float:
    began = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number
    return time.process_time() - began


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with open_service(tmp_path_factory.mktemp("instance")) as service:
        yield service


def cost_of(service, method, path, body, headers):
    service.clock.pass_(300)
    (TREE / "clear_refs").write_text("5")  # the peak begins anew
    before, began = memory("VmRSS"), time.process_time()
    response = service.client.open(path, method=method, data=body, headers=headers)
    _ = response.data
    return memory("VmHWM") - before, time.process_time() - began, response.status_code


def requests_of(service, name):
    """Yield (path, body): two hundred bodies, or two hundred hostile parameters where there is no body."""
    operation, example = BY_NAME[name], EXAMPLES[name](service)
    if operation.body is not None:
        limits = service.registry.config.limits
        most = limits.lookup_body_bytes if operation.is_lookup else limits.body_bytes
        for body in (*admitted(name), *bodies(example.body, most)):
            yield example.path, body
        return
    path = example.path.partition("?")[0]
    texts = [leaf if isinstance(leaf, str) else json.dumps(leaf) for leaf in LEAVES]
    for number in range(200):
        text = quote(texts[number % len(texts)] * (1 + 40 * (number // len(texts))))[:8000]
        if operation.query is not None and number % 2:
            field = list(operation.query.model_fields)[number // 2 % len(operation.query.model_fields)]
            yield f"{path}?{field}={text}", None
        else:
            yield f"{path.rpartition('/')[0]}/{text}" if "{" in operation.path else f"{path}?{text}", None


@pytest.mark.parametrize("name", EVERY)
def test_no_request_takes_more_than_it_may_whatever_is_in_it(service, name):
    operation, most = BY_NAME[name], Cost()
    content_type = "text/plain" if isinstance(operation.body, str) else "application/json"
    for number, (path, body) in enumerate(requests_of(service, name)):
        headers = {**service.owner.headers(), "Idempotency-Key": f"{name}-{number}"}
        headers |= {} if body is None else {"Content-Type": content_type}
        used, seconds, status = cost_of(service, operation.method, path, body, headers)
        assert status < 500, (path[:200], (body or b"")[:200])
        most.memory = max(most.memory, used)
        if seconds > most.seconds:
            most.seconds, most.body, most.status = seconds, (body or path.encode())[:120], status
    print(f"{name}: {most.memory / 2**20:.0f} MB, {most.seconds:.2f} s {most.status} {most.body!r}")  # noqa: T201
    assert most.memory <= MOST_BYTES
    assert most.seconds <= MOST_SECONDS * max(1.0, reference_work() / REFERENCE), most.body
