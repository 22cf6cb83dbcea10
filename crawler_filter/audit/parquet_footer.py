"""Row groups of several Parquet files put behind one another, byte for byte, under one new footer.

Neither pages nor statistics are read or written anew: a column's bytes are copied, and the places that the footer
names are shifted. So a row group that is kept whole costs a copy, row groups that were written apart become one
file, and the same row groups always become the same bytes.

Indexes and Bloom filters that lie outside of the row groups are left out, as the format allows: their places would
have to be written anew as well, and they say something of rows that may be gone.

https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from crawler_filter.audit import thrift
from crawler_filter.audit.thrift import BINARY, I16, I64, LIST, STRUCT, List, Struct
from crawler_filter.errors import DataError

MAGIC: Final = b"PAR1"
MAX_FOOTER: Final = 1 << 30
KEY: Final = "optout"
"""The name under which a file's metadata tell the snapshot that it was filtered with."""

# FileMetaData
_SCHEMA, _ROWS, ROW_GROUPS, _KEY_VALUES = 2, 3, 4, 5
# SchemaElement
_TYPE, _CHILDREN, _CONVERTED = 1, 5, 6
_BYTES, _DECIMAL = (6, 7), 5
_SAYS_NOTHING: Final = ((1, 17), (2, 18))  # INT_32 of 32 bits, INT_64 of 64
# RowGroup
_COLUMNS, _OF_GROUP, _FILE_OFFSET, _ORDINAL = 1, 3, 5, 7
# ColumnChunk
_CHUNK_OFFSET, _META, _INDEXES, _CRYPTO = 2, 3, (4, 5, 6, 7), (8, 9)
# ColumnMetaData
_SIZE, _DATA_PAGE, _INDEX_PAGE, _DICTIONARY_PAGE, _BLOOM = 7, 9, 10, 11, (14, 15)

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Piece:
    """The row group number `group` of the Parquet file at `path`."""

    path: Path
    group: int


def read_footer(path: Path) -> Struct:
    """Return the footer of a Parquet file. Raises DataError for another file, or an encrypted one."""
    with path.open("rb") as file:
        return footer_in(file, path)


def footer_in(file: BinaryIO, name: object) -> Struct:
    """Return the footer of an open Parquet file. Raises as `read_footer`, which names the file."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - 8, 0))
    tail = file.read()
    if len(tail) < 8 or tail[4:] != MAGIC:
        kind = "is encrypted" if tail[4:] == b"PARE" else "is not a Parquet file, or was cut off"
        raise DataError(f"{name} {kind}")
    length = int.from_bytes(tail[:4], "little")
    if length > min(MAX_FOOTER, size - 12):
        raise DataError(f"{name} declares a footer of {length} bytes, the file has {size}")
    file.seek(size - 8 - length)
    return thrift.decode(file.read(length))


def groups_in(path: Path) -> int:
    """Return how many row groups a Parquet file has. Raises as `read_footer`."""
    return len(read_footer(path)[ROW_GROUPS][1].items)


def groups_of(paths: Iterable[Path]) -> Iterator[Piece]:
    """Yield the row groups of Parquet files, one file behind the other. Raises as `read_footer`."""
    for path in paths:
        yield from (Piece(path, number) for number in range(groups_in(path)))


def is_plain(footer: Struct) -> bool:
    """Tell whether every column lies in this file and is not encrypted, so that its bytes can be copied."""
    chunks = (chunk for group in footer[ROW_GROUPS][1].items for chunk in group[_COLUMNS][1].items)
    return all(_META in chunk and 1 not in chunk and not chunk.keys() & set(_CRYPTO) for chunk in chunks)


def physical(footer: Struct) -> list[tuple[Any, ...]]:
    """Return what of a schema decides how a column's bytes are read: types, lengths, levels, names, what they
    mean.

    The newer notation of meanings (10) is left out, which older writers lack; the older one (6) says the same. Of
    the root, which every writer calls otherwise, only the number of its columns is told.
    """
    root, *elements = footer[_SCHEMA][1].items
    return [
        (root.get(_CHILDREN),),
        *(tuple(element.get(number) for number in (_TYPE, 2, 3, 4, _CHILDREN)) for element in elements),
        tuple(_meaning(element) for element in elements),
    ]


def _meaning(element: Struct) -> int | None:
    """Return what the values of a column mean, as far as that changes their bytes: not that an integer is one, or
    that bytes are a text, JSON, or an interval.
    """
    meaning, kind = (element[number][1] if number in element else None for number in (_CONVERTED, _TYPE))
    is_bytes = kind in _BYTES and meaning != _DECIMAL
    return None if is_bytes or (kind, meaning) in _SAYS_NOTHING else meaning


def join(pieces: Iterable[Piece], like: Path, out: BinaryIO, added: Mapping[str, str]) -> None:
    """Write a Parquet file of `pieces`, in their order, with the schema and the metadata of the file at `like`.

    `added` are further key-value pairs of the metadata. Raises DataError where a piece has other columns.
    """
    model = read_footer(like)
    schema = physical(model)
    groups: list[Struct] = []
    out.write(MAGIC)
    at = len(MAGIC)
    footers: dict[Path, Struct] = {}
    for piece in pieces:
        if piece.path not in footers:
            footers = {piece.path: read_footer(piece.path)}
            if physical(footers[piece.path]) != schema:
                raise DataError(f"{piece.path} has other columns than {like}")
        group = footers[piece.path][ROW_GROUPS][1].items[piece.group]
        if not group[_OF_GROUP][1]:
            continue
        start, stop = _extent(group)
        copy(piece.path, start, stop, out)
        groups.append(_moved(group, at - start, len(groups)))
        at += stop - start
    footer = _with_groups(model, groups, added)
    data = thrift.encode(footer)
    out.write(data + len(data).to_bytes(4, "little") + MAGIC)


def _extent(group: Struct) -> tuple[int, int]:
    """Return where the bytes of a row group of some rows begin and end."""
    starts, stops = [], []
    for chunk in group[_COLUMNS][1].items:
        meta = chunk[_META][1]
        places = [meta[number][1] for number in (_DATA_PAGE, _DICTIONARY_PAGE) if number in meta]
        start = min((place for place in places if place > 0), default=0)
        starts.append(start)
        stops.append(start + meta[_SIZE][1])
    return (min(starts), max(stops)) if starts else (0, 0)


def _moved(group: Struct, by: int, ordinal: int) -> Struct:
    moved = dict(group)
    moved[_COLUMNS] = LIST, List(STRUCT, [_moved_chunk(chunk, by) for chunk in group[_COLUMNS][1].items])
    if _FILE_OFFSET in group:
        moved[_FILE_OFFSET] = I64, group[_FILE_OFFSET][1] + by
    if _ORDINAL in group:
        moved[_ORDINAL] = I16, min(ordinal, 0x7FFF)
    return moved


def _moved_chunk(chunk: Struct, by: int) -> Struct:
    moved = {number: field for number, field in chunk.items() if number not in _INDEXES}
    if chunk[_CHUNK_OFFSET][1]:
        moved[_CHUNK_OFFSET] = I64, chunk[_CHUNK_OFFSET][1] + by
    meta = {number: field for number, field in chunk[_META][1].items() if number not in _BLOOM}
    for number in (_DATA_PAGE, _INDEX_PAGE, _DICTIONARY_PAGE):
        if number in meta and meta[number][1] > 0:
            meta[number] = I64, meta[number][1] + by
    moved[_META] = STRUCT, meta
    return moved


def _with_groups(model: Struct, groups: list[Struct], added: Mapping[str, str]) -> Struct:
    footer = dict(model)
    footer[_ROWS] = I64, sum(group[_OF_GROUP][1] for group in groups)
    footer[ROW_GROUPS] = LIST, List(STRUCT, groups)
    pairs = list(footer[_KEY_VALUES][1].items) if _KEY_VALUES in footer else []
    pairs = [pair for pair in pairs if pair[1][1].decode("utf-8", "replace") not in added]
    pairs += [{1: (BINARY, name.encode()), 2: (BINARY, value.encode())} for name, value in added.items()]
    footer[_KEY_VALUES] = LIST, List(STRUCT, pairs)
    return dict(sorted(footer.items()))


def copy(path: Path, start: int, stop: int, out: BinaryIO) -> None:
    """Write bytes of a file. Raises DataError where it has become shorter."""
    with path.open("rb") as source:
        source.seek(start)
        out.writelines(_read(source, stop - start))


def _read(source: BinaryIO, length: int) -> Iterator[bytes]:
    while length:
        data = source.read(min(length, _CHUNK))
        if not data:
            raise DataError(f"{source.name} was cut off while it was read")
        length -= len(data)
        yield data
