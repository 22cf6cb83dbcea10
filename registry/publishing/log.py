"""Publishing the log: from leaves in the database to tiles and a signed checkpoint that anybody can read.

The order is Sunlight's: sign, compare-and-swap the checkpoint in the database, write the tiles, publish
`checkpoint` last. Nothing has to be staged between the steps, because the database holds every entry before it is
signed for: whatever a crash left out is made again from there. A root is therefore never published before the
database knows it, and never signed twice with different contents.

`recover` is the only way in. It refuses where going on would fork the log.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

from crawler_filter.errors import FilterError
from crawler_filter.formats.counts import LEAF, number_of
from crawler_filter.log import (
    CHECKPOINT_PATH,
    TILE_WIDTH,
    Checkpoint,
    Edge,
    Signer,
    Tile,
    encode_bundle,
    leaf_hash,
)
from registry.errors import LogDamagedError, LogForkError
from registry.publishing.durable_files import DurableFiles
from registry.store.database import Store
from registry.store.log import entries
from registry.store.snapshots import SignedCheckpoint, latest_checkpoint, swap_checkpoint
from registry.store.writer import Writer

MAX_GROWTH: Final = 1 << 16
"""Most leaves taken into one checkpoint, so that a backlog fits in memory."""

_PARTIAL: Final = ".p/"

_TILES_KEPT_PARTIAL: Final = 16
"""Full tiles whose partial ones stay for clients that work from a checkpoint of a moment ago."""


@dataclass(frozen=True, slots=True)
class PublishedLog:
    """A log as it was last published: its right edge and its checkpoint."""

    edge: Edge
    signed: SignedCheckpoint

    @property
    def size(self) -> int:
        """The number of leaves that the checkpoint covers."""
        return self.signed.checkpoint.size


class LogPublisher:
    """Grows one log. Used by one thread at a time; after an exception it must be made anew and recovered."""

    def __init__(self, store: Store, writer: Writer, files: DurableFiles, signer: Signer) -> None:
        self._store = store
        self._writer = writer
        self._files = files
        self._signer = signer

    def recover(self) -> PublishedLog:
        """Bring the published files up to the newest signed checkpoint, whatever a crash has left undone.

        Raises:
            LogForkError: the published log is ahead of the database, or has another root.
            LogDamagedError: the published tiles, the leaves and the checkpoints do not belong together.
        """
        with self._store.read() as database:
            signed = latest_checkpoint(database, self._signer.name)
        published = self._published()
        check_not_ahead(published, signed)
        if signed is None:
            return self._publish(None, Edge(), {})
        size = published.checkpoint.size if published else 0
        edge = self._stored_edge(size)
        if published and edge.root != published.checkpoint.root:
            raise LogDamagedError(
                f"the tiles under {self._files.root} do not make the root of {number_of(size, *LEAF)}"
            )
        edge = self._reapply(edge, signed)
        return self._resigned(PublishedLog(edge, signed))

    def extend(self, log: PublishedLog, size: int) -> PublishedLog:
        """Publish the leaves up to `size`; return `log` itself when it has them."""
        while log.size < size:
            with self._store.read() as database:
                edge, files = _grow(database, log.edge, min(size, log.size + MAX_GROWTH))
            log = self._publish(log.signed, edge, files)
        return log

    def mend(self, log: PublishedLog) -> list[str]:
        """Compare every file of `log` with the database's leaves, and write anew what a disk has damaged or lost.

        Returns their names. May run beside `extend`, because what it writes is what should be there. Raises
        LogDamagedError where the leaves do not make the root that was signed.
        """
        edge, mended = Edge(), []
        while edge.size < log.size:
            with self._store.read() as database:
                edge, files = _grow(database, edge, min(log.size, edge.size + MAX_GROWTH))
            for name, content in files.items():
                found = self._files.read(name)
                is_spare = _PARTIAL in name and edge.size < log.size  # of a size on the way: it may not be there
                if found != content and not (found is None and is_spare):
                    self._files.write(name, content)
                    mended.append(name)
        _check_root(edge, log.signed)
        return mended

    def _publish(self, seen: SignedCheckpoint | None, edge: Edge, files: dict[str, bytes]) -> PublishedLog:
        checkpoint = Checkpoint(self._signer.name, edge.size, edge.root)
        signed = SignedCheckpoint(checkpoint, checkpoint.sign(self._signer).encode())
        self._writer.run(lambda database: swap_checkpoint(database, seen, signed))
        self._files.write_all(files.items())
        self._files.write(CHECKPOINT_PATH, signed.note)
        self._remove_spare(seen.checkpoint.size if seen else 0, edge.size)
        return PublishedLog(edge, signed)

    def _published(self) -> SignedCheckpoint | None:
        note = self._files.read(CHECKPOINT_PATH)
        try:
            return None if note is None else SignedCheckpoint.parse(note)
        except FilterError as error:
            path = self._files.path(CHECKPOINT_PATH)
            raise LogDamagedError(f"{path} is not a checkpoint; put it back from a mirror: {error}") from error

    def _stored_edge(self, size: int) -> Edge:
        """Load the right edge from the published tiles, and compare its last tile with the entries themselves."""
        try:
            edge = Edge.load(size, self.read_tile)
        except FilterError as error:
            raise LogDamagedError(f"the tiles under {self._files.root} are damaged: {error}") from error
        with self._store.read() as database:
            last = entries(database, size - size % TILE_WIDTH, size)
        if edge.partials and edge.partials[0] != tuple(map(leaf_hash, last)):
            raise LogDamagedError(f"the last tile of {number_of(size, *LEAF)} does not hold the database's leaves")
        return edge

    def _reapply(self, edge: Edge, signed: SignedCheckpoint) -> Edge:
        checkpoint = signed.checkpoint
        while edge.size < checkpoint.size:
            with self._store.read() as database:
                grown, files = _grow(database, edge, min(checkpoint.size, edge.size + MAX_GROWTH))
            if grown.size == edge.size:
                raise LogDamagedError(
                    f"{number_of(checkpoint.size, 'leaf was', 'leaves were')} signed, the database has {edge.size}"
                )
            self._files.write_all(files.items())
            edge = grown
        _check_root(edge, signed)
        if self._files.read(CHECKPOINT_PATH) != signed.note:
            self._files.write(CHECKPOINT_PATH, signed.note)
        return edge

    def _resigned(self, log: PublishedLog) -> PublishedLog:
        """Sign the checkpoint again where the log's key was replaced since."""
        note = log.signed.checkpoint.sign(self._signer).encode()
        return log if note == log.signed.note else self._publish(log.signed, log.edge, {})

    def _remove_spare(self, old_size: int, size: int) -> None:
        """Delete the partial bottom tiles whose full tile is old enough, as tlog-tiles allows."""
        first, last = (max(0, held // TILE_WIDTH - _TILES_KEPT_PARTIAL) for held in (old_size, size))
        for index in range(first, last):
            for tile in (Tile(0, index), Tile(0, index).bundle):
                self._files.remove(f"{tile.path}.p")

    def read_tile(self, tile: Tile) -> bytes:
        """Return a published tile. Raises LogDamagedError where there is none."""
        content = self._files.read(tile.path)
        if content is None:
            raise LogDamagedError(f"expected the tile {self._files.path(tile.path)}, found none")
        return content


def check_not_ahead(published: SignedCheckpoint | None, signed: SignedCheckpoint | None) -> None:
    """Check that `published`, seen at the log's public address, is one that this database has signed.

    Raises LogForkError: to sign now would give the log a second history.
    """
    if published is None:
        return
    theirs, ours = published.checkpoint, signed.checkpoint if signed else None
    if ours is None or theirs.size > ours.size:
        raise LogForkError(
            f"the published log of {theirs.origin} has {number_of(theirs.size, *LEAF)}, this database has signed "
            f"{ours.size if ours else 0}: {LogForkError.way_out}"
        )
    if theirs.size == ours.size and theirs.root != ours.root:
        raise LogForkError(
            f"{theirs.origin} has two roots of {number_of(theirs.size, *LEAF)}: published and in the database"
        )


def _check_root(edge: Edge, signed: SignedCheckpoint) -> None:
    if edge.root != signed.checkpoint.root:
        raise LogDamagedError(
            f"the database's leaves do not make the root signed for {number_of(edge.size, *LEAF)}"
        )


def _grow(database: Database, edge: Edge, last: int) -> tuple[Edge, dict[str, bytes]]:
    """Return the edge at `last` leaves, and every file that the growth needs."""
    start = edge.size - edge.size % TILE_WIDTH  # the bundle that grows is written whole
    stored = entries(database, start, last)
    grown, tiles = edge.grow(leaf_hash(entry) for entry in stored[edge.size - start :])
    files = {tile.path: content for tile, content in tiles.items()}
    files.update((tile.bundle.path, content) for tile, content in _bundles(tiles, stored, start))
    return grown, files


def _bundles(tiles: dict[Tile, bytes], stored: list[bytes], start: int) -> Iterator[tuple[Tile, bytes]]:
    for tile in tiles:
        if tile.level == 0:
            first = tile.index * TILE_WIDTH - start
            yield tile, encode_bundle(stored[first : first + tile.width])
