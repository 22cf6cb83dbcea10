"""The rows of grants in a snapshot: what a filter needs of each, with keys in place of names.

A file of rows is text: a line that says what it is, and one line of canonical JSON for each grant, by its number.
A `full` file has the grants in force at a log size; a `difference` has the whole row of each that changed, or that
it is gone. So base and differences merge to the bytes of one full file. `docs/formats/grant.md` is normative.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Self

from crawler_filter.errors import FilterError, MalformedRecordError, MalformedSegmentError
from crawler_filter.formats import canonical_json
from crawler_filter.formats.jwk import check_thumbprint
from crawler_filter.formats.record import ScopeKind, checked_id
from crawler_filter.preference import Usage

MAX_ROW_BYTES: Final = 1 << 20
MAX_ROWS_BYTES: Final = 1 << 30

FULL: Final = "full"
DIFFERENCE: Final = "difference"

_HEADER: Final = "optout-grants v1"
_FIELDS: Final = frozenset(
    {
        "client",
        "content",
        "from",
        "id",
        "keys",
        "leaf",
        "partial",
        "party",
        "scopes",
        "territory",
        "until",
        "usages",
    }
)


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One grant in force. Times are unix seconds.

    `party` is the number of its party, `client` the digest of the operator's address, `scopes` are keys of what it
    covers exactly. `content` are leaves of declarations whose content it covers as a whole, `partial` others.
    """

    id: str
    leaf: int
    party: int
    client: str
    keys: tuple[str, ...]
    usages: tuple[Usage, ...]
    start: int
    until: int | None
    territory: tuple[str, ...] | None
    scopes: tuple[str, ...]
    content: tuple[int, ...]
    partial: tuple[int, ...] = ()

    def encode(self) -> bytes:
        """Return the row's line, without its newline."""
        return canonical_json.encode(
            {
                "id": self.id,
                "leaf": self.leaf,
                "party": f"{self.party:016x}",
                "client": self.client,
                "keys": list(self.keys),
                "usages": [usage.value for usage in self.usages],
                "from": self.start,
                "until": self.until,
                "territory": None if self.territory is None else list(self.territory),
                "scopes": list(self.scopes),
                "content": list(self.content),
                "partial": list(self.partial),
            }
        )

    @classmethod
    def decode(cls, line: bytes) -> Self:
        """Read a row. Raises MalformedRecordError for anything but its one spelling."""
        value = canonical_json.decode(line)
        try:
            if value.keys() != _FIELDS:
                raise MalformedRecordError("a row of a grant has exactly its fields")
            row = cls(
                id=checked_id(value["id"]),
                leaf=_number(value["leaf"]),
                party=int(_hex(value["party"], 16), 16),
                client=_hex(value["client"], 32),
                keys=tuple(check_thumbprint(key) for key in value["keys"]),
                usages=tuple(Usage(usage) for usage in value["usages"]),
                start=_number(value["from"]),
                until=None if value["until"] is None else _number(value["until"]),
                territory=None if value["territory"] is None else tuple(map(str, value["territory"])),
                scopes=tuple(_hex(scope, 32) for scope in value["scopes"]),
                content=tuple(_number(leaf) for leaf in value["content"]),
                partial=tuple(_number(leaf) for leaf in value["partial"]),
            )
        except (FilterError, TypeError, ValueError, AttributeError) as error:
            raise MalformedRecordError(f"a row of a grant is not what it must be: {error}") from error
        if row.encode() != line:
            raise MalformedRecordError("a row of a grant is not in its one spelling")
        return row


Change = GrantRow | None
"""What a difference says of a grant: its whole row, or that it is gone."""


def client_digest(client_id: str) -> str:
    """Return what stands for an operator's address: the first half of its SHA-256, in hex."""
    return sha256(client_id.encode()).hexdigest()[:32]


def scope_digest(kind: ScopeKind, key: bytes) -> str:
    """Return what stands for a scope: of its kind and the 16 bytes under which the snapshot has it, in hex."""
    return sha256(f"{kind} ".encode() + key).hexdigest()[:32]


def encode_full(rows: Iterable[GrantRow]) -> bytes:
    """Return the file of the grants in force. Raises ValueError where one stands twice."""
    return _file(FULL, {row.id: row.encode() for row in rows})


def encode_difference(changes: Mapping[str, Change]) -> bytes:
    """Return the file that leads from one state to another."""
    return _file(DIFFERENCE, {number: _line(number, row) for number, row in changes.items()})


def merge_rows(base: bytes, differences: Sequence[bytes]) -> bytes:
    """Return the file of what is in force after `differences`, applied in order. Raises MalformedSegmentError."""
    lines = dict(_lines(base, FULL))
    for difference in differences:
        for number, line in _lines(difference, DIFFERENCE):
            if line == _line(number, None):
                lines.pop(number, None)
            else:
                lines[number] = line
    return _file(FULL, lines)


def rows_of_client(data: bytes, client_id: str) -> Iterator[GrantRow]:
    """Yield the rows of one operator in a full file whose digest was verified; other rows are not read.

    Raises MalformedSegmentError or MalformedRecordError.
    """
    digest = client_digest(client_id)
    wanted = f'"client":"{digest}"'.encode()
    if not data.startswith(f"{_HEADER} {FULL} ".encode()):
        raise MalformedSegmentError(f"expected full rows of grants, got {data[:60]!r}")
    at = data.find(wanted)
    while at >= 0:
        end = data.find(b"\n", at)
        row = GrantRow.decode(data[data.rfind(b"\n", 0, at) + 1 : end if end >= 0 else len(data)])
        if row.client == digest:
            yield row
        at = data.find(wanted, end) if end >= 0 else -1


def all_rows(data: bytes) -> Iterator[GrantRow]:
    """Yield every row of a full file. Raises MalformedSegmentError or MalformedRecordError."""
    return (GrantRow.decode(line) for _, line in _lines(data, FULL))


def _file(kind: str, lines: Mapping[str, bytes]) -> bytes:
    head = f"{_HEADER} {kind} {len(lines)}".encode()
    return b"\n".join([head, *(lines[number] for number in sorted(lines)), b""])


def _line(number: str, row: Change) -> bytes:
    return canonical_json.encode({"gone": number}) if row is None else row.encode()


def _lines(data: bytes, kind: str) -> Iterator[tuple[str, bytes]]:
    """Yield (number, line) of a file of this kind, whose numbers rise."""
    if len(data) > MAX_ROWS_BYTES:
        raise MalformedSegmentError(f"expected at most {MAX_ROWS_BYTES} bytes of grants, got {len(data)}")
    head, *lines = data.split(b"\n")
    if not lines or lines.pop() != b"" or head != f"{_HEADER} {kind} {len(lines)}".encode():
        raise MalformedSegmentError(f"expected {kind} rows of grants, got {head[:60]!r} and {len(lines)} lines")
    before = ""
    for line in lines:
        number = _number_of(line)
        if number <= before:
            raise MalformedSegmentError("expected rows of grants in rising order of their numbers")
        before = number
        yield number, line


def _number_of(line: bytes) -> str:
    if len(line) > MAX_ROW_BYTES:
        raise MalformedSegmentError(f"expected at most {MAX_ROW_BYTES} bytes in a row of a grant, got {len(line)}")
    try:
        value: dict[str, Any] = canonical_json.decode(line)
        return checked_id(value["gone"] if value.keys() == {"gone"} else value["id"])
    except (FilterError, KeyError) as error:
        raise MalformedSegmentError(f"a row of grants cannot be read: {error}") from error


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 63:
        raise ValueError(f"expected a number from 0 on, got {value!r}")
    return value


def _hex(value: object, digits: int) -> str:
    if not isinstance(value, str) or len(value) != digits or not set(value) <= set("0123456789abcdef"):
        raise ValueError(f"expected {digits} hex digits, got {str(value)[:40]!r}")
    return value
