"""Where the log's files lie (c2sp.org/tlog-tiles): tile names, entry bundles, and which tiles a growth makes.

A tile holds 256 consecutive hashes of the tree at every eighth level; an entry bundle holds the 256 entries under
one level-0 tile. A partial tile is named by its width and never changes; once the full tile exists it is spare.
What stands in the tiles is computed in `edge`.
"""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crawler_filter.errors import MalformedNoteError, OversizedError
from crawler_filter.log.encoding import MAX_NUMBER

TILE_HEIGHT: Final = 8
"""Levels of the tree between two levels of tiles (tlog-tiles, "Merkle tree")."""
TILE_WIDTH: Final = 1 << TILE_HEIGHT
MAX_LEVEL: Final = 63
ENTRIES: Final = -1
"""The level of entry bundles: below the leaf hashes, as in golang.org/x/mod."""
MAX_ENTRY_BYTES: Final = 65_535
"""An entry's length is written in two bytes (tlog-tiles, "Log entries")."""
CHECKPOINT_PATH: Final = "checkpoint"

_PATH: Final = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
_LENGTH: Final = struct.Struct(">H")


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """One tile: its level (ENTRIES for a bundle), its index within the level, and how many of 256 it holds."""

    level: int
    index: int
    width: int = TILE_WIDTH

    @classmethod
    def parse(cls, path: str) -> "Tile":
        """Read a path below the log's prefix.

        Raises:
            MalformedNoteError: not the one spelling of a tile's path.
        """
        found = _PATH.fullmatch(path)
        if not found:
            raise MalformedNoteError(f"expected the path of a tile, got {path[:80]!r}")
        level, index, width = found.groups()
        tile = cls(
            ENTRIES if level == "entries" else int(level),
            int(index.replace("x", "").replace("/", "")),
            int(width or TILE_WIDTH),
        )
        if tile.path != path or tile.level > MAX_LEVEL or tile.index > MAX_NUMBER or tile.width > TILE_WIDTH:
            raise MalformedNoteError(f"expected the path of a tile, got {path[:80]!r}")
        return tile

    @property
    def path(self) -> str:
        """The path below the log's prefix; the index in groups of three digits, all but the last after an x."""
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{name}" + ("" if self.is_full else f".p/{self.width}")

    @property
    def is_full(self) -> bool:
        """Tell whether this is the final tile of its index, which holds all 256."""
        return self.width == TILE_WIDTH

    @property
    def bundle(self) -> "Tile":
        """The entry bundle under this level-0 tile."""
        if self.level != 0:
            raise ValueError(f"expected a level-0 tile, got {self.path}")
        return Tile(ENTRIES, self.index, self.width)


def tile_at(level: int, index: int, size: int) -> Tile:
    """Return the widest tile at this level and index that a tree of `size` leaves has.

    Raises:
        ValueError: the tree has no hash there.
    """
    held = (size >> TILE_HEIGHT * max(level, 0)) - index * TILE_WIDTH
    if held <= 0:
        raise ValueError(f"a tree of size {size} has no tile {index} at level {level}")
    return Tile(level, index, min(held, TILE_WIDTH))


def tiles_of_growth(old_size: int, new_size: int) -> list[Tile]:
    """Return the hash tiles to publish when a log grows: what is new or wider, level by level.

    Bundles go with the level-0 tiles: `tile.bundle`.
    """
    tiles = []
    level = 0
    while new_held := new_size >> TILE_HEIGHT * level:
        old_held = old_size >> TILE_HEIGHT * level
        if new_held > old_held:
            indexes = range(old_held // TILE_WIDTH, -(-new_held // TILE_WIDTH))
            tiles += [tile_at(level, index, new_size) for index in indexes]
        level += 1
    return tiles


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return an entry bundle: each entry after its length."""
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise ValueError(f"expected 1 to {TILE_WIDTH} entries, got {len(entries)}")
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise OversizedError(f"expected an entry of at most {MAX_ENTRY_BYTES} bytes, got {len(entry)}")
    return b"".join(_LENGTH.pack(len(entry)) + entry for entry in entries)


def decode_bundle(data: bytes, width: int) -> list[bytes]:
    """Return the `width` entries of a bundle, which must hold exactly so many.

    Raises:
        MalformedNoteError: it holds fewer or more, or ends within an entry.
    """
    entries = []
    position = 0
    for number in range(width):
        start = position + _LENGTH.size
        if start > len(data):
            raise MalformedNoteError(f"expected a bundle of {width} entries, got {number}")
        position = start + _LENGTH.unpack_from(data, start - _LENGTH.size)[0]
        entries.append(data[start:position])
    if position != len(data):
        raise MalformedNoteError(f"expected a bundle of {position} bytes, got {len(data)}")
    return entries
