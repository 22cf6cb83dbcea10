"""Which declarations a catalogue makes: what is new, cut to what a registry takes at once. Pure and deterministic.

The same claims after the same memory give the same declarations, byte for byte. So a run that was killed sends
again what it sent, under the same key, and the registry answers with the same declaration.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Final

from crawler_filter.declaring.claims import Claim, Row, Unstated
from crawler_filter.lists.reading import Refused
from crawler_filter.preference import Preference, Usage

MAX_BODY: Final = 400_000
"""Bytes of one declaration's body; a registry takes 512 KiB by default."""

Key = tuple[str, str, tuple[str, ...]]


@dataclass(slots=True)
class Catalogue:
    """The claims of a feed, each once, rows with problems, and how many were unstated or came twice."""

    claims: dict[Key, Claim] = field(default_factory=dict)
    problems: list[Refused] = field(default_factory=list)
    unstated: int = 0
    repeated: int = 0

    @classmethod
    def of(cls, rows: Iterable[Row], *, default: frozenset[Usage], including_unstated: bool) -> "Catalogue":
        """Collect rows. A row that names no usage is for `default`."""
        catalogue = cls()
        for row in rows:
            catalogue._add(row, default, including_unstated=including_unstated)
        return catalogue

    def _add(self, row: Row, default: frozenset[Usage], *, including_unstated: bool) -> None:
        if isinstance(row, Refused):
            self.problems.append(row)
            return
        if isinstance(row, Unstated):
            self.unstated += 1
            if not including_unstated:
                return
        stated = row.claim if isinstance(row, Unstated) else row
        claim = replace(stated, usages=stated.usages or default)
        self.repeated += claim.key in self.claims
        self.claims.setdefault(claim.key, claim)


@dataclass(frozen=True, slots=True)
class Terms:
    """The part that all declarations of one run share beside their scopes."""

    party: str
    statement: str
    policy: str | None = None
    contact: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    """What else the API's `terms` say, such as `routes`."""

    def body(self, claims: Sequence[Claim]) -> dict[str, Any]:
        """Return a declaration as the API takes it; all `claims` are for the same usages."""
        usages = sorted(usage.value for usage in claims[0].usages)
        given = {"policy": self.policy, "contact": self.contact}
        said = {**self.more, **{name: text for name, text in given.items() if text}}
        return {
            "party": self.party,
            "scopes": [claim.body() for claim in claims],
            "preferences": dict.fromkeys(usages, Preference.DISALLOWED.value),
            "terms": said,
            "statement": self.statement,
        }


def encode(body: object) -> bytes:
    """Return the one spelling of a request's body, of which its key is made."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def idempotency_key(body: bytes, attempt: int) -> str:
    """Return the key of a request: the same body has the same one on every machine, another in each attempt."""
    return hashlib.sha256(b"declare %d " % attempt + body).hexdigest()[:48]


def batches(claims: Iterable[Claim], *, scopes: int) -> Iterator[list[Claim]]:
    """Cut claims, in order, into declarations of one set of usages, of at most `scopes` and `MAX_BODY` bytes."""
    for _, same in groupby(claims, key=lambda claim: claim.usages):
        batch: list[Claim] = []
        size = 0
        for claim in same:
            added = len(claim.value.encode()) + 64
            if batch and (len(batch) == scopes or size + added > MAX_BODY):
                yield batch
                batch, size = [], 0
            batch.append(claim)
            size += added
        yield batch
