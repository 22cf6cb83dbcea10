"""Random lives of one instance: append, publish, crash, restart, old database put back. A log has one root a size.

Each life is a forked process on real files and a real database, killed by `SIGKILL` at a step that changes the disk
(opening, writing half, flushing, renaming, before and after a commit), or left to end by itself. After each life
everything that was ever published is compared: every size has one root, a new log has the old one as its start, and
manifests' numbers name one manifest. A database that is older than what was published must refuse.
"""

import os
import random
import shutil
import signal
import tempfile
from collections import Counter
from pathlib import Path

from crawler_filter.formats.record import LeafType
from crawler_filter.log import Checkpoint, Note, check_successor, consistency_proof, hash_reader
from crawler_filter.snapshot import Manifest
from crawler_filter.sync import durable
from registry.errors import LogForkError
from registry.publishing.durable_files import DurableFiles
from registry.store.database import open_database
from registry.store.in_force import erased_declarations
from registry.store.log import log_size
from tests.attacks.forked import Child
from tests.attacks.rounds import main_of
from tests.registry.publishing.faults import FaultyFile, FaultyOs, FaultyWriter, Steps
from tests.registry.publishing.instance import (
    Instance,
    make_instance,
    opened,
    record,
    verify_published,
    verify_snapshot,
)

REFUSED = 3
MOST_STEPS = 160
KINDS = (LeafType.DECLARE, LeafType.AMEND, LeafType.WITHDRAW, LeafType.ERASE)


class World:
    """All that anybody outside has seen of one instance."""

    def __init__(self, directory: Path) -> None:
        self.roots: dict[int, bytes] = {}
        self.inside: dict[int, bytes] = {}
        self.manifests: dict[int, bytes] = {}
        self._directory = directory
        self._newest: Checkpoint | None = None

    def look(self) -> None:
        """Compare what lies in the public folder with all that lay there before."""
        log, snapshot = (DurableFiles(self._directory / "public" / name) for name in ("log", "snapshot"))
        note = log.read("checkpoint")
        if note is not None:
            self._see(Checkpoint.parse(Note.parse(note).text), log)
        note = snapshot.read("manifest")
        if note is not None:
            manifest = Manifest.decode(Note.parse(note).text)
            assert self.manifests.setdefault(manifest.sequence, note) == note
            assert manifest.sequence == max(self.manifests)
            self._one_root(Checkpoint.parse(Note.parse(manifest.checkpoint).text))

    def look_inside(self) -> None:
        """Compare what the database says was signed, published or not, with that and with what was published."""
        database = open_database(self._directory / "registry.db", read_only=True)
        try:
            for size, root in database.execute("SELECT size, root FROM checkpoints").fetchall():
                assert self.inside.setdefault(size, root) == root == self.roots.get(size, root)
        finally:
            database.close()

    def _see(self, checkpoint: Checkpoint, log: DurableFiles) -> None:
        self._one_root(checkpoint)
        verify_published(log)
        old = self._newest
        if old is not None and 0 < old.size < checkpoint.size:
            read = hash_reader(checkpoint.size, lambda tile: log.path(tile.path).read_bytes())
            check_successor(old, checkpoint, consistency_proof(old.size, checkpoint.size, read))
        assert old is None or old.size <= checkpoint.size
        self._newest = checkpoint

    def _one_root(self, checkpoint: Checkpoint) -> None:
        root = self.roots.setdefault(checkpoint.size, checkpoint.root)
        assert root == checkpoint.root, f"two roots of {checkpoint.size} leaves"


def append(instance: Instance, chance: random.Random) -> None:
    """Declare, change, withdraw or erase a few declarations."""
    with instance.store.read() as database:
        gone = set(erased_declarations(database, 0, log_size(database)))
    for _ in range(chance.choice((1, 1, 2, 5, 20, 120))):
        kind, stated = chance.choices(KINDS, (12, 4, 2, 1))[0], record(chance.randrange(200))
        if stated.id not in gone:
            instance.append(kind, stated, now=instance.now)
        if kind is LeafType.ERASE:
            gone.add(stated.id)


def live(directory: Path, seed: int, die_at: int) -> None:
    """One life, which ends at the given step of touching the disk if it comes so far."""
    chance = random.Random(seed)
    with opened(directory) as instance:
        steps = Steps(die_at, lambda: os.kill(os.getpid(), signal.SIGKILL))
        new = durable._new
        durable.os = FaultyOs(steps)  # type: ignore[attr-defined]
        durable._new = lambda *arguments: FaultyFile(new(*arguments), steps)
        instance.writer = FaultyWriter(instance.writer, steps)
        instance.now += chance.choice((0, 60, 4000))
        try:
            publisher = instance.publisher()
        except LogForkError:
            os._exit(REFUSED)
        for _ in range(chance.randrange(1, 6)):
            append(instance, chance)
            if chance.random() < 0.7:
                instance.now += chance.choice((0, 1, 4000))
                publisher.publish()
        os._exit(0)  # a power cut comes without close


def play(directory: Path, seed: int) -> Counter[str]:
    """Live, crash and restart a few times; say how often each came about."""
    chance, counts = random.Random(seed), Counter(lives=0)
    make_instance(directory)
    world, copy = World(directory), directory.with_name(f"{directory.name}.copy")
    for number in range(chance.randrange(2, 6)):
        die_at = chance.randrange(1, MOST_STEPS) if chance.random() < 0.8 else 0
        with Child(lambda _, life=number, step=die_at: live(directory, seed * 100 + life, step)) as child:
            pass
        assert child.status in (0, REFUSED, -signal.SIGKILL), child.status
        counts["lives"] += 1
        counts["killed"] += child.status == -signal.SIGKILL
        world.look()
        world.look_inside()
        if copy.exists() and chance.random() < 0.3:
            counts[_put_back(directory, copy, seed * 100 + number + 50)] += 1
            world.look()
            world.inside.clear()  # what was signed since the copy and never published is nobody's
        elif chance.random() < 0.5:
            _back_up(directory, copy)
    with opened(directory) as instance:
        instance.now += 10_000
        instance.publisher()
        verify_snapshot(instance)
    world.look()
    world.look_inside()
    counts["sizes"] += len(world.roots)
    return counts


def _back_up(directory: Path, copy: Path) -> None:
    copy.unlink(missing_ok=True)
    database = open_database(directory / "registry.db")
    database.execute("VACUUM INTO ?", (str(copy),))
    database.close()


def _put_back(directory: Path, copy: Path, seed: int) -> str:
    """Start once from an old database; where it refuses, put the newest one back."""
    newest = directory.with_name(f"{directory.name}.newest")
    _back_up(directory, newest)
    _replace(directory, copy)
    with Child(lambda _: live(directory, seed, 0)) as child:
        pass
    assert child.status in (0, REFUSED), child.status
    if child.status == REFUSED:
        _replace(directory, newest)
    newest.unlink()
    return "old database refused" if child.status == REFUSED else "copy as new as what was published"


def _replace(directory: Path, database: Path) -> None:
    for name in ("registry.db-wal", "registry.db-shm"):
        (directory / name).unlink(missing_ok=True)
    shutil.copy(database, directory / "registry.db")


def run(block: int, rounds: int) -> Counter[str]:
    """Play so many histories."""
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as place:
        for number in range(rounds):
            directory = Path(place) / "instance"
            directory.mkdir()
            counts += play(directory, block * rounds + number)
            for path in Path(place).iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    return counts


if __name__ == "__main__":
    main_of(run)
