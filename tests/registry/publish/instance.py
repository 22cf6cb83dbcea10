"""A small registry on disk for tests: keys, a database that is written to, and what is published from it."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler_filter.log import Checkpoint, KeySet, Note, Signer, Tile, verify_tiles
from crawler_filter.preference import Preference, Usage
from crawler_filter.record import Assurance, LeafType, Record, Scope, ScopeKind, encode_id
from registry.keys import Keyring, add_signature
from registry.publish.files import DurableFiles
from registry.publish.log import LogPublisher
from registry.store.database import Store, open_database
from registry.store.log import append_leaf, log_size
from registry.writer import Writer

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
    return Record(
        id=encode_id(number.to_bytes(16, "big")),
        revision=1,
        party=encode_id((number % 7).to_bytes(16, "big")),
        capacity="author",
        vocabulary="aipref-08+tdm",
        statement="2026-11",
        scopes=covered,
    )


class Instance:
    """The open instance in `directory`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.writer = Writer(open_database(directory / "registry.db"))
        self.store = Store(directory / "registry.db")
        self.keyring = Keyring(directory)
        self.files = DurableFiles(directory / "public" / "log")

    def close(self) -> None:
        self.store.close()
        self.writer.close()

    @property
    def size(self) -> int:
        with self.store.read() as database:
            return log_size(database)

    def append(self, leaf_type: LeafType, stated: Record, *, now: int = NOW) -> int:
        body = None if leaf_type in (LeafType.WITHDRAW, LeafType.EXPIRE, LeafType.ERASE) else stated.encode()
        return self.writer.run(
            lambda database: append_leaf(database, leaf_type, stated.id, now, body, counting_entropy())
        )

    def declare(self, *numbers: int, now: int = NOW) -> None:
        def work(database):
            for number in numbers:
                stated = record(number)
                append_leaf(database, LeafType.DECLARE, stated.id, now, stated.encode(), counting_entropy())

        self.writer.run(work)

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
