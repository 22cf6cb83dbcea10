"""`Filter` says whether to keep an asset, from a snapshot and the operator's policy.

Rules:

- A check never raises because of what an asset is, and never answers "allowed" because something failed. What
  could not be read, a snapshot that is too old included, is named in the decision and handled as the policy says.
- A check does no I/O. The source of the snapshots does.
- You can share a filter between threads, keep it across a fork, and pickle it if its source can be pickled.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from crawler_filter.checks import columns, extras
from crawler_filter.checks.asset import Asset
from crawler_filter.checks.bodies import NO_BODIES, without_codings
from crawler_filter.checks.deciding import Decider
from crawler_filter.checks.extras import Need
from crawler_filter.checks.following import Following
from crawler_filter.checks.freshness import Freshness
from crawler_filter.checks.judge import Judge, given_columns, require_several
from crawler_filter.checks.matchers import standings
from crawler_filter.checks.output import generated
from crawler_filter.checks.recognisers import Recognisers
from crawler_filter.checks.reports import Reports
from crawler_filter.checks.sources import SnapshotSource
from crawler_filter.checks.tally import Stats
from crawler_filter.decision import Decision, SnapshotId
from crawler_filter.finding import Finding
from crawler_filter.formats.checked import Checked
from crawler_filter.formats.counts import number_of
from crawler_filter.policy import Policy
from crawler_filter.signals.received import Received

if TYPE_CHECKING:
    import pyarrow as pa

    from crawler_filter.characters.sheets import TextMatcher
    from crawler_filter.checks.matchers import Matcher, ModelStanding
    from crawler_filter.log import Trust
    from crawler_filter.signals.robots.robots_txt import RobotsTxt
    from crawler_filter.sync.opening import FirstUse

logging.getLogger(__name__).addHandler(logging.NullHandler())


class Filter:
    """Checks assets against the snapshot in force, under one policy. Make one with `Filter.open`.

    `clock` returns unix seconds.
    """

    def __init__(
        self,
        source: SnapshotSource,
        policy: Policy,
        *,
        recognisers: Recognisers = Recognisers(),  # noqa: B008 - it cannot change
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.policy = policy
        self._recognisers = recognisers
        self._source = source
        self._clock = clock
        following = Following(source, policy, recognisers.matchers, clock)
        self._standing, self._missing_extras = following.standing, following.missing_extras
        self._decider = Decider(policy, recognisers.matchers)
        self._reports = Reports(policy, following.missing_extras)
        self._count = self._reports.count

    @classmethod
    def open(  # noqa: PLR0913 - all that may be said of where to read from
        cls,
        where: str | Path | Sequence[str | Path],
        *,
        trust: "str | Path | Trust | FirstUse | Sequence[str | Path | Trust | FirstUse] | None" = None,
        policy: Policy,
        refresh: timedelta | None = None,
        directory: str | Path | None = None,
        names: bool = False,
        matchers: "Sequence[Matcher | TextMatcher]" = (),
        needs: Collection[Need] = (),
        clock: Callable[[], float] = time.time,
    ) -> Self:
        """Open a registry by its URL, a folder that `crawler-filter sync` keeps, or a list that `compile` made.

        Several in a list are read as one, and findings say whose they are. `trust` is a trust file for each
        registry, in their order; lists of your own need none.

        A URL is synced into `directory` (default: the user's cache folder) the first time, and then whenever
        `refresh` is due: by one process of the machine, never inside a check. `FirstUse()` for `trust` accepts the
        keys that the registry shows now, and every decision says so. With `names` its names and characters are
        synced too, for `check_caption` and `check_prompt` (needs the extra `names`). `matchers` look for what you
        bring them for. `needs` says what will be checked, such as
        `{"pictures", "video"}`: an extra that is missing for it is an error now, not one drop an asset later.
        A policy without `robots_agents` gets those that `crawler-filter agents update` put on this machine.

        Raises:
            FilterError: there is no snapshot to answer from; the subclass says why.
            MissingExtraError: an extra that `needs` asks for is not installed.
            TypeError, ValueError: an argument is not what it must be.
        """
        if not isinstance(policy, Policy):
            raise TypeError(
                f"expected a policy, such as Policy.opt_out(Usage.TRAIN_AI), got {type(policy).__name__}"
            )
        extras.require({*needs, "names"} if names else needs)
        # the one door from checks to the network
        from crawler_filter.sync.opening import agents_of, names_of, open_sources  # noqa: PLC0415

        policy = agents_of(policy)
        source = open_sources(where, trust, refresh=refresh, directory=directory, names=names, clock=clock)
        recognisers = Recognisers.of(names_of(source) if names else None, matchers)
        return cls(source, policy, recognisers=recognisers, clock=clock)

    @property
    def snapshot(self) -> SnapshotId | None:
        """The snapshot that answers now; None if there is none."""
        return self._standing().silent.snapshot

    @property
    def snapshots(self) -> tuple[SnapshotId, ...]:
        """The state of each registry and list that answers now; where there are several, `snapshot` joins them."""
        snapshot = self._standing().snapshot
        return () if snapshot is None else tuple(snapshot.ids())

    @property
    def age(self) -> timedelta | None:
        """Return the age of that snapshot; None if there is none."""
        snapshot = self.snapshot
        return None if snapshot is None else timedelta(seconds=self._clock() - snapshot.issued)

    @property
    def rules(self) -> Mapping[str, int]:
        """Count the rules in the snapshot: of hosts, of paths, and of each kind of fingerprint."""
        snapshot = self._standing().snapshot
        return {} if snapshot is None else snapshot.rules()

    def has_parts(self, host: str) -> bool:
        """Tell whether there are rules on parts of a canonical host, whose names no snapshot has in clear."""
        snapshot = self._standing().snapshot
        return snapshot is not None and bool(snapshot.walk(host)[1])

    @property
    def missing_extras(self) -> tuple[str, ...]:
        """One line for each missing extra that is needed to find works of this snapshot."""
        return self._missing_extras()

    @property
    def models(self) -> "tuple[ModelStanding, ...]":
        """The models that the snapshot speaks of, which are loaded, and which were brought in vain."""
        snapshot = self._standing().snapshot
        return () if snapshot is None else standings(snapshot, self._recognisers.matchers)

    def __repr__(self) -> str:
        snapshot, age = self.snapshot, self.age
        parts = ["no snapshot" if snapshot is None else f"{snapshot.origin} {snapshot.sequence}"]
        parts += [] if age is None else [f"{number_of(age // timedelta(minutes=1), 'minute')} old"]
        parts += [self.policy.name, self.policy.mode.value]
        parts += [f"without {line.partition(':')[0]}" for line in self.missing_extras]
        return f"<Filter {', '.join(parts)}>"

    def warm(self) -> None:
        """Load now what the first checks would load: parsers, indexes, libraries. Decides and counts nothing."""
        self._decider.warm(self._standing())

    def sync(self) -> None:
        """Fetch the registry's newest snapshot now. Raises as `crawler_filter.sync.update.sync` does."""
        self._source.sync()

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return _refilter, (self._source, self.policy, self._recognisers, self._clock)

    def check(  # noqa: PLR0913 - all that a crawler may know of one asset
        self,
        url: object = None,
        *,
        found_on: object = None,
        content: bytes | str | None = None,
        sha256: str | bytes | None = None,
        sha1: str | bytes | None = None,
        md5: str | bytes | None = None,
        identifiers: Mapping[str, str] | None = None,
        fingerprints: Iterable[str] | None = None,
        headers: object = None,
        html: str | bytes | None = None,
        robots_txt: "RobotsTxt | str | bytes | None" = None,
        status: int | None = None,
        well_known: Mapping[str, str | bytes | None] | None = None,
        licenses: Mapping[str, str | bytes] | None = None,
        agent: str | None = None,
    ) -> Decision:
        """Return the decision for one asset. Give whatever you know of it. Nothing is fetched.

        `found_on` are the URLs of the pages that show the asset: an image on a CDN belongs to them too. Digests
        are hex, bytes, or base32 as WARC writes it. `content` is the file itself, or a text. `identifiers` are
        texts by `isbn`, `doi` or `eidr`. `fingerprints`, such as `pdq:<64 hex>`, stand in for a missing file.

        What the site says for itself is read from what it answered for `url`: `headers` of any library, `status`,
        `html` if it is a page, its `robots_txt` (a `RobotsTxt` saves parsing it again), its `well_known` files by
        path, None for one that is absent, and RSL `licenses` by address. `agent` stands in for the policy's.
        """
        standing = self._standing()
        if (  # written out, because nearly every check is such a one
            headers is None and html is None and robots_txt is None and status is None and well_known is None
            and licenses is None and content is None and found_on is None and sha256 is None and sha1 is None
            and md5 is None and identifiers is None and fingerprints is None
        ):  # fmt: skip
            return self._count(self._decider.by_url(standing, url), url)
        shown = any(x is not None for x in (headers, html, robots_txt, status, well_known, licenses, content))
        sent = NO_BODIES if content is None and html is None else without_codings(headers, content, html)
        named_too = sha256, sha1, md5, identifiers, fingerprints
        asset = Asset(url, found_on, sent.file, *named_too, sent.encoded, sent.fault)
        if not shown:
            return self._count(self._dated(self._decider.by_names(standing, asset)), url)
        headers = headers if sent.headers is None else sent.headers
        received = Received(headers, sent.html, robots_txt, status, well_known, licenses, sent.content)
        return self._count(self._dated(self._decider.by_all(standing, asset, received, agent)), url)

    def check_output(
        self,
        data: bytes | None = None,
        *,
        text: str | None = None,
        path: str | PathLike[str] | None = None,
        image: object = None,
        prompt: str | None = None,
    ) -> Decision:
        """Return the decision for what a model has generated: whether it is, or has parts of, a reserved work.

        Copies are found, imitations are not: of 45 colourings that models made of registered line art none was,
        and of 8 pictures in the style of a registered one none was. With the `prompt` it was made from, characters
        that both point to are told too, as `check_prompt` does.

        Give exactly one: the bytes of a file, a `text`, the `path` of a file, or an `image` in memory, which is a
        picture of Pillow, or an array of (height, width) or (height, width, channels), uint8 or floats to 1.

        Raises TypeError for anything else, ValueError for an array that is no picture or a prompt without names,
        OSError where the file cannot be read.
        """
        asset, standing = generated(data, text, path, image), self._standing()
        if asset.image is None:
            decision = self._decider.by_all(standing, asset, Received(content=asset.content), None)
        else:
            decision = self._decider.by_names(standing, asset)
        if prompt is not None:
            decision = self._with_characters(decision, prompt, standing, self.policy)
        return self._count(self._dated(decision), "an output")

    def check_prompt(self, text: str) -> Decision:
        """Return the decision for a prompt: which registered characters it names or describes.

        Each finding is a weak signal, and flags, with the page where permission is asked. The policy may let two
        that agree decide (`Policy.characters`). A prompt is no work, so one that points to nobody is kept by every
        policy. Raises ValueError if the filter was opened without names, TypeError for what is no text.
        """
        if not isinstance(text, str):
            raise TypeError(f"expected the text of a prompt, got {type(text).__name__}")
        standing = self._standing()
        asked = replace(standing.silent, checked=Checked.of_text(text))
        decision = self._with_characters(asked, text, standing, replace(self.policy, keep_unknown=True))
        return self._count(self._dated(decision), "a prompt")

    def _with_characters(self, decision: Decision, prompt: str, standing: Freshness, policy: Policy) -> Decision:
        if self._recognisers.characters is None:
            raise ValueError("this filter has no characters: open it with names=True")
        if standing.snapshot is None:
            return decision
        return self._recognisers.characters.judge(decision, prompt, standing.snapshot, policy)

    def check_caption(self, text: str) -> tuple[Finding, ...]:
        """Return the names of reserved works in a caption or a prompt, in the order of the text.

        They tell a person where to look. None of them decides anything. Raises ValueError if the filter was opened
        without names, and FilterError if there is no snapshot.
        """
        if self._recognisers.names is None:
            raise ValueError("this filter has no names: open it with names=True")
        return tuple(self._recognisers.names.find(text, self._source.current()))

    def check_many(self, items: Iterable[object]) -> Iterator[Decision]:
        """Yield one decision for each item, in order: a URL, or a mapping of `check`'s arguments.

        Raises TypeError for a single one of them.
        """
        require_several("items", items)
        for item in items:
            yield self.check(**item) if isinstance(item, Mapping) else self.check(item)

    def mask(
        self,
        urls: Any = None,  # noqa: ANN401 - a list, or a column of numpy, pyarrow, pandas or polars
        *,
        found_on: Any = None,  # noqa: ANN401
        sha256: Any = None,  # noqa: ANN401
        sha1: Any = None,  # noqa: ANN401
        md5: Any = None,  # noqa: ANN401
        fingerprints: Any = None,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Return for each row whether to keep it, as a column of the kind of `urls`: exactly `check(...).keep`.

        Give any of the columns, all of one length; the answer is of the kind of the first. A row of `found_on` is
        one URL or a list of them, a row of `fingerprints` one text or a list of them. With pyarrow (the extra
        `arrow`) most rows are answered in bulk. Raises ValueError when a column has another length.
        """
        from crawler_filter.checks.mask import keep_rows  # noqa: PLC0415 - loads numpy, which checking never does

        given = given_columns(
            url=urls, found_on=found_on, sha256=sha256, sha1=sha1, md5=md5, fingerprints=fingerprints
        )
        first, judge = next(iter(given.values())), Judge(self._decider, self._standing(), self._reports.tallies)
        answers = columns.like(first, keep_rows(judge, given, len(first)))
        judge.report(len(first))
        return answers

    def explain_rows(
        self,
        urls: Any = None,  # noqa: ANN401
        *,
        found_on: Any = None,  # noqa: ANN401
        sha256: Any = None,  # noqa: ANN401
        sha1: Any = None,  # noqa: ANN401
        md5: Any = None,  # noqa: ANN401
        fingerprints: Any = None,  # noqa: ANN401
        rows: Any = None,  # noqa: ANN401
        all: bool = False,  # noqa: A002
    ) -> "pa.Table":
        """Return which rows are not kept and why, as an Arrow table of one row for each of them.

        The columns are those of `mask`. `rows`, numbers or a column of booleans, are the rows to look at: without
        it every row is, in bulk as `mask` does it, and counted in `stats`; with it `mask` has counted them. With
        `all` the rows that are kept are told too. In audit mode the rows are those that enforcing would exclude.

        The table has `row` (the number of the row), `keep`, `reason` (a word of `Reason`), `rule` (the statement,
        or what could not be checked), `source` (the registry, or what of the asset could not be checked),
        `declaration` and `locator` (where a person can read it). Raises MissingExtraError without pyarrow,
        ValueError when a column has another length.
        """
        from crawler_filter.checks.explained_rows import explain_rows  # noqa: PLC0415 - loads numpy

        given = given_columns(
            url=urls, found_on=found_on, sha256=sha256, sha1=sha1, md5=md5, fingerprints=fingerprints
        )
        judge = Judge(self._decider, self._standing(), self._reports.tallies if rows is None else None)
        length = len(next(iter(given.values())))
        table = explain_rows(judge, given, length, rows, all_rows=all)
        judge.report(length)
        return table

    @property
    def stats(self) -> Stats:
        """Count the decisions of this process so far."""
        return self._reports.tallies.stats()

    def _dated(self, decision: Decision) -> Decision:
        return decision if decision.checked is None else replace(decision, made=int(self._clock()))


def _refilter(
    source: SnapshotSource, policy: Policy, recognisers: Recognisers, clock: Callable[[], float]
) -> Filter:
    return Filter(source, policy, recognisers=recognisers, clock=clock)
