"""What a segment holds: its tables, the bits of their rows, and every column's name and type, in file order.

`docs/formats/snapshot.md` is normative. A reader that meets a column it does not know must not answer, because
the column may restrict; so a new column means a new `VERSION`, and a manifest whose `min-reader` says so.
"""

from collections.abc import Mapping
from typing import Final

from crawler_filter.record import ScopeKind

VERSION: Final = 1

FULL: Final = 0
"""A base or a merged segment: what is in force at one log size."""

DIFFERENCE: Final = 1
"""A delta: what leads from one log size to another. It cannot be searched, only merged."""

TABLE_OF: Final = {
    ScopeKind.DOMAIN: "host",
    ScopeKind.HOST: "host",
    ScopeKind.PREFIX: "path",
    ScopeKind.URL: "path",
    ScopeKind.SHA256: "sha256",
    ScopeKind.SHA1: "sha1",
    ScopeKind.MD5: "md5",
    ScopeKind.ISBN: "isbn",
    ScopeKind.DOI: "doi",
    ScopeKind.EIDR: "eidr",
    ScopeKind.TEXT: "text",
}
"""The table that each kind of scope is found in by its key; of texts, those that are registered whole."""

KEY_TABLES: Final = tuple(dict.fromkeys(TABLE_OF.values()))
"""Tables of rows that match a key of 128 bits or do not."""

_KEY: Final = (("hot", "Q"), ("cold", "Q"))
_HASH: Final = (("a", "Q"), ("b", "Q"), ("c", "Q"), ("d", "Q"))

KEYS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    **dict.fromkeys(KEY_TABLES, _KEY),
    "pdq": _HASH,
    "iscc": _HASH,
    "video": (*_HASH, ("second", "I")),
    "passage": (("number", "Q"),),
}
"""The columns by which the rows of each table are ordered, with their types. Hashes are read big-endian."""

OWN_STATEMENT: Final = ("video", "passage")
"""Tables whose scopes have a statement each, so that hits are counted by work and not by declaration."""

ROW_KIND: Final = 0b11
"""The bits of a row's flags that tell what kind of scope it is, where a table has more than one."""
MARKER: Final = 0
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

MAX_ROWS: Final = 0x7FFF_FFFF

_FAN: Final = (("fan", "I"),)
_ROW: Final = (("flags", "B"), ("statement", "I"))
_STATEMENTS: Final = (("leaf", "Q"), ("declaration", "B"), ("party", "Q"), ("usage", "H"), ("flags", "B"))
_WALK: Final = (("hot", "Q"), ("cold", "Q"), ("deeper", "i"), ("paths", "i"))
_TOTALS: Final = (("statement", "I"), ("rows", "I"))

COLUMNS: Final = {
    **{
        f"{table}.{name}": code
        for table, keys in KEYS.items()
        for name, code in (*(_FAN if table in KEY_TABLES else ()), *keys, *_ROW)
    },
    **{f"stated.{name}": code for name, code in _STATEMENTS},
    **{f"walk.{name}": code for name, code in _WALK},
    **{f"total.{name}": code for name, code in _TOTALS},
    "removed": "Q",
}
"""Each column's type, as in Python's `struct`, in file order. `stated.declaration` has 16 bytes an item."""


def fan_bits(rows: int) -> int:
    """Return k, where 2**k is the number of buckets of a table: 16 to 32 rows each, one bucket below that."""
    return max(rows.bit_length() - 5, 0)
