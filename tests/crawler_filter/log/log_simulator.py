"""A log, its witnesses and its registry's keys in memory, made of the real formats; tests bend it in one line."""

from hashlib import sha256

from crawler_filter.log import (
    ENTRIES,
    TILE_WIDTH,
    Checkpoint,
    Edge,
    Group,
    KeySet,
    LogKey,
    LogPolicy,
    Root,
    Signer,
    Tile,
    TlogProof,
    Trust,
    Witness,
    consistency_proof,
    encode_bundle,
    hash_reader,
    inclusion_proof,
    leaf_hash,
    tile_at,
)

ORIGIN = "registry.example"
NOW = 1_795_220_000


def key(name):
    """A key that is the same in every run."""
    return Signer(name, sha256(name.encode()).digest())


LOG_KEY = key(f"{ORIGIN}/log")
SNAPSHOT_KEY = key(f"{ORIGIN}/snapshot")
ROOT_KEYS = [key(f"{ORIGIN}/root-{label}") for label in "abc"]
WITNESS_KEYS = [key(f"witness{number}.example/w") for number in (1, 2, 3)]


class LogSimulator:
    """Entries, their tiles by path, and checkpoints."""

    def __init__(self, signer=LOG_KEY):
        self.signer = signer
        self.entries = []
        self.files = {}
        self.edge = Edge()

    def append(self, *entries):
        self.entries += entries
        self.edge, tiles = self.edge.grow(leaf_hash(entry) for entry in entries)
        for tile, data in tiles.items():
            self.files[tile.path] = data
            if tile.level == 0:
                start = tile.index * TILE_WIDTH
                self.files[tile.bundle.path] = encode_bundle(self.entries[start : start + tile.width])
        return self

    def read_tile(self, tile):
        return self.files[tile.path]

    @property
    def checkpoint(self):
        return Checkpoint(self.signer.name, self.edge.size, self.edge.root)

    def signed_checkpoint(self, *witnesses):
        note = self.checkpoint.sign(self.signer)
        return note.signed_also_by(*(witness.cosign(note.text, NOW) for witness in witnesses)).encode()

    def proof(self, index, *witnesses, extra=b""):
        hashes = inclusion_proof(index, self.edge.size, hash_reader(self.edge.size, self.read_tile))
        return TlogProof(index, tuple(hashes), self.signed_checkpoint(*witnesses), extra)

    def consistency(self, old_size):
        return consistency_proof(old_size, self.edge.size, hash_reader(self.edge.size, self.read_tile))

    def published(self):
        """The files of the present size alone: partial tiles of earlier sizes dropped."""
        kept = {path: data for path, data in self.files.items() if self._is_current(Tile.parse(path))}
        return {**kept, "checkpoint": self.signed_checkpoint()}

    def _is_current(self, tile):
        level = 0 if tile.level == ENTRIES else tile.level
        return tile.width == tile_at(level, tile.index, self.edge.size).width


def log_of(count):
    return LogSimulator().append(*(b"entry %d" % number for number in range(count)))


def policy(quorum="two"):
    witnesses = tuple(Witness(f"w{n}", signer.cosignature_verifier) for n, signer in enumerate(WITNESS_KEYS))
    return LogPolicy(
        logs=(LogKey(LOG_KEY.verifier, "https://registry.example/log/"),),
        witnesses=witnesses,
        groups=(Group("two", 2, ("w0", "w1", "w2")),),
        quorum=quorum,
    )


def key_set(threshold, *signers):
    return KeySet(threshold, tuple(signer.verifier for signer in signers))


def root(version=1, keys=None, log=LOG_KEY, snapshot=SNAPSHOT_KEY, closed=None):
    return Root(
        origin=ORIGIN,
        version=version,
        keys=keys or key_set(2, *ROOT_KEYS),
        log=log.verifier,
        log_url=f"https://{log.name}/",
        snapshot=snapshot.verifier,
        closed=closed,
    )


def trust():
    return Trust(policy(), 1, key_set(2, *ROOT_KEYS))
