"""A synced registry, data sets made of addresses of it and of others, and runs over them."""

import hashlib
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pa = pytest.importorskip("pyarrow", reason="the arrow extra is not installed")

from crawler_filter import Filter, Policy, Usage  # noqa: E402
from crawler_filter.audit import opening  # noqa: E402
from crawler_filter.audit.auditing import Order, plan, run  # noqa: E402
from crawler_filter.audit.parts import Output  # noqa: E402
from crawler_filter.sync.source import read_trust  # noqa: E402
from crawler_filter.sync.update import sync  # noqa: E402
from tests.simulators.published import URL, PublishedRegistry, scope  # noqa: E402

POLICY = Policy.opt_out(Usage.TRAIN_AI)
EVERYTHING = frozenset(Output)


@dataclass(frozen=True)
class World:
    """A folder with a synced snapshot and its trust file."""

    path: Path
    published: PublishedRegistry

    @property
    def snapshot(self) -> Path:
        return self.path / "snapshot"

    @property
    def trust(self) -> Path:
        return self.path / "trust"

    def filter(self, policy: Policy = POLICY) -> Filter:
        return Filter.open(self.snapshot, trust=self.trust, policy=policy)

    def run(self, inputs: Sequence[Path], out: Path, policy: Policy = POLICY, **order: Any) -> dict[str, Any]:
        """Audit `inputs` in this process, and return the report."""
        order = {"write": EVERYTHING, "workers": 1, "quiet": True} | order
        asked = Order(inputs, out, [self.snapshot], policy, **order)

        return run(
            asked, plan(asked), opening.whole([read_trust(self.trust)], policy), clock=time.time, about=dict
        )


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    path = tmp_path_factory.mktemp("world")
    published = PublishedRegistry(now=int(time.time()))
    published.declare(
        scope("domain", "reserved.example"),
        scope("prefix", "platform.example/bob/"),
        scope("sha1", hashlib.sha1(b"mine").hexdigest()),
        scope("sha256", hashlib.sha256(b"mine").hexdigest()),
    )
    published.publish()
    sync(path / "snapshot", URL, published.trust, transport=published, now=time.time())
    (path / "trust").write_bytes(published.trust.encode())
    return World(path, published)


def addresses(count: int, seed: int = 1) -> list[str | None]:
    """Return addresses, some of them reserved, some none, some spelled otherwise, some none at all."""
    rng = random.Random(seed)
    made: list[str | None] = []
    for number in range(count):
        match rng.randrange(20):
            case 0:
                made.append(f"https://www.reserved.example/{number}?a,b")
            case 1:
                made.append(f"HTTPS://Platform.example:443/%62ob/{number}")
            case 2:
                made.append(None)
            case 3:
                made.append(f"https://日本.example/絵{number}.png")
            case 4:
                made.append("no address")
            case _:
                made.append(f"https://site{rng.randrange(50)}.example/{number}.html")
    return made


def outcome(world: World, urls: Sequence[str | None], policy: Policy = POLICY) -> list[tuple[bool, str]]:
    """What a check of each row says: the naive way."""
    decisions = map(world.filter(policy).check, urls)
    return [(decision.keep, decision.reason.value) for decision in decisions]
