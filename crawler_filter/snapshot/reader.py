"""Finds the scopes of a registry that cover a URL, a digest, an identifier or a work's content, in one segment.

Standard library only: opening maps the file, which is read where it lies, and a process that checks no content
never loads numpy.
"""

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Self

from crawler_filter.decision import SnapshotId
from crawler_filter.errors import MalformedSegmentError
from crawler_filter.finding import Evidence, Likeness, Match
from crawler_filter.formats.record import Record, ScopeKind
from crawler_filter.formats.urls import PROFILE
from crawler_filter.snapshot.key_table import KeyTable
from crawler_filter.snapshot.layout import FULL, KEY_TABLES, SHORT_ISCC_FLAGS, TABLES_OF
from crawler_filter.snapshot.location_search import LocationSearch
from crawler_filter.snapshot.preparing import preparations, unasked
from crawler_filter.snapshot.segment import Segment
from crawler_filter.snapshot.statement_table import StatementTable
from crawler_filter.snapshot.url_profiles import URL_PROFILES

if TYPE_CHECKING:
    from crawler_filter.fingerprints.iscc import IsccUnit
    from crawler_filter.fingerprints.winnowing import Winnowed
    from crawler_filter.formats.models import Codes, ModelEntry
    from crawler_filter.snapshot.similarity_search import Frame, LikenessSearch, Turned


class Snapshot:
    """A registry at one state of its log. `expires` is in unix seconds, None where nothing says so.

    What does not age, such as an operator's own list, is never too old.

    `canonical` makes the identity of a URL under the `profile` that the snapshot was made under, `others` what
    else such an identity is looked up under; `match_url` takes no other. `plain` is a short cut past both.

    `match_url` returns the location scopes that cover a canonical URL, in the order of the walk, given its host
    too where that is known. `walk` returns the domain and host scopes that cover a canonical host, and whether it
    has rules on paths. Both are those of `LocationSearch`, bound here, which saves every check a call.

    `host_verdicts` is what was found of hosts in bulk; it lives as long as the snapshot, whose answer it is.
    """

    __slots__ = (
        "_digests", "_likeness", "_segment", "_statements", "ages", "canonical", "expires", "grants",
        "host_verdicts", "id", "match_url", "models", "others", "path", "plain", "profile", "walk",
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
        self.host_verdicts: dict[bytes, int] = {}
        addresses = URL_PROFILES[profile]
        self.canonical, self.others, self.plain = addresses.canonical, addresses.others, addresses.plain
        self._segment = segment
        tables = {table: KeyTable(segment, table) for table in KEY_TABLES}
        self._statements = StatementTable(segment)
        locations = LocationSearch(tables.pop("host"), tables.pop("path"), self._statements, addresses.prefixes)
        self.match_url, self.walk = locations.match, locations.walk
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
        statement = self._statements.at_leaf(leaf)
        return None if statement is None else statement.declaration

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
        return [Match(scope_kind, matched, self._statements.read(number), evidence) for number in numbers]

    def _likenesses(self) -> "LikenessSearch":
        if self._likeness is None:
            from crawler_filter.snapshot.index_files import open_index  # noqa: PLC0415 - loads numpy
            from crawler_filter.snapshot.similarity_search import LikenessSearch  # noqa: PLC0415

            indexes = {} if self.path is None else open_index(self.path)
            self._likeness = LikenessSearch(self._segment, self._statements.read, indexes)
        return self._likeness


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
