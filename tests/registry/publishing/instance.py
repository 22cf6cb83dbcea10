"""A small registry on disk for tests: keys, a database that is written to, and what is published from it."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from crawler_filter.formats.models import ModelEntry
from crawler_filter.formats.record import (
    REMOVES_RECORD,
    Assurance,
    LeafType,
    Record,
    Scope,
    ScopeKind,
    encode_id,
)
from crawler_filter.log import Checkpoint, KeySet, Note, Signer, Tile, verify_tiles
from crawler_filter.preference import Preference, Usage
from crawler_filter.snapshot import Manifest, Segment, build, merge, with_carried
from registry.publishing import Publisher
from registry.publishing.durable_files import DurableFiles
from registry.publishing.keys import Keyring, add_signature
from registry.publishing.log import LogPublisher
from registry.store.database import Store, open_database
from registry.store.log import append_leaf, body, erase_bodies, leaves, log_size
from registry.store.writer import Writer
from tests.simulators.published import record_of
from tests.simulators.replay import replay

ORIGIN = "registry.example"
NOW = 1_795_220_000


def counting_entropy(start: int = 1):
    """Return entropy that never repeats and is the same in every run."""
    counter = itertools.count(start)
    return lambda size: next(counter).to_bytes(size, "big")


def root_signer(label: str, number: int) -> Signer:
    return Signer(f"{ORIGIN}/root-{label}", bytes([number]) * 32)


ALPHA, BETA = root_signer("alpha", 101), root_signer("beta", 102)


def make_instance(directory: Path) -> Keyring:
    """Create database, keys and root note 1 in an empty directory."""
    open_database(directory / "registry.db", create=True).close()
    keyring = Keyring(directory)
    root = keyring.first(ORIGIN, f"https://{ORIGIN}", KeySet(1, (ALPHA.verifier,)), counting_entropy())
    keyring.install(add_signature(root.encode().encode(), ALPHA))
    return keyring


def record(number: int, *scopes: Scope) -> Record:
    """Return the record of declaration `number`; without scopes it covers a domain of its own."""
    preferences = {Usage.TRAIN_AI: Preference.DISALLOWED}
    covered = scopes or (Scope(ScopeKind.DOMAIN, f"site{number}.example", preferences, Assurance.VERIFIED),)
    party = encode_id((number % 7).to_bytes(8, "big") * 2)
    return record_of(encode_id(number.to_bytes(16, "big")), party, *covered)


class Instance:
    """The open instance in `directory`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.now = NOW
        self.writer = Writer(open_database(directory / "registry.db"))
        self.store = Store(directory / "registry.db")
        self.keyring = Keyring(directory)
        self.files = DurableFiles(directory / "public" / "log")
        self.models: tuple[ModelEntry, ...] = ()

    def close(self) -> None:
        self.store.close()
        self.writer.close()

    @property
    def size(self) -> int:
        with self.store.read() as database:
            return log_size(database)

    def append(self, leaf_type: LeafType, stated: Record, *, now: int = NOW) -> int:
        content = None if leaf_type in REMOVES_RECORD else stated

        def work(database):
            if leaf_type is LeafType.ERASE:
                erase_bodies(database, stated.id)
            return append_leaf(database, leaf_type, stated.id, now, content, counting_entropy())

        return self.writer.run(work)

    def declare(self, *numbers: int, now: int = NOW) -> None:
        def work(database):
            for number in numbers:
                stated = record(number)
                append_leaf(database, LeafType.DECLARE, stated.id, now, stated, counting_entropy())

        self.writer.run(work)

    def publisher(self, *, rebuild: bool = False) -> Publisher:
        return Publisher(
            self.directory,
            self.store,
            self.writer,
            clock=lambda: self.now,
            entropy=counting_entropy(),
            interval=0,
            lifetime=7 * 86_400,
            rebuild=rebuild,
            models=self.models,
        )

    def log_publisher(self) -> LogPublisher:
        return LogPublisher(self.store, self.writer, self.files, self.keyring.online().log)


@contextmanager
def opened(directory: Path) -> Iterator[Instance]:
    instance = Instance(directory)
    try:
        yield instance
    finally:
        instance.close()


def published_checkpoint(files: DurableFiles) -> Checkpoint | None:
    note = files.read("checkpoint")
    return None if note is None else Checkpoint.parse(Note.parse(note).text)


def verify_published(files: DurableFiles) -> int:
    """Check every tile that the published checkpoint needs; return its size, -1 where nothing is published."""
    checkpoint = published_checkpoint(files)
    if checkpoint is None:
        return -1

    def read(tile: Tile) -> bytes:
        content = files.read(tile.path)
        assert content is not None, f"{tile.path} is missing"
        return content

    verify_tiles(checkpoint, read)
    return checkpoint.size


def records_in_force(instance: Instance, size: int) -> list[tuple[int, Record]]:
    """Return what is in force by replaying the log in plain Python, without any of the queries under test."""
    with instance.store.read() as database:
        log = leaves(database, 0, size)
        erased = {leaf.id for _, leaf in log if leaf.type is LeafType.ERASE}
        stated = replay(log)
        return [
            (index, Record.decode(body(database, index)[1]))
            for declaration, index in stated.items()
            if declaration not in erased
        ]


def carried_over(instance: Instance, size: int) -> list[tuple[int, bytes]]:
    """Return what the log says is carried over from another, by leaf."""
    with instance.store.read() as database:
        carrying = [index for index, leaf in leaves(database, 0, size) if leaf.type is LeafType.CARRY]
        return [(index, kept[1]) for index in carrying if (kept := body(database, index)) is not None]


def verify_snapshot(instance: Instance) -> Manifest:
    """Check the published snapshot as a stranger with log and records would; return its manifest."""
    files = DurableFiles(instance.directory / "public" / "snapshot")
    note = Note.parse(files.read("manifest"))
    note.verify([instance.keyring.root().snapshot])
    manifest = Manifest.decode(note.text)
    segments = []
    for file in manifest.files:
        content = files.read(f"{file.name}.seg")
        assert sha256(content).hexdigest() == file.name
        assert len(content) == file.length
        segments.append(Segment.parse(content))
    merged = merge(segments[0], segments[1:])
    assert sha256(merged).hexdigest() == manifest.merged.name
    assert merged == with_carried(
        build(records_in_force(instance, manifest.log_size)), 0, carried_over(instance, manifest.log_size)
    )
    return manifest
