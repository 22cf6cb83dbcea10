"""Live answers from a registry, for those who check little and keep no snapshot.

The registry sees what is asked. Whoever checks more than a few addresses should `sync` a snapshot instead: it is
faster, private, and works when the network does not. A failed call is an unavailable source, never an "allowed".
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, Final
from urllib.parse import urlsplit

from crawler_filter.checks.combining import decide
from crawler_filter.decision import Decision
from crawler_filter.errors import DataError, FilterError
from crawler_filter.finding import Source, Unavailable
from crawler_filter.formats.record import Assurance
from crawler_filter.net.transport import RequestsTransport, Transport
from crawler_filter.policy import Mode, Policy, keeps, would_keep
from crawler_filter.reason import Reason

BATCH: Final = 1_000
"""Assets asked about in one call; the registry accepts up to 10,000."""

MAX_ITEM_BYTES: Final = 8_000
"""Bytes of one asset, so that a whole batch stays below what a registry takes in one call."""

MAX_ANSWER_BYTES: Final = 64 << 20

Asset = str | Mapping[str, Any]
"""A URL, or an object of the lookup API: `url`, `found_on`, `sha256`, `sha1`, `md5`, `identifiers`."""


class Client:
    """Asks one registry over HTTP, and applies the operator's own policy to what it answers."""

    def __init__(self, registry: str, policy: Policy, *, transport: Transport | None = None) -> None:
        if policy.assurance != frozenset(Assurance):
            raise ValueError("a live lookup counts every assurance; sync a snapshot to count only some")
        _require_private_channel(registry)
        self._lookups = registry.rstrip("/") + "/v1/lookups"
        self._policy = policy
        self._transport = transport or RequestsTransport()

    def check(self, asset: Asset) -> Decision:
        """Return the decision for one asset."""
        return next(self.check_many([asset]))

    def check_many(self, assets: Iterable[Asset]) -> Iterator[Decision]:
        """Yield one decision for each asset, in order."""
        remaining = iter(assets)
        while batch := list(islice(remaining, BATCH)):
            yield from self._ask(batch)

    def _ask(self, batch: list[Asset]) -> list[Decision]:
        if self._policy.mode is Mode.OFF:
            return [self._unavailable(Source.REGISTRY, "the policy's mode is off")] * len(batch)
        items = [_item(asset) for asset in batch]
        answers = iter(self._answers([item for item in items if item is not None]))
        unreadable = self._unavailable(Source.ASSET, "not a URL, nor an asset that a lookup can be asked about")
        return [unreadable if item is None else next(answers) for item in items]

    def _answers(self, items: list[dict[str, Any]]) -> list[Decision]:
        if not items:
            return []
        question = {"usage": self._policy.usage.value, "items": items}
        try:
            answer = self._transport.post_json(self._lookups, question, max_bytes=MAX_ANSWER_BYTES)
            return [self._apply(decision) for decision in _read(answer, len(items))]
        except FilterError as error:
            return [self._unavailable(Source.REGISTRY, str(error))] * len(items)

    def _apply(self, decision: Decision) -> Decision:
        unchecked = bool(decision.unavailable)
        return replace(
            decision,
            keep=keeps(decision.preference, self._policy, unchecked=unchecked),
            would_keep=would_keep(decision.preference, self._policy, unchecked=unchecked),
            policy=self._policy.name,
        )

    def _unavailable(self, source: Source, reason: str) -> Decision:
        cause = Reason.UNCHECKED_ASSET if source is Source.ASSET else Reason.UNCHECKED_SNAPSHOT
        return decide((), (), (Unavailable(source, reason, cause),), self._policy, snapshot=None)


def _item(asset: object) -> dict[str, Any] | None:
    """Return what is sent for one asset; None for what would spoil the whole call."""
    item = {"url": asset} if isinstance(asset, str) else asset
    try:
        sent = json.dumps(item, ensure_ascii=False).encode() if isinstance(item, Mapping) else b""
    except (TypeError, ValueError, RecursionError):
        return None
    return dict(item) if isinstance(item, Mapping) and len(sent) <= MAX_ITEM_BYTES else None


def _read(answer: bytes, expected: int) -> list[Decision]:
    try:
        decisions = [Decision.from_dict(item["decision"]) for item in json.loads(answer)["items"]]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise DataError(f"the registry's answer is not a list of decisions: {error}") from error
    if len(decisions) != expected:
        raise DataError(f"the registry answered {len(decisions)} of {expected} assets")
    return decisions


def _require_private_channel(registry: str) -> None:
    parts = urlsplit(registry)
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError(f"live lookups need https, so that nobody else can answer; got {registry!r}")
