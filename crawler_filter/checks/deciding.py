"""One asset against one snapshot, as one policy sees both: by its URL, by all its names, by what it says."""

from collections.abc import Sequence
from dataclasses import replace

from crawler_filter.checks.asset import Asset, Found, as_url
from crawler_filter.checks.combining import decide, joined
from crawler_filter.checks.freshness import Freshness
from crawler_filter.checks.in_band import InBand
from crawler_filter.checks.matchers import Matcher, Matchers
from crawler_filter.decision import Decision
from crawler_filter.errors import DataError, FilterError
from crawler_filter.finding import Source, Unavailable
from crawler_filter.policy import Mode, Policy
from crawler_filter.reason import Reason
from crawler_filter.signals.received import Received
from crawler_filter.snapshot.reader import Snapshot


class Decider:
    """Decides as one policy asks. It has no state of its own, and does no I/O."""

    def __init__(self, policy: Policy, matchers: Sequence[Matcher] = ()) -> None:
        self._policy = policy
        self._matchers = Matchers(tuple(matchers), policy.matchers)
        self._off = policy.mode is Mode.OFF
        self._in_band = InBand(policy)

    def by_url(self, standing: Freshness, url: object) -> Decision:
        """Decide by a URL alone: a short cut of `by_names`, because nearly every check is such a one."""
        snapshot = standing.snapshot
        if snapshot is None:
            return standing.silent
        if isinstance(url, str):
            try:
                names = snapshot.plain(url) or _alone(snapshot, url)
                if names is not None:
                    matches = snapshot.match_url(*names)
                    return self._decision(standing, Found([matches], [], [])) if matches else standing.silent
            except FilterError:
                pass  # the long way says what is wrong
        return self.by_names(standing, Asset(url))

    def by_names(self, standing: Freshness, asset: Asset) -> Decision:
        """Decide by all that names an asset: its addresses, digests, identifiers and content."""
        if standing.snapshot is None:
            return standing.silent
        try:
            found = asset.look_up(standing.snapshot, self._policy.content, self._matchers)
        except DataError as error:
            found = Found([], [], [_damaged(error)])
        decision = self._decision(standing, found) if found else standing.silent
        return replace(decision, checked=found.checked[0]) if found.checked else decision

    def by_all(self, standing: Freshness, asset: Asset, received: Received, agent: str | None) -> Decision:
        """Decide by the registry and by what the site and the file say."""
        if self._off:
            return standing.silent
        located = asset != Asset()  # with no name and no address there is nothing to look up
        decision = self.by_names(standing, asset) if located else standing.silent
        findings, unread = self._in_band.read(received, as_url(asset.url), agent)
        if not findings and not unread and not decision.unavailable:
            return decision
        given = received.sources()
        unavailable = (*(missing for missing in decision.unavailable if missing.source not in given), *unread)
        return joined(decision, findings, unavailable, self._policy)

    def warm(self, standing: Freshness) -> None:
        """Load what the first checks would load; the answers are of nothing."""
        received = Received(headers={"X": "y"}, html="<p>", robots_txt="", status=200)
        self.by_all(standing, Asset("http://warm.invalid/", content="<p>"), received, None)
        if standing.snapshot is not None and standing.snapshot.holds("pdq"):
            import numpy as np  # noqa: PLC0415 - whoever checks by URL alone does without

            self.by_names(standing, Asset(image=np.zeros((64, 64, 3), dtype=np.uint8)))

    def _decision(self, standing: Freshness, found: Found) -> Decision:
        return decide(
            found.locations,
            found.contents,
            (*standing.unavailable, *found.unavailable),
            self._policy,
            snapshot=standing.silent.snapshot,
            stale=standing.stale,
            permits=standing.permits,
        )


def _alone(snapshot: Snapshot, url: str) -> tuple[str, str] | None:
    """Return the identity and the host of a URL, None for one that is looked up under other addresses too."""
    identity = snapshot.canonical(url)
    host = identity[: identity.index("/")]
    return None if snapshot.others(identity, host) else (identity, host)


def _damaged(error: DataError) -> Unavailable:
    return Unavailable(Source.REGISTRY, f"the snapshot cannot be read: {error}", Reason.UNCHECKED_SNAPSHOT)
