"""What a run counts: rows, and of the removed ones their reasons, domains, declarations and sources."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self

from crawler_filter.audit.judging import Bools, Judged
from crawler_filter.checks.columns import values
from crawler_filter.formats.record import ScopeKind
from crawler_filter.formats.written_hosts import written_host
from crawler_filter.reason import Reason

if TYPE_CHECKING:
    import pyarrow as pa

MOST_DOMAINS: Final = 200_000
"""Domains that are told apart in one run. Beyond that the rarest are counted together, so that memory has an end.
"""

OTHERS: Final = "(others)"

_NAMES_A_PLACE: Final = r"^(?:domain|host|prefix|url) "


@dataclass(slots=True)
class Tally:
    """Counts of some rows.

    `works` counts the rows of each entry of a rights holder's list, `works_removed` those of them that are
    removed, and `examples` has an address of each. `released` are rows that an older snapshot did not keep.
    """

    rows: int = 0
    kept: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    domains: Counter[str] = field(default_factory=Counter)
    declarations: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    works: Counter[str] = field(default_factory=Counter)
    works_removed: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    released: int = 0

    @property
    def removed(self) -> int:
        """Count the rows that are not kept."""
        return self.rows - self.kept

    @property
    def unchecked(self) -> int:
        """Count the rows that could not be checked."""
        return sum(count for reason, count in self.reasons.items() if reason.startswith("unchecked."))

    def add(self, judged: Judged, urls: "pa.Array | None") -> None:
        """Count a batch. `urls` are those of its rows."""
        self.rows += judged.rows
        self.kept += int(judged.keep.sum())
        self.released += len(judged.released)
        import pyarrow.compute as pc  # noqa: PLC0415 - an optional dependency

        removed = judged.removed
        if not len(removed):
            return
        self.reasons.update(_counted(removed.column("reason")))
        stated = pc.is_valid(removed.column("locator"))
        self.sources.update(_counted(removed.column("source").filter(stated)))
        self.declarations.update(_counted(removed.column("locator")))
        words = removed.select(["reason", "rule"]).combine_chunks()
        is_named = pc.match_substring_regex(words.column("rule"), _NAMES_A_PLACE)
        is_named = pc.fill_null(is_named, False)
        for rule, count in _counted(words.column("rule").filter(is_named)).items():
            self.domains[domain_of(rule, None)] += count
        silent = pc.equal(words.column("reason"), Reason.NO_PERMISSION.value)
        others = pc.invert(pc.or_(is_named, silent))
        addresses = None if urls is None else values(urls.take(removed.column("row").filter(others)))
        for row, word in enumerate(words.filter(others).to_pylist()):
            if word["reason"].startswith("unchecked."):
                self.causes[str(word["rule"] or "cannot be read").partition(": ")[0]] += 1
            else:
                self.domains[domain_of(word["rule"] or "", addresses and addresses[row])] += 1

    def add_works(self, found: Judged, keep: Bools, urls: "pa.Array | None") -> None:
        """Count the rows that a rights holder asks about; `keep` tells what becomes of the rows of the batch."""
        for row, rule in zip(
            found.removed.column("row").to_pylist(), found.removed.column("rule").to_pylist(), strict=True
        ):
            if not rule or rule.partition(" ")[0] not in _ENTRIES:
                continue
            self.works[rule] += 1
            self.works_removed[rule] += not keep[row]
            if rule not in self.examples:
                self.examples[rule] = str(urls[row]) if urls is not None else ""

    def merge(self, other: "Tally") -> None:
        """Add what another counted, which comes behind it."""
        self.rows += other.rows
        self.kept += other.kept
        self.released += other.released
        self.examples = other.examples | self.examples
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))
        if len(self.domains) > 2 * MOST_DOMAINS:
            self.domains = bounded(self.domains)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object that a part's state holds."""
        counts = {name: dict(getattr(self, name)) for name in _COUNTERS}
        return {
            "rows": self.rows,
            "kept": self.kept,
            "released": self.released,
            "examples": self.examples,
        } | counts

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read `to_json`."""
        counts = {name: Counter(value[name]) for name in _COUNTERS}
        return cls(value["rows"], value["kept"], released=value["released"], examples=value["examples"], **counts)


_COUNTERS: Final = ("reasons", "domains", "declarations", "sources", "causes", "works", "works_removed")
_ENTRIES: Final = frozenset(ScopeKind)


def domain_of(rule: str, url: object) -> str:
    """Return the domain to count a removed row under: of the rule that names one, else the host of its URL."""
    kind, _, value = rule.partition(" ")
    if kind in ("domain", "host", "prefix", "url"):
        return value.partition("/")[0]
    return written_host(url)


def bounded(counts: Counter[str]) -> Counter[str]:
    """Return the MOST_DOMAINS largest counts, the rest in one; equal counts by name, so that it is always the
    same.
    """
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    kept = Counter(dict(ordered[:MOST_DOMAINS]))
    kept[OTHERS] += sum(count for _, count in ordered[MOST_DOMAINS:])
    return kept


def _counted(column: Any) -> dict[str, int]:  # noqa: ANN401 - an Arrow column
    counts = column.value_counts().to_pylist()
    return {each["values"]: each["counts"] for each in counts if each["values"] is not None}
