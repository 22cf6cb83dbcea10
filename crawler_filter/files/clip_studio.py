"""The pictures of what is drawn that files of Clip Studio Paint keep, beside the layers, which are not read.

A `.clip` is a chain of chunks, each with its name and size. One of them is a database of SQLite, whose table
`CanvasPreview` has a PNG of the whole canvas, a thousand pixels wide and more. It is read in a process of its own.
"""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from typing import Final

from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.media_type import media_type

_HEADER: Final = 24
_CHUNK: Final = struct.Struct(">8sQ")
_MOST_CHUNKS: Final = 1 << 16
_MOST_PREVIEWS: Final = 8
_DATABASE: Final = b"CHNKSQLi"
_STEPS: Final = 1 << 20
_ASKED: Final = f"SELECT ImageData FROM CanvasPreview LIMIT {_MOST_PREVIEWS}"  # noqa: S608 - a constant


def parts(content: bytes, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the previews in a file of Clip Studio Paint."""
    try:
        previews = _previews(content)
    except (sqlite3.Error, ValueError, OverflowError, MemoryError) as error:
        yield Skipped("", f"its preview cannot be read: {error!s:.100}")
        return
    for number, preview in enumerate(previews, 1):
        budget.parts -= 1
        budget.unpacked -= len(preview)
        yield Member(f"preview {number}", media_type(preview) or "", preview)


def _previews(content: bytes) -> list[bytes]:
    database = _database(content)
    if not database:
        return []
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(database)
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA cell_size_check=ON")
        ticks = iter(range(1))
        connection.set_progress_handler(lambda: next(ticks, None) is None, _STEPS)
        return [row[0] for row in connection.execute(_ASKED) if isinstance(row[0], bytes)]


def _without_journal(database: bytes) -> bytes:
    """Return a database as one that needs no journal beside it (SQLite's file format, section 1.3.3)."""
    return database[:18] + b"\1\1" + database[20:] if database[18:20] == b"\2\2" else database


def _database(content: bytes) -> bytes:
    place = _HEADER
    for _ in range(_MOST_CHUNKS):
        if place + _CHUNK.size > len(content):
            break
        name, size = _CHUNK.unpack_from(content, place)
        place += _CHUNK.size
        if name == _DATABASE:
            return _without_journal(content[place : place + size])
        place += size
    return b""
