"""What a segment holds: its tables, the bits of their rows, and every column's name and type, in file order.

`docs/formats/snapshot.md` is normative. A reader that meets a column it does not know must not answer, because
the column may restrict; so a new column means a new `VERSION`, and a manifest whose `min-reader` says so.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from crawler_filter.formats.record import ScopeKind

VERSION: Final = 2
"""The newest version of a segment that this module reads. One without codes of models is of version 1."""

FULL: Final = 0
"""A base or a merged segment: what is in force at one log size."""

DIFFERENCE: Final = 1
"""A delta: what leads from one log size to another. It cannot be searched, only merged."""

TABLES_OF: Final = {
    ScopeKind.DOMAIN: ("host",),
    ScopeKind.HOST: ("host",),
    ScopeKind.PREFIX: ("path",),
    ScopeKind.URL: ("path",),
    ScopeKind.SHA256: ("sha256",),
    ScopeKind.SHA1: ("sha1",),
    ScopeKind.MD5: ("md5",),
    ScopeKind.ISBN: ("isbn",),
    ScopeKind.DOI: ("doi",),
    ScopeKind.EIDR: ("eidr",),
    ScopeKind.PDQ: ("pdq",),
    ScopeKind.ISCC: ("iscc",),
    ScopeKind.TEXT: ("text", "passage"),
    ScopeKind.VIDEO: ("video",),
    ScopeKind.EMBED: ("embed",),
}
"""The tables that each kind of scope may be a row of; `text` has the works that are registered whole."""

KEY_TABLES: Final = ("host", "path", "sha256", "sha1", "md5", "isbn", "doi", "eidr", "text")
"""Tables of rows that match a key of 128 bits or do not."""

Key = tuple[tuple[str, str, int], ...]
"""The columns by which rows are ordered: each one's name, type, and items a row."""

_KEY: Final = (("hot", "Q", 1), ("cold", "Q", 1))
_HASH: Final = ("hash", "Q", 4)

KEYS: Final[Mapping[str, Key]] = {
    **dict.fromkeys(KEY_TABLES, _KEY),
    "pdq": (_HASH,),
    "iscc": (_HASH,),
    "video": (_HASH, ("second", "I", 1)),
    "passage": (("number", "Q", 1),),
    "embed": (("hash", "Q", 8),),
}
"""The key of each table. Bytes are read big-endian, so that number order is byte order."""

UNFLAGGED: Final = ("video", "passage")
"""Tables without flags. Each scope in them has a statement of its own, so that hits are counted by work."""

ROW_KIND: Final = 0b11
"""The bits of a row's flags that tell what kind of scope it is, where a table has more than one."""
DOMAIN: Final = 1
HOST: Final = 2
EXCEPTION: Final = 3
PREFIX: Final = 1
URL: Final = 2

CHILD: Final = 0x10
"""Set on every row of a host that has rules on names or paths below it."""
HAS_PATH: Final = 0x20
"""Set on every row of a host that has path rules of its own."""

NO_STATEMENT: Final = 0xFFFF_FFFF
"""The statement of a marker: a row that is there for its CHILD and HAS_PATH bits alone."""

VERIFIED: Final = 0x01
DISPUTED: Final = 0x02
LAPSED: Final = 0x04
PARTY_VERIFIED: Final = 0x08
HELD: Final = 0x10
CARRIED: Final = 0x20

MAX_ROWS: Final = 0x7FFF_FFFF

_STATEMENTS: Final = (("leaf", "Q"), ("declaration", "B"), ("party", "Q"), ("usage", "H"), ("flags", "B"))
_WALK: Final = (("hot", "Q"), ("cold", "Q"), ("deeper", "i"), ("paths", "i"))


ADDED: Final = {2: ("embed",)}
"""The tables that a version has and those before it have not. They are written only where they have rows."""


def _row_columns(table: str, key: Key) -> Iterator[tuple[str, str]]:
    if table in KEY_TABLES:
        yield "fan", "I"
    yield from ((name, code) for name, code, _ in key)
    if table not in UNFLAGGED:
        yield "flags", "B"
    yield "statement", "I"


COLUMNS: Final = {
    **{f"{table}.{name}": code for table, key in KEYS.items() for name, code in _row_columns(table, key)},
    "passage.seen": "B",
    "passage.work": "I",
    "passage.total": "I",
    **{f"stated.{name}": code for name, code in _STATEMENTS},
    **{f"walk.{name}": code for name, code in _WALK},
    "removed": "Q",
}
"""Each column's type, as in Python's `struct`, in file order.

`stated.declaration` has 16 bytes an item, each `hash` four numbers.
"""


@lru_cache(maxsize=VERSION)
def columns_of(version: int) -> Mapping[str, str]:
    """Return the columns of a segment of this version."""
    later = tuple(f"{table}." for newer, tables in ADDED.items() if newer > version for table in tables)
    return MappingProxyType(
        {name: code for name, code in COLUMNS.items() if not (later and name.startswith(later))}
    )


def iscc_flags(main: int, sub: int, bits: int) -> int:
    """Return the flags of an ISCC unit's row: main type less 2, sub type, and length in 32 bits less one.

    Main types are 2 to 4 (content, data, instance); a shorter body is followed by zeros in its hash.
    """
    return main - 2 << 6 | sub << 3 | bits // 32 - 1


def model_flag(model: bytes) -> int:
    """Return the flags of a code's row: the first byte of its model's SHA-256, of which there is one model."""
    return model[0]


SHORT_ISCC_FLAGS: Final = bytes(flags for flags in range(256) if flags & 7 < 7)
"""The flags of all units of fewer than 256 bits."""


def fan_bits(rows: int) -> int:
    """Return k, where 2**k is the number of buckets of a table: 16 to 32 rows each, one bucket below that."""
    return max(rows.bit_length() - 5, 0)
