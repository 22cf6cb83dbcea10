"""A registry or mirror that offers one wrong file: nothing but what was signed for comes into force."""

import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from crawler_filter.errors import FilterError
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.update import load, sync, verify
from tests.attacks.damage import registry
from tests.attacks.mutation import mutated
from tests.attacks.rounds import main_of
from tests.simulators.published import NOW, URL, PublishedRegistry, scope


def grown() -> tuple[PublishedRegistry, dict[str, bytes]]:
    """A registry that has gone on, under a root note of its own; with what a client met before."""
    published = registry()
    before = dict(published.files)
    published.rotate()
    for number in range(300):
        published.declare(scope("domain", f"late{number}.example.org"))
    published.now += 60
    published.publish()
    return published, before


def run(block: int, rounds: int) -> Counter[str]:
    """Offer so many wrong files, each to a client of the state before."""
    published, before = grown()
    good, chance = dict(published.files), random.Random(block)
    counts: Counter[str] = Counter(accepted=0)
    with tempfile.TemporaryDirectory() as place:
        start, folder = Path(place) / "start", Path(place) / "folder"
        published.files = before
        first = sync(start, URL, published.trust, transport=published, now=NOW)
        published.files = dict(good)
        shutil.copytree(start, folder)
        published.requested.clear()
        last = sync(folder, URL, published.trust, transport=published, now=published.now)
        asked = sorted(set(published.requested) & good.keys())
        for number in range(rounds):
            shutil.rmtree(folder)
            shutil.copytree(start, folder)
            path = chance.choice(asked)
            published.files = good | {path: _wrong(path, good, before, chance)}
            try:
                sync(folder, URL, published.trust, transport=published, now=published.now)
            except FilterError:
                counts["refused"] += 1
                signed = [first]
            else:
                counts["harmless"] += 1
                signed = [first, last]  # the first again is what a mirror that stands still offers
            found = load(SnapshotDirectory(folder), published.trust)
            assert found.data in [each.data for each in signed], ("accepted", block, number, path)
            if number % 25 == 0:
                verify(SnapshotDirectory(folder), published.trust, now=published.now)
    return counts


def _wrong(path: str, good: dict[str, bytes], before: dict[str, bytes], chance: random.Random) -> bytes:
    """The file with something wrong in it, another one in its place, or what it was before."""
    others = [content for name, content in sorted(good.items()) if name != path]
    way = chance.random()
    if way < 0.1:
        return chance.choice(others)
    if way < 0.15 and before.get(path, good[path]) != good[path]:
        return before[path]
    return mutated(good[path], chance)


if __name__ == "__main__":
    main_of(run)
