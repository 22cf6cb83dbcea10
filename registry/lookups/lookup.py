"""Live answers: the filter itself, over the snapshot that was published last, and over any state of the past.

There is no second implementation of matching here. A live answer and an answer of an off-line filter differ only
in when their snapshots were taken. A past state is a small snapshot of the records that concern the asset and were
in force then; a record that was erased since is absent, because it is gone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from functools import partial
from inspect import signature
from typing import Final, cast

from sqlite_utils import Database

from crawler_filter.checks.asset import Asset
from crawler_filter.checks.deciding import Decider
from crawler_filter.checks.freshness import Freshness
from crawler_filter.checks.sources import FixedSource
from crawler_filter.decision import Decision, SnapshotId
from crawler_filter.filter import Filter
from crawler_filter.finding import Match
from crawler_filter.formats import urls
from crawler_filter.formats.other_addresses import other_addresses
from crawler_filter.formats.record import Record, ScopeKind
from crawler_filter.grants.operator import Identity
from crawler_filter.log import hash_reader, root_hash
from crawler_filter.log.encoding import encode_base64
from crawler_filter.policy import Policy
from crawler_filter.preference import Usage
from crawler_filter.snapshot import Segment, Snapshot
from crawler_filter.snapshot.rows import scope_key
from registry.errors import InvalidRequestError, UnavailableError
from registry.lookups.key_range import RangePage, key_range
from registry.lookups.overmatching import OvermatchMonitor
from registry.publishing import Publisher
from registry.publishing.grants import rows_of
from registry.store.carries import was_carrying
from registry.store.database import Store
from registry.store.grants import grants_between
from registry.store.in_force import concerning
from registry.store.log import size_at, time_of_last

NO_SEQUENCE: Final = 0
"""The sequence of a past state, which no manifest describes."""

_ARGUMENTS: Final = tuple(signature(Filter.check).parameters.keys() & {field.name for field in fields(Asset)})
"""What is asked about an asset; the rest of its fields comes from reading a file, which a lookup has none of."""


class CurrentSnapshot:
    """The published snapshot as a filter's source: always at hand, never synced."""

    def __init__(self, current: Callable[[], Snapshot]) -> None:
        self.current = current

    def look_again(self) -> None:
        """Do nothing: `current` is asked at every look."""

    def sync(self) -> None:
        """Do nothing: the publisher brings the snapshot up to date."""


class Lookup:
    """Answers from what `current` returns, and from `history` where there is one. Shared by all threads.

    `hold` is called with declarations that are like too much of what is looked up.
    """

    def __init__(
        self,
        current: Callable[[], Snapshot],
        *,
        clock: Callable[[], int],
        history: "History | None" = None,
        hold: Callable[[str], object] | None = None,
    ) -> None:
        self._source = CurrentSnapshot(current)
        self._clock = clock
        self._history = history
        self._filters: dict[Usage, Filter] = {}
        self._segment: tuple[Snapshot, Segment] | None = None
        self._overmatch_monitor = OvermatchMonitor(hold)

    @property
    def snapshot(self) -> Snapshot:
        """The snapshot that answers are made from now."""
        return self._source.current()

    def lookup(
        self, asset: Asset, usage: Usage, *, at: int | None = None, shown: Identity | None = None
    ) -> Decision:
        """Return the decision for one asset, now or as it was at the time `at` (unix seconds).

        `shown` is the operator that asks and has shown who it is: the grants that it held then are counted.
        Raises InvalidRequestError for a time after the published state and for content fingerprints in the past,
        UnavailableError without a history.
        """
        if at is None:
            return next(iter(self.lookups([asset], usage, shown)))
        if self._history is None:
            raise UnavailableError("a replica holds the present state only; ask the registry itself")
        return self._history.lookup(asset, usage, at, shown)

    def lookups(self, assets: Iterable[Asset], usage: Usage, shown: Identity | None = None) -> Iterator[Decision]:
        """Yield one decision for each asset, in order, by one snapshot where an operator has `shown` who it is."""
        if shown is not None:
            decide = self._deciding_for(shown, usage)
            return (self._counted(asset, decide(asset)) for asset in assets)
        optout = self._filter(usage)
        return (self._counted(asset, _ask(optout, asset)) for asset in assets)

    def key_range(self, scheme: str, prefix: str, page: int = 0) -> RangePage:
        """Return the rows whose key begins with `prefix`; see `key_range`."""
        return key_range(self._searchable(), scheme, prefix, page)

    def _deciding_for(self, shown: Identity, usage: Usage) -> Callable[[Asset], Decision]:
        """Return what decides as a filter of this operator does: the same rules, the same snapshot."""
        policy = Policy.opt_out(usage)
        standing = Freshness.of(self.snapshot, policy, self._clock(), shown)
        return partial(Decider(policy).by_names, standing)

    def _counted(self, asset: Asset, decision: Decision) -> Decision:
        if asset.fingerprints is not None:
            self._overmatch_monitor.count(decision)
        return decision

    def _filter(self, usage: Usage) -> Filter:
        if usage not in self._filters:
            self._filters[usage] = Filter(self._source, Policy.opt_out(usage), clock=self._clock)
        return self._filters[usage]

    def _searchable(self) -> Segment:
        snapshot, opened = self.snapshot, self._segment
        if opened is None or opened[0] is not snapshot:
            if snapshot.path is None:
                raise TypeError("ranges are read from a snapshot on disk")
            self._segment = opened = snapshot, Segment.open(snapshot.path)
        return opened[1]


class History:
    """Answers as of a time in the past, from the database of the registry itself."""

    def __init__(self, publisher: Publisher, store: Store) -> None:
        self._publisher = publisher
        self._store = store

    def lookup(self, asset: Asset, usage: Usage, at: int, shown: Identity | None = None) -> Decision:
        """Return the decision that would have been given at `at`, as far as records are kept.

        A grant names keys: one that did not name the key of `shown` then is not counted, as it was not then.
        """
        if asset.fingerprints is not None:
            raise InvalidRequestError(
                "content fingerprints are looked up as of now; ask the past by addresses, digests and identifiers"
            )
        published = self._publisher.current
        newest = published.state.manifest.issued
        if at > newest:
            raise InvalidRequestError(
                "expected a time up to that of the newest snapshot, %(newest)s, got %(at)s", newest=newest, at=at
            )
        with self._store.read() as database:
            size = min(size_at(database, at), published.log.size)
            if was_carrying(database, size):
                raise UnavailableError(
                    "the registry had lost records then and kept what they reserved: ask a snapshot of that time"
                )
            entries = concerning(database, _Keys(asset).keys, size)
            made = time_of_last(database, size)
            granted = None if shown is None else _granted(database, shown, entries, size)
        root = root_hash(size, hash_reader(published.log.size, self._publisher.read_tile))
        origin = published.state.manifest.origin
        issued = at if made is None else made
        identity = SnapshotId(origin, NO_SEQUENCE, size, encode_base64(root), issued, as_of=at)
        snapshot, policy = Snapshot.from_records(entries, identity), Policy.opt_out(usage)
        if shown is None:
            return _ask(Filter(FixedSource(snapshot), policy, clock=lambda: at), asset)
        snapshot.grants = granted
        return Decider(policy).by_names(Freshness.of(snapshot, policy, at, shown), asset)


def _granted(database: Database, shown: Identity, entries: Iterable[tuple[int, Record]], size: int) -> bytes:
    """Return the rows of what the parties of some records had granted an operator, at log size `size`."""
    parties = {record.party for _leaf, record in entries}
    return rows_of(database, grants_between(database, parties, shown.client_id), size)


def _ask(optout: Filter, asset: Asset) -> Decision:
    (decision,) = optout.check_many([{name: getattr(asset, name) for name in _ARGUMENTS}])
    return decision


class _Keys:
    """Stands where an asset expects a snapshot and notes what it would look up, so nothing is read in two ways."""

    def __init__(self, asset: Asset) -> None:
        self.keys: list[bytes] = []
        self.canonical, self.others = urls.canonical, other_addresses
        asset.look_up(cast("Snapshot", self))

    def match_url(self, canonical: str, host: str | None = None) -> Sequence[Match]:
        names = urls.host_suffixes(host or urls.split(canonical)[0])
        self.keys += map(urls.key, (*names, *urls.prefixes(canonical), canonical))
        return ()

    def match_digest(self, kind: str, raw: bytes) -> Sequence[Match]:
        return self._note(kind, raw.hex())

    def match_identifier(self, kind: str, canonical: str) -> Sequence[Match]:
        return self._note(kind, canonical)

    def _note(self, kind: str, value: str) -> Sequence[Match]:
        if (key := scope_key(ScopeKind(kind), value)) is not None:
            self.keys.append(key)
        return ()
