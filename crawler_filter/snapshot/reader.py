"""Finds the scopes of a registry that cover a URL, a digest, an identifier or a work's content, in one segment.

Rules:

- A match is the whole 128-bit key. Runs of equal first halves are searched by the second half, so declared
  digests that were chosen to share their beginning cost a few steps more and nothing else.
- A host is walked from its last two labels downwards; a name without rules below it ends the walk.
- An exception row cancels the rows of its own declaration for the domains above it. Rows at or below it count
  again.
- A row that cannot be right is an error, never "no match".

Standard library only: opening maps the file, which is read where it lies, and a process that checks no content
never loads numpy.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from struct import Struct
from typing import TYPE_CHECKING, Final, Self

from crawler_filter.decision import SnapshotId
from crawler_filter.errors import DamagedFileError, MalformedSegmentError
from crawler_filter.finding import Evidence, Likeness, Match, Statement
from crawler_filter.formats.record import Assurance, Record, ScopeKind, encode_id
from crawler_filter.formats.urls import PROFILE, host_suffixes
from crawler_filter.snapshot.layout import (
    CARRIED,
    CHILD,
    DISPUTED,
    DOMAIN,
    EXCEPTION,
    FULL,
    HAS_PATH,
    HELD,
    HOST,
    KEY_TABLES,
    LAPSED,
    PARTY_VERIFIED,
    PREFIX,
    ROW_KIND,
    SHORT_ISCC_FLAGS,
    TABLES_OF,
    URL,
    VERIFIED,
    fan_bits,
)
from crawler_filter.snapshot.preparing import preparations, unasked
from crawler_filter.snapshot.segment import Segment
from crawler_filter.snapshot.url_profiles import URL_PROFILES

if TYPE_CHECKING:
    from crawler_filter.fingerprints.iscc import IsccUnit
    from crawler_filter.fingerprints.winnowing import Winnowed
    from crawler_filter.formats.models import Codes, ModelEntry
    from crawler_filter.snapshot.similarity_search import Frame, LikenessSearch, Turned

_HALVES: Final = Struct(">QQ").unpack_from
_NOTHING: Final = (0, 0)

Named = tuple[int, ScopeKind, str]
"""A name that matched while walking: the number of its statement, the kind of scope, the name."""


class KeyTable:
    """One table of a segment: rows by 128-bit key. A bucket is checked when it is first looked into."""

    __slots__ = ("cold", "fan", "flags", "hot", "right", "segment", "shift", "statement", "table")

    def __init__(self, segment: Segment, table: str) -> None:
        self.segment = segment
        self.table = table
        self.fan = segment.columns[f"{table}.fan"]
        self.hot = segment.columns[f"{table}.hot"]
        self.cold = segment.columns[f"{table}.cold"]
        self.flags = segment.columns[f"{table}.flags"]
        self.statement = segment.columns[f"{table}.statement"]
        self.shift = 64 - fan_bits(len(self.hot))
        self.right = bytearray(b"\1" if not segment.is_guarded else b"\0") * (len(self.fan) - 1)

    def find(self, key: bytes) -> tuple[int, int]:
        """Return the range of the rows of a key, which is its first 16 bytes; (0, 0) where there is none."""
        hot, cold = _HALVES(key)
        bucket = hot >> self.shift
        if not self.right[bucket]:
            self._check(bucket)
        try:
            end = self.fan[bucket + 1]
            hots = self.hot
            first = bisect_left(hots, hot, self.fan[bucket], end)
            if first == end or hots[first] != hot:
                return _NOTHING
            last = first + 1
            if last == end or hots[last] != hot:
                return (first, last) if self.cold[first] == cold else _NOTHING
            last = bisect_right(hots, hot, last, end)
            first = bisect_left(self.cold, cold, first, last)
            last = bisect_right(self.cold, cold, first, last)
        except (IndexError, ValueError) as error:
            raise DamagedFileError(f"table {self.table}: a bucket leads out of it since it was read") from error
        return (first, last) if first < last else _NOTHING

    def _check(self, bucket: int) -> None:
        """Check all that a look into a bucket may read. Raises DamagedFileError."""
        self.segment.require(f"{self.table}.fan", bucket, bucket + 2)
        first, last = self.fan[bucket], self.fan[bucket + 1]
        for column in ("hot", "cold", "flags", "statement"):
            self.segment.require(f"{self.table}.{column}", first, last)
        self.right[bucket] = 1


class Snapshot:
    """A registry at one state of its log. `expires` is in unix seconds, None where nothing says so.

    What does not age, such as an operator's own list, is never too old.

    `canonical` makes the identity of a URL under the `profile` that the snapshot was made under, `others` what
    else such an identity is looked up under; `match_url` takes no other.
    """

    __slots__ = (
        "_digests", "_host", "_likeness", "_path", "_prefixes", "_segment",
        "ages", "canonical", "expires", "grants", "id", "models", "others", "path", "profile",
    )  # fmt: skip

    def __init__(
        self,
        segment: Segment,
        snapshot_id: SnapshotId,
        *,
        expires: int | None = None,
        path: Path | None = None,
        profile: int = PROFILE,
        ages: bool = True,
        grants: bytes | None = None,
        models: "Sequence[ModelEntry]" = (),
    ) -> None:
        if segment.kind != FULL:
            raise MalformedSegmentError("expected a base or merged segment, got a difference, which only merges")
        self.id = snapshot_id
        self.expires = expires
        self.path = path
        self.profile = profile
        self.ages = ages
        self.grants = grants
        self.models = tuple(models)
        self.canonical, self.others = URL_PROFILES[profile].canonical, URL_PROFILES[profile].others
        self._prefixes = URL_PROFILES[profile].prefixes
        self._segment = segment
        tables = {table: KeyTable(segment, table) for table in KEY_TABLES}
        self._host, self._path = tables.pop("host"), tables.pop("path")
        self._digests = {kind: (ScopeKind(kind), table) for kind, table in tables.items()}
        self._likeness: LikenessSearch | None = None

    @classmethod
    def open(
        cls,
        path: Path | str,
        snapshot_id: SnapshotId,
        *,
        expires: int | None = None,
        profile: int = PROFILE,
        ages: bool = True,
        grants: bytes | None = None,
        models: "Sequence[ModelEntry]" = (),
    ) -> Self:
        """Map the merged segment at `path`, whose bytes were verified when it was written.

        `grants` are the rows of the grants in force, verified too; None where there are none at hand. `models` are
        the manifest's.

        Raises:
            MalformedSegmentError, OversizedError, UnsupportedVersionError: not a segment this reader can search.
            OSError: no such file.
        """
        said = {"expires": expires, "profile": profile, "ages": ages, "grants": grants, "models": models}
        return cls(Segment.open(Path(path)), snapshot_id, path=Path(path), **said)  # type: ignore[arg-type]

    @classmethod
    def from_records(cls, entries: Iterable[tuple[int, Record]], snapshot_id: SnapshotId) -> Self:
        """Build a snapshot in memory from (leaf index, record) pairs."""
        from crawler_filter.snapshot.building import build  # noqa: PLC0415 - loads numpy, which checking never does

        return cls(Segment.parse(build(entries)), snapshot_id)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        if self.path is None:
            raise TypeError("a snapshot in memory cannot be pickled; open it from a file")
        return _reopen, (self.path, self.id, self.expires, self.profile, self.ages, self.grants, self.models)

    def granting(self) -> Sequence[tuple[SnapshotId, bytes | None]]:
        """Return the identity of each registry that is searched, with the rows of its grants: here there is one.

        A list of one's own grants nothing.
        """
        return ((self.id, self.grants),) if self.ages else ()

    def holds(self, kind: str) -> bool:
        """Tell whether there is any rule of a kind of digest, identifier or content."""
        return self.rows(kind) > 0

    def rows(self, kind: str) -> int:
        """Return how many rows there are of a kind of digest, identifier or content."""
        return sum(len(self._segment.columns[f"{table}.statement"]) for table in TABLES_OF[ScopeKind(kind)])

    def rules(self) -> dict[str, int]:
        """Return how many rows there are in each table of names and fingerprints that has any.

        `host` counts domains and hosts, `path` prefixes and addresses.
        """
        tables = dict.fromkeys(table for tables in TABLES_OF.values() for table in tables)
        counts = {table: len(self._segment.columns[f"{table}.statement"]) for table in tables}
        return {table: rows for table, rows in counts.items() if rows}

    def decides(self, kind: str) -> bool:
        """Tell whether there is a rule of a kind that can decide: ISCCs of fewer than 256 bits only flag."""
        if kind == ScopeKind.ISCC:
            self._segment.require("iscc.flags")
            return bool(bytes(self._segment.columns["iscc.flags"]).translate(None, SHORT_ISCC_FLAGS))
        return self.holds(kind)

    def declaration_at(self, leaf: int) -> str | None:
        """Return the declaration that the leaf states, None where it states none that is in force."""
        self._segment.require("stated.leaf")
        leaves = self._segment.columns["stated.leaf"]
        number = bisect_left(leaves, leaf)
        return self._statement(number).declaration if number < len(leaves) and leaves[number] == leaf else None

    def first_halves(self, table: str) -> memoryview:
        """Return the sorted first halves of a table's keys, as u64: what is not among them has no rule there."""
        self._segment.require(f"{table}.hot")
        return self._segment.columns[f"{table}.hot"]

    def ids(self) -> Sequence[SnapshotId]:
        """Return the identity of each registry that is searched: here there is one."""
        return (self.id,)

    def all_first_halves(self, table: str) -> Sequence[memoryview]:
        """Return the first halves of each segment that is searched: here there is one."""
        return (self.first_halves(table),)

    def match_url(self, canonical: str, host: str | None = None) -> Sequence[Match]:
        """Return the location scopes that cover a canonical URL, in the order of the walk; `host` is its host."""
        names, has_paths = self.walk(canonical[: canonical.index("/")] if host is None else host)
        paths = self._match_paths(canonical) if has_paths else []
        if not names and not paths:
            return ()
        return [*(Match(kind, name, self._statement(number)) for number, kind, name in names), *paths]

    def walk(self, host: str) -> tuple[Sequence[Named], bool]:
        """Return the domain and host scopes that cover a canonical host, and whether it has rules on paths.

        The names are those of `host_suffixes`, made here without a generator: nearly every walk ends at its first
        step, and a generator would be a third of its cost. A host that may be an address takes the long way.
        """
        table = self._host
        found: list[Named] = []
        dot = host.rfind(".", 0, host.rfind(".")) if host[-1] > "9" else _first_dot(host)
        while True:
            name = host[dot + 1 :]
            first, last = table.find(sha256(name.encode()).digest())
            if first == last:
                return found, False
            flags = table.flags[first]
            if flags & ROW_KIND:
                found = self._names(found, range(first, last), name, host)
            if dot < 0:
                return found, bool(flags & HAS_PATH)
            if not flags & CHILD:
                return found, False
            dot = host.rfind(".", 0, dot)

    def match_digest(self, kind: str, raw: bytes) -> Sequence[Match]:
        """Return the scopes of a digest: `kind` is sha256, sha1 or md5, `raw` its bytes."""
        return self._match_content(kind, raw, raw.hex())

    def match_identifier(self, kind: str, canonical: str) -> Sequence[Match]:
        """Return the scopes of a canonical identifier: `kind` is isbn, doi or eidr."""
        return self._match_content(kind, sha256(canonical.encode()).digest(), canonical)

    def match_picture(self, hashes: "Sequence[Turned]") -> Sequence[Match]:
        """Return the scopes that a picture is like; `hashes` are its PDQ, turned in ways that copies are."""
        return list(self._likenesses().picture(hashes))

    def match_film(self, frames: "Sequence[Frame]") -> Sequence[Match]:
        """Return the scopes that a film is like; `frames` are in order of time."""
        return list(self._likenesses().film(frames))

    def match_codes(self, units: "Sequence[IsccUnit]") -> Sequence[Match]:
        """Return the scopes that have an ISCC unit like one of `units`."""
        return list(self._likenesses().codes(units))

    def preparations(self, model: bytes) -> "Sequence[ModelEntry | None]":
        """Return how pictures are prepared for a model, a SHA-256; None stands for the asker's own way."""
        return preparations(self.models, model, has_codes=self.holds(ScopeKind.EMBED))

    def unasked(self, asked: Collection[bytes]) -> Sequence[str]:
        """Return the ids of the models of which there are rows and that are none of those asked, SHA-256s."""
        self._segment.require("embed.flags")
        return unasked(self.models, self._segment.columns["embed.flags"], asked)

    def match_embedding(self, made: "Codes") -> Sequence[Match]:
        """Return the scopes that have a code like one of those that a model made by the entry here."""
        return list(self._likenesses().embedding(made)) if made.entry in self.preparations(made.model) else ()

    def match_whole_text(self, digest: bytes) -> Sequence[Match]:
        """Return the scopes of short texts whose normalised form has this SHA-256."""
        return self._match_content("text", digest, digest.hex(), Evidence("sha256-norm1", Likeness.SAME_RENDITION))

    def match_passages(self, excerpts: "Winnowed") -> Sequence[Match]:
        """Return the scopes of texts that have passages among `excerpts`."""
        return list(self._likenesses().passages(excerpts))

    def _match_content(
        self, kind: str, key: bytes, matched: str, evidence: Evidence | None = None
    ) -> Sequence[Match]:
        scope_kind, table = self._digests[kind]
        first, last = table.find(key)
        numbers = table.statement[first:last]
        return [Match(scope_kind, matched, self._statement(number), evidence) for number in numbers]

    def _likenesses(self) -> "LikenessSearch":
        if self._likeness is None:
            from crawler_filter.snapshot.index_files import open_index  # noqa: PLC0415 - loads numpy
            from crawler_filter.snapshot.similarity_search import LikenessSearch  # noqa: PLC0415

            indexes = {} if self.path is None else open_index(self.path)
            self._likeness = LikenessSearch(self._segment, self._statement, indexes)
        return self._likeness

    def _names(self, found: list[Named], rows: range, name: str, host: str) -> list[Named]:
        table = self._host
        for row in rows:
            kind, number = table.flags[row] & ROW_KIND, table.statement[row]
            if kind == EXCEPTION:
                found = [above for above in found if above[0] != number]
            elif kind == DOMAIN:
                found.append((number, ScopeKind.DOMAIN, name))
            elif kind == HOST and name == host:
                found.append((number, ScopeKind.HOST, name))
        return found

    def _match_paths(self, canonical: str) -> list[Match]:
        found: list[Match] = []
        for prefix in self._prefixes(canonical):
            found += self._paths(prefix, PREFIX, ScopeKind.PREFIX)
        found += self._paths(canonical, URL, ScopeKind.URL)
        return found

    def _paths(self, location: str, row_kind: int, kind: ScopeKind) -> Iterator[Match]:
        table = self._path
        first, last = table.find(sha256(location.encode()).digest())
        for row in range(first, last):
            if table.flags[row] & ROW_KIND == row_kind:
                yield Match(kind, location, self._statement(table.statement[row]))

    def _check_statement(self, number: int) -> None:
        for column in ("leaf", "party", "usage", "flags"):
            self._segment.require(f"stated.{column}", number, number + 1)
        self._segment.require("stated.declaration", 16 * number, 16 * number + 16)

    def _statement(self, number: int) -> Statement:
        columns = self._segment.columns
        if number >= len(columns["stated.leaf"]):
            raise MalformedSegmentError(f"a row names statement {number} of {len(columns['stated.leaf'])}")
        if self._segment.is_guarded:
            self._check_statement(number)
        flags = columns["stated.flags"][number]
        return Statement(
            leaf=columns["stated.leaf"][number],
            declaration=encode_id(columns["stated.declaration"][16 * number : 16 * number + 16].tobytes()),
            party=columns["stated.party"][number],
            preferences=columns["stated.usage"][number],
            assurance=Assurance.VERIFIED if flags & VERIFIED else Assurance.ATTESTED,
            disputed=bool(flags & DISPUTED),
            lapsed=bool(flags & LAPSED),
            party_verified=bool(flags & PARTY_VERIFIED),
            held=bool(flags & HELD),
            carried=bool(flags & CARRIED),
        )


def _first_dot(host: str) -> int:
    """Return where the dot before the first name of a walk stands, -1 where that name is the host itself."""
    return len(host) - len(next(host_suffixes(host))) - 1


def _reopen(
    path: Path,
    snapshot_id: SnapshotId,
    expires: int | None,
    profile: int = PROFILE,
    ages: object = True,
    grants: bytes | None = None,
    models: "Sequence[ModelEntry]" = (),
) -> Snapshot:
    return Snapshot.open(
        path, snapshot_id, expires=expires, profile=profile, ages=bool(ages), grants=grants, models=models
    )
