"""A synced folder with one damaged file: every answer is the right one, or says that it could not be checked.

The merged segment, its table of checksums and the manifest are met as often as all other files together.
"""

import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from crawler_filter import Filter, Policy, Usage
from crawler_filter.errors import FilterError
from crawler_filter.snapshot.pages import table_of
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.source import open_source
from crawler_filter.sync.update import load, sync
from tests.attacks.mutation import mutated
from tests.attacks.rounds import main_of
from tests.simulators.published import NOW, URL, PublishedRegistry, scope

POLICY = Policy.opt_out(Usage.TRAIN_AI)
EACH = 60
QUESTIONS: tuple[dict[str, str], ...] = (
    *({"url": f"https://site{number}.example.com/x"} for number in range(EACH)),
    *({"url": f"https://cdn.example.net/{number}.png"} for number in range(EACH)),
    *({"sha256": f"{number + 1:02x}" * 32} for number in range(EACH)),
    *({"url": f"https://free{number}.example.org/x"} for number in range(EACH)),
)
"""Three in four are about what is reserved."""


def registry() -> PublishedRegistry:
    """A registry of 180 reservations, the last ones in deltas."""
    published = PublishedRegistry()
    for number in range(EACH):
        published.declare(
            scope("domain", f"site{number}.example.com"),
            scope("url", f"cdn.example.net/{number}.png"),
            scope("sha256", f"{number + 1:02x}" * 32),
        )
    published.publish()
    return published


def answers(folder: Path, published: PublishedRegistry) -> list[dict[str, Any]] | None:
    """Every decision, None where the folder is not opened at all."""
    try:
        source = open_source(folder, published.trust, refresh=None, directory=None, clock=lambda: float(NOW))
        optout = Filter(source, POLICY, clock=lambda: float(NOW))
    except FilterError:
        return None
    return [optout.check(**question).to_dict() for question in QUESTIONS]


def outcome(right: list[dict[str, Any]], given: list[dict[str, Any]] | None) -> str:
    """`refused`, `unchecked` where an answer says that it could not be had, `harmless` or `accepted`."""
    if given is None:
        return "refused"
    wrong = [answer for answer, expected in zip(given, right, strict=True) if answer != expected]
    if any(answer["keep"] or not answer["unavailable"] for answer in wrong):
        return "accepted"
    return "unchecked" if wrong else "harmless"


def run(block: int, rounds: int) -> Counter[str]:
    """Damage one file so many times."""
    published, chance = registry(), random.Random(block)
    counts: Counter[str] = Counter(accepted=0)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "folder"
        sync(folder, URL, published.trust, transport=published, now=NOW)
        right = answers(folder, published)
        assert right is not None
        assert sum(not answer["keep"] for answer in right) == 3 * EACH
        whole = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.stat().st_size}
        merged = SnapshotDirectory(folder).segment(
            load(SnapshotDirectory(folder), published.trust).manifest.merged.name
        )
        often = [merged, table_of(merged), folder / "manifest"]
        for number in range(rounds):
            path = chance.choice(often if number % 2 else sorted(whole))
            _replace(path, mutated(whole[path], chance))
            found = outcome(right, answers(folder, published))
            counts[found] += 1
            counts["in the merged segment"] += path == merged
            assert found != "accepted", (block, number, path)
            for each, content in whole.items():
                if not each.exists() or each.read_bytes() != content:
                    _replace(each, content)
        assert answers(folder, published) == right
    return counts


def _replace(path: Path, content: bytes) -> None:
    """Write a new file in place of one that an earlier filter may still have mapped."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    main_of(run)
