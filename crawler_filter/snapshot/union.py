"""Several registries, and an operator's own lists, looked up as one: what each says is found, and whose it is.

A party speaks for itself in its own registry alone: a statement carries the name of its registry, so nobody can
loosen in one what somebody has reserved in another. All combine by most restrictive.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING

from crawler_filter.decision import SnapshotId
from crawler_filter.errors import UnsupportedVersionError
from crawler_filter.finding import Match, Statement
from crawler_filter.snapshot.location_search import Named
from crawler_filter.snapshot.reader import Snapshot

if TYPE_CHECKING:
    from crawler_filter.fingerprints.iscc import IsccUnit
    from crawler_filter.fingerprints.winnowing import Winnowed
    from crawler_filter.formats.models import Codes, ModelEntry
    from crawler_filter.snapshot.similarity_search import Frame, Turned


@dataclass(frozen=True, slots=True)
class Member:
    """One of the snapshots. `place_of` says where to read of an entry of an own list, by its number."""

    snapshot: Snapshot
    place_of: Callable[[int], str] | None = None

    def own(self, matches: Sequence[Match]) -> list[Match]:
        """Return matches that say whose they are."""
        return [replace(match, statement=self._own(match)) for match in matches]

    def _own(self, match: Match) -> Statement:
        place = self.place_of(match.statement.leaf) if self.place_of else ""
        return replace(match.statement, origin=self.snapshot.id.origin, place=place)


class SnapshotUnion:
    """Has the face of a `Snapshot`. Raises UnsupportedVersionError for members of different URL profiles."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members
        first, *others = (member.snapshot for member in members)
        if any(other.profile != first.profile for other in others):
            raise UnsupportedVersionError(
                "expected registries of one URL profile: sync each of them, and try again"
            )
        self.canonical, self.others, self.plain = first.canonical, first.others, first.plain
        self.profile = first.profile
        ends = [each.expires for each in (first, *others) if each.expires is not None]
        self.expires = min(ends, default=None)
        self.ages = any(each.ages for each in (first, *others))
        self.id = _joined([member.snapshot for member in members])
        self.path = None
        self.host_verdicts: dict[bytes, int] = {}

    def ids(self) -> Sequence[SnapshotId]:
        """Return the identity of each member."""
        return [member.snapshot.id for member in self.members]

    def granting(self) -> Sequence[tuple[SnapshotId, bytes | None]]:
        """Return the identity of each registry, with the rows of its grants."""
        return [each for member in self.members for each in member.snapshot.granting()]

    def holds(self, kind: str) -> bool:
        """Tell whether there is any rule of a kind of digest, identifier or content."""
        return any(member.snapshot.holds(kind) for member in self.members)

    def rows(self, kind: str) -> int:
        """Return how many rows there are of a kind of digest, identifier or content."""
        return sum(member.snapshot.rows(kind) for member in self.members)

    def rules(self) -> dict[str, int]:
        """Return how many rows there are in each table that has any."""
        counts: Counter[str] = Counter()
        for member in self.members:
            counts.update(member.snapshot.rules())
        return dict(counts)

    def decides(self, kind: str) -> bool:
        """Tell whether there is a rule of a kind that can decide."""
        return any(member.snapshot.decides(kind) for member in self.members)

    def declaration_at(self, leaf: int) -> str | None:
        """Return the declaration that a leaf of the first registry states."""
        return self.members[0].snapshot.declaration_at(leaf)

    def all_first_halves(self, table: str) -> Sequence[memoryview]:
        """Return the first halves of a table of each member."""
        return [member.snapshot.first_halves(table) for member in self.members]

    def walk(self, host: str) -> tuple[Sequence[Named], bool]:
        """Return the domain and host scopes that cover a canonical host, and whether it has rules on paths."""
        walks = [member.snapshot.walk(host) for member in self.members]
        return [name for names, _ in walks for name in names], any(has_paths for _, has_paths in walks)

    def match_url(self, canonical: str, host: str | None = None) -> Sequence[Match]:
        """Return the location scopes that cover a canonical URL; `host` is its host."""
        return self._of_all(lambda snapshot: snapshot.match_url(canonical, host))

    def match_digest(self, kind: str, raw: bytes) -> Sequence[Match]:
        """Return the scopes of a digest."""
        return self._of_all(lambda snapshot: snapshot.match_digest(kind, raw))

    def match_identifier(self, kind: str, canonical: str) -> Sequence[Match]:
        """Return the scopes of a canonical identifier."""
        return self._of_all(lambda snapshot: snapshot.match_identifier(kind, canonical))

    def match_picture(self, hashes: "Sequence[Turned]") -> Sequence[Match]:
        """Return the scopes that a picture is like."""
        return self._of_all(lambda snapshot: snapshot.match_picture(hashes))

    def match_film(self, frames: "Sequence[Frame]") -> Sequence[Match]:
        """Return the scopes that a film is like."""
        return self._of_all(lambda snapshot: snapshot.match_film(frames))

    def match_codes(self, units: "Sequence[IsccUnit]") -> Sequence[Match]:
        """Return the scopes that have an ISCC unit like one of `units`."""
        return self._of_all(lambda snapshot: snapshot.match_codes(units))

    @property
    def models(self) -> "Sequence[ModelEntry]":
        """Return the models that the members speak of."""
        return tuple(dict.fromkeys(model for member in self.members for model in member.snapshot.models))

    def preparations(self, model: bytes) -> "Sequence[ModelEntry | None]":
        """Return how pictures are prepared for a model: as each member says, each way once."""
        return list(dict.fromkeys(way for member in self.members for way in member.snapshot.preparations(model)))

    def unasked(self, asked: Collection[bytes]) -> Sequence[str]:
        """Return the ids of the models of which there are rows and that are none of those asked."""
        return [model for member in self.members for model in member.snapshot.unasked(asked)]

    def match_embedding(self, made: "Codes") -> Sequence[Match]:
        """Return the scopes that have a code like one that a model made, where pictures are prepared so."""
        return self._of_all(lambda snapshot: snapshot.match_embedding(made))

    def match_whole_text(self, digest: bytes) -> Sequence[Match]:
        """Return the scopes of short texts whose normalised form has this SHA-256."""
        return self._of_all(lambda snapshot: snapshot.match_whole_text(digest))

    def match_passages(self, excerpts: "Winnowed") -> Sequence[Match]:
        """Return the scopes of texts that have passages among `excerpts`."""
        return self._of_all(lambda snapshot: snapshot.match_passages(excerpts))

    def _of_all(self, match: Callable[[Snapshot], Sequence[Match]]) -> Sequence[Match]:
        return list(chain.from_iterable(member.own(match(member.snapshot)) for member in self.members))


def _joined(snapshots: Sequence[Snapshot]) -> SnapshotId:
    """Return the identity of several: the oldest date of what ages, sums of what grows, a root over all roots."""
    ids = [snapshot.id for snapshot in snapshots]
    dated = [snapshot.id.issued for snapshot in snapshots if snapshot.ages] or [each.issued for each in ids]
    if len(ids) == 1:
        return ids[0]
    return SnapshotId(
        origin=" + ".join(each.origin for each in ids),
        sequence=sum(each.sequence for each in ids),
        log_size=sum(each.log_size for each in ids),
        root=sha256("\n".join(f"{each.origin} {each.root}" for each in ids).encode()).hexdigest(),
        issued=min(dated),
        first_use=any(each.first_use for each in ids),
    )
