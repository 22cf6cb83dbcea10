"""How block lists of other tools are written. Each says at its top what it is, and what it has no words for.

| format | covers |
|---|---|
| hosts | whole hosts, names one by one: of a domain itself and its `www.` |
| adblock | domains, hosts, prefixes, addresses |
| nutch | the same, for Apache Nutch's urlfilter-fast |
| surt | the same, for Heritrix's SurtPrefixedDecideRule with REJECT |
| json, parquet | all of it, as rows |

They hold an address as the canonical form spells it. A filter finds every spelling; these tools do not.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crawler_filter.formats.record import ScopeKind
from crawler_filter.sync import durable


@dataclass(frozen=True, slots=True)
class Rule:
    """One reserved place: a location scope's kind and canonical value, who says so, and where that can be read."""

    kind: ScopeKind
    value: str
    source: str
    page: str = ""

    @property
    def host(self) -> str:
        """The host that it is on."""
        return self.value.partition("/")[0]

    @property
    def path(self) -> str:
        """The path and query, with the slash before them; empty for whole hosts and domains."""
        return self.value[len(self.host) :]

    @property
    def is_whole(self) -> bool:
        """Tell whether it covers a whole host, or more."""
        return self.kind in (ScopeKind.DOMAIN, ScopeKind.HOST)


_SPECIAL: Final = re.compile(r"[\\.\[\]{}()*+?^$|]")
_NO_LETTER: Final = re.compile("[^A-Za-z0-9]")
_ADBLOCK_MARKS: Final = frozenset("*$^|")
"""What an adblock list reads as a wildcard, as options or as the end.

An address with one is written as an expression, without the dollar that several of the tools split at: it covers
what begins like it.
"""


def hosts(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield a hosts file."""
    for rule in rules:
        if rule.is_whole:
            yield f"0.0.0.0 {rule.host}"
        if rule.kind is ScopeKind.DOMAIN:
            yield f"0.0.0.0 www.{rule.host}"


def adblock(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield a list in the syntax of Adblock Plus and uBlock Origin."""
    yield "[Adblock Plus 2.0]"
    for rule in rules:
        if rule.kind is ScopeKind.DOMAIN:
            yield f"||{rule.host}^"
        elif rule.kind is ScopeKind.HOST:
            yield f"|https://{rule.host}^"
            yield f"|http://{rule.host}^"
        elif _ADBLOCK_MARKS.intersection(rule.value):
            yield rf"/^https?:\/\/{_NO_LETTER.sub(_as_code, rule.value)}/"
        else:
            end = "|" if rule.kind is ScopeKind.URL else ""
            yield f"|https://{rule.value}{end}"
            yield f"|http://{rule.value}{end}"


def nutch(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield `fast-urlfilter.txt` of Nutch. Rules of one host stand together, as its parser wants them."""
    of_host: dict[tuple[str, str], list[str]] = {}
    for rule in rules:
        keyword = "Domain" if rule.kind is ScopeKind.DOMAIN else "Host"
        of_host.setdefault((keyword, rule.host), []).append(_nutch_line(rule))
    for (keyword, host), lines in of_host.items():
        yield f"{keyword} {host}"
        yield from (f"  {line}" for line in lines)


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _as_code(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"


def _nutch_line(rule: Rule) -> str:
    if rule.is_whole:
        return "DenyPath .*"
    path = _SPECIAL.sub(_escaped, rule.path)
    if rule.kind is ScopeKind.PREFIX:
        return f"DenyPath ^{path.removesuffix('/')}(?:/|$)"
    return f"DenyPathQuery ^{path}$"


def surt(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield SURT prefixes of Heritrix, which takes https for http. An address covers what begins like it."""
    for rule in rules:
        labels = ",".join(reversed(rule.host.split(".")))
        yield f"http://({labels}," if rule.kind is ScopeKind.DOMAIN else f"http://({labels},){rule.path or '/'}"


def lines_of_json(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield one JSON object a line."""
    for rule in rules:
        yield json.dumps(row(rule), ensure_ascii=False)


def row(rule: Rule) -> dict[str, str]:
    """Return the row of a rule in JSON and Parquet."""
    return {"kind": rule.kind.value, "value": rule.value, "source": rule.source, "page": rule.page}


TEXTS: Final[Mapping[str, Callable[[Iterable[Rule]], Iterator[str]]]] = {
    "hosts": hosts,
    "adblock": adblock,
    "nutch": nutch,
    "surt": surt,
    "json": lines_of_json,
}
"""The formats of lines, by name."""

COMMENT: Final = {"hosts": "#", "adblock": "!", "nutch": "#", "surt": "#"}
"""How a line that is no rule begins."""

WITHOUT_PATHS: Final = ("hosts",)
"""Formats that have no words for prefixes and addresses."""


def text(name: str, rules: Sequence[Rule], about: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a block list, `about` before them as comments where the format has any."""
    lines = TEXTS[name](rules)
    if name == "adblock":
        yield next(lines)
    if name in COMMENT:
        yield from (f"{COMMENT[name]} {line}" for line in about)
    yield from lines


def write_parquet(path: Path, places: Sequence[Rule]) -> None:
    """Write places as rows of a Parquet file; it is there whole or not at all."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pa.schema(dict.fromkeys(("kind", "value", "source", "page"), pa.string()))
    with durable.replacing(path) as file:
        pq.write_table(pa.Table.from_pylist([row(rule) for rule in places], schema=schema), file)
