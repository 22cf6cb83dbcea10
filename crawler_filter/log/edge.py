"""The growing side of a log: its right edge, what an append adds to the tiles, and reading tiles back.

The edge is all that an append needs to know of a log: the partial tile of each level, at most 255 hashes a level,
three levels for sixteen million leaves. An append costs as many hashes as it has new leaves and a few hundred
for the root, whatever the length of the log.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from crawler_filter.errors import ProofError
from crawler_filter.log.checkpoint import Checkpoint
from crawler_filter.log.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, decode_bundle, tile_at, tiles_of_growth
from crawler_filter.log.tree import HASH_SIZE, HashReader, leaf_hash, perfect_root, root_hash

TileReader: TypeAlias = Callable[[Tile], bytes]
"""Gives exactly the bytes of one tile or bundle; where they lie is the caller's business."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of the tree of `size` leaves: `partials[level]` is what that level's partial tile holds."""

    size: int = 0
    partials: tuple[tuple[bytes, ...], ...] = ()

    @classmethod
    def load(cls, size: int, read_tile: TileReader) -> "Edge":
        """Read the edge of a stored log. Its `root` must be the checkpoint's before it may be grown."""
        partials: list[tuple[bytes, ...]] = []
        while held := size >> TILE_HEIGHT * len(partials):
            level, index = len(partials), held // TILE_WIDTH
            partial = held % TILE_WIDTH
            tile = Tile(level, index, partial)
            partials.append(tuple(_hashes(tile, read_tile(tile))) if partial else ())
        return cls(size, tuple(partials))

    @property
    def root(self) -> bytes:
        """The root hash of the tree."""
        return root_hash(self.size, self._perfect_subtree)

    def grow(self, leaves: Iterable[bytes]) -> tuple["Edge", dict[Tile, bytes]]:
        """Append leaf hashes. Return the new edge, and the bytes of each tile of `tiles_of_growth`."""
        rows = [list(row) for row in self.partials]
        size = self.size
        full: dict[Tile, bytes] = {}
        for leaf in leaves:
            size += 1
            _carry(rows, leaf, size, full)
        grown = {
            tile: full[tile] if tile.is_full else b"".join(rows[tile.level])
            for tile in tiles_of_growth(self.size, size)
        }
        return Edge(size, tuple(tuple(row) for row in rows)), grown

    def _perfect_subtree(self, level: int, index: int) -> bytes:
        """Read one of the perfect subtrees that the root is made of: all of them lie in the partial tiles."""
        tile_level, within = divmod(level, TILE_HEIGHT)
        row = self.partials[tile_level]
        start = (index << within) % TILE_WIDTH
        return perfect_root(row[start : start + (1 << within)])


def _carry(rows: list[list[bytes]], computed: bytes, size: int, full: dict[Tile, bytes]) -> None:
    """Add a hash to the lowest row; a row that fills becomes a tile, and its root a hash in the row above."""
    for level in range(len(rows) + 1):
        if level == len(rows):
            rows.append([])
        row = rows[level]
        row.append(computed)
        if len(row) < TILE_WIDTH:
            return
        full[Tile(level, (size >> TILE_HEIGHT * level) // TILE_WIDTH - 1)] = b"".join(row)
        computed = perfect_root(row)
        row.clear()


def hash_reader(size: int, read_tile: TileReader) -> HashReader:
    """Return a reader of the tree of `size` leaves. It keeps every tile it reads: make one for each task."""
    tiles: dict[Tile, list[bytes]] = {}

    def read(level: int, index: int) -> bytes:
        tile_level, within = divmod(level, TILE_HEIGHT)
        tile_index, start = divmod(index << within, TILE_WIDTH)
        tile = tile_at(tile_level, tile_index, size)
        if tile not in tiles:
            tiles[tile] = _hashes(tile, read_tile(tile))
        return perfect_root(tiles[tile][start : start + (1 << within)])

    return read


def verify_tiles(checkpoint: Checkpoint, read_tile: TileReader) -> None:
    """Check every entry, bundle and tile of a log against its checkpoint, whose signature was checked before.

    The tree is built anew from the entries, 256 at a time, and each tile compared with the one that was read.

    Raises:
        ProofError: a tile is not the one that the entries make, or the root is not the checkpoint's.
        MalformedNoteError: a bundle does not parse.
    """
    edge = Edge()
    while edge.size < checkpoint.size:
        tile = tile_at(0, edge.size // TILE_WIDTH, checkpoint.size)
        entries = decode_bundle(read_tile(tile.bundle), tile.width)
        edge, built = edge.grow(leaf_hash(entry) for entry in entries)
        for made, expected in built.items():
            final = tile_at(made.level, made.index, checkpoint.size)
            if made == final and read_tile(made) != expected:  # narrower ones were spare even when published
                raise ProofError(f"{made.path} is not the tile that the entries of {checkpoint.origin} make")
    if edge.root != checkpoint.root:
        raise ProofError(f"{checkpoint.origin}: expected root {checkpoint.root.hex()}, got {edge.root.hex()}")


def _hashes(tile: Tile, data: bytes) -> list[bytes]:
    if len(data) != tile.width * HASH_SIZE:
        raise ProofError(f"{tile.path}: expected {tile.width * HASH_SIZE} bytes, got {len(data)}")
    return [data[at * HASH_SIZE : (at + 1) * HASH_SIZE] for at in range(tile.width)]
