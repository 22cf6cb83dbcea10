"""A whole published registry in memory, and the transport that reads it: change one line, see who notices.

It signs with real keys and serves real bytes; what it does not have is a network or a clock. Tests mutate it
(`published.files[...] = ...`, `published.expires_in = 0`) and then call `sync`.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from crawler_filter import Filter, SnapshotId
from crawler_filter import Policy as FilterPolicy
from crawler_filter.checks.sources import FixedSource
from crawler_filter.errors import HttpStatusError, OversizedError, TransportError
from crawler_filter.formats.models import ModelEntry
from crawler_filter.formats.record import (
    Assurance,
    Leaf,
    LeafType,
    Record,
    Scope,
    ScopeKind,
    commit,
    encode_id,
)
from crawler_filter.formats.urls import PROFILE
from crawler_filter.log import (
    Checkpoint,
    Edge,
    KeySet,
    LogKey,
    LogPolicy,
    Root,
    Signer,
    Trust,
    leaf_hash,
    sign_note,
)
from crawler_filter.net.transport import Progress
from crawler_filter.preference import VOCABULARY, Preference, Usage
from crawler_filter.snapshot import Manifest, Segment, SegmentFile, Snapshot, boundaries, build, difference, merge
from crawler_filter.snapshot.manifest import least_reader
from tests.simulators.replay import replay

ORIGIN = "registry.example"
URL = "https://registry.example"
NOW = 1_795_500_000


def counted_entropy() -> Callable[[int], bytes]:
    """Return bytes that look random and are the same in every run."""
    count = 0

    def entropy(length: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_256(b"simulated" + count.to_bytes(8, "big")).digest(length)

    return entropy


def scope(
    kind: str,
    value: str,
    assurance: Assurance = Assurance.VERIFIED,
    usage: Usage = Usage.TRAIN_AI,
    preference: Preference = Preference.DISALLOWED,
) -> Scope:
    """Return one scope; by default a verified reservation from training."""
    return Scope(ScopeKind(kind), value, {usage: preference}, assurance)


def record_of(id: str, party: str, *scopes: Scope, revision: int = 1) -> Record:  # noqa: A002
    """Return a declaration of these scopes by an author of no name."""
    return Record(id, revision, party, "author", VOCABULARY, "2026-11", scopes)


@dataclass
class PublishedRegistry:
    """The registry as its mirrors see it. `publish` signs what `declare` and `withdraw` have logged since."""

    now: int = NOW
    expires_in: int = 7 * 86_400
    sequence: int = 0
    entropy: Callable[[int], bytes] = field(default_factory=counted_entropy)
    leaves: list[Leaf] = field(default_factory=list)
    records: dict[int, Record] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    requested: list[str] = field(default_factory=list)
    fails: TransportError | None = None
    models: tuple[ModelEntry, ...] = ()

    def __post_init__(self) -> None:
        self.root_signer = Signer.generate(f"{ORIGIN}/root-a", self.entropy)
        self.log_signer = Signer.generate(f"{ORIGIN}/log", self.entropy)
        self.snapshot_signer = Signer.generate(f"{ORIGIN}/snapshot", self.entropy)
        self.edge = Edge()
        self.root = Root(
            ORIGIN,
            1,
            KeySet(1, (self.root_signer.verifier,)),
            self.log_signer.verifier,
            f"{URL}/log",
            self.snapshot_signer.verifier,
        )
        self.files["snapshot/root/1"] = self.root.sign(self.root_signer).encode()
        log = LogKey(self.log_signer.verifier)
        self.trust = Trust(LogPolicy((log,)), 1, self.root.keys)

    def declare(self, *scopes: Scope, id: str = "", party: str = "") -> str:  # noqa: A002
        """Log a declaration of these scopes and return its id; an `id` given amends that one."""
        fresh = encode_id(self.entropy(16))
        record = record_of(id or fresh, party or encode_id(self.entropy(16)), *scopes)
        body = record.encode()
        self.records[len(self.leaves)] = record
        self._append(Leaf(LeafType.DECLARE, record.id, "2026-11-24T00:00:00Z", commit(self.entropy(32), body)))
        return record.id

    def withdraw(self, id: str) -> None:  # noqa: A002
        """Log that a declaration states nothing any more."""
        self._append(Leaf(LeafType.WITHDRAW, id, "2026-11-24T00:00:00Z", None))

    def snapshot(self, issued: int = NOW) -> Snapshot:
        """Return every declaration, as a reader finds them in a snapshot."""
        found = Snapshot.from_records(self.records.items(), SnapshotId(ORIGIN, 1, len(self.leaves), "", issued))
        found.models = self.models
        return found

    def filter(self, policy: FilterPolicy, *, now: float = NOW) -> Filter:
        """Return a filter of its snapshot, whose clock stands still."""
        return Filter(FixedSource(self.snapshot()), policy, clock=lambda: now)

    def publish(self) -> Manifest:
        """Sign and put out the present state."""
        checkpoint = Checkpoint(self.log_signer.name, self.edge.size, self.edge.root)
        note = checkpoint.sign(self.log_signer).encode()
        self.files["log/checkpoint"] = note
        segments = [self._segment(first, last) for first, last in boundaries(len(self.leaves))]
        base, *deltas = (Segment.parse(self.files[f"snapshot/{file.name}.seg"]) for file in segments)
        merged = merge(base, deltas)
        self.sequence += 1
        manifest = Manifest(
            origin=ORIGIN,
            profile=PROFILE,
            min_reader=least_reader(Segment.parse(merged), self.models),
            sequence=self.sequence,
            issued=self.now,
            expires=self.now + self.expires_in,
            log_size=checkpoint.size,
            log_root=checkpoint.root,
            checkpoint=note,
            files=tuple(segments),
            merged=SegmentFile(hashlib.sha256(merged).hexdigest(), len(merged), 0, checkpoint.size),
            models=self.models,
        )
        self.put_manifest(manifest)
        return manifest

    def put_manifest(self, manifest: Manifest, signer: Signer | None = None) -> None:
        """Sign a manifest, honest or not, and put it out."""
        note = sign_note(manifest.encode(), signer or self.snapshot_signer)
        self.files["snapshot/manifest"] = note.encode()

    def rotate(self, **changes: Any) -> Root:
        """Put out the next root note with these fields changed, signed by the root key."""
        self.root = replace(self.root, version=self.root.version + 1, **changes)
        self.files[f"snapshot/root/{self.root.version}"] = self.root.sign(self.root_signer).encode()
        return self.root

    def restart_log(self) -> None:
        """Lose the log and begin another, which a root note leads to."""
        closed = Checkpoint(self.log_signer.name, self.edge.size, self.edge.root)
        self.log_signer = Signer.generate(f"{ORIGIN}/log2", self.entropy)
        self.edge, self.leaves, self.records = Edge(), [], {}
        self.rotate(log=self.log_signer.verifier, closed=closed)

    def get(self, url: str, *, max_bytes: int) -> bytes:
        """Answer as a mirror would."""
        path = url.removeprefix(URL + "/")
        self.requested.append(path)
        if self.fails is not None:
            raise self.fails
        if path not in self.files:
            raise HttpStatusError(url, 404)
        if len(self.files[path]) > max_bytes:
            raise OversizedError(f"{url} sent more than {max_bytes} bytes")
        return self.files[path]

    def download(self, url: str, sink: BinaryIO, *, length: int, progress: Progress | None = None) -> None:
        """Answer as a mirror would."""
        body = self.get(url, max_bytes=length)
        sink.write(body)
        if progress is not None:
            progress(len(body))

    def post_json(self, url: str, value: object, *, max_bytes: int) -> bytes:
        """A mirror has static files only."""
        raise HttpStatusError(url, 405)

    def _append(self, leaf: Leaf) -> None:
        self.leaves.append(leaf)
        self.edge, tiles = self.edge.grow([leaf_hash(leaf.encode())])
        self.files |= {f"log/{tile.path}": data for tile, data in tiles.items()}

    def _in_force(self, size: int) -> dict[int, Record]:
        indexes = replay(enumerate(self.leaves[:size])).values()
        return {index: self.records[index] for index in sorted(indexes)}

    def _segment(self, first: int, last: int) -> SegmentFile:
        old, new = self._in_force(first), self._in_force(last)
        if first == 0:
            data = build(new.items())
        else:
            removed = [(index, old[index]) for index in old if index not in new]
            data = difference(removed, [(index, new[index]) for index in new if index not in old])
        name = hashlib.sha256(data).hexdigest()
        self.files[f"snapshot/{name}.seg"] = data
        return SegmentFile(name, len(data), first, last)
