"""How block lists of other tools are written. Each says at its top what it is, and what it has no words for.

| format | covers |
|---|---|
| hosts | whole hosts, names one by one: of a domain itself and its `www.` |
| adblock | domains, hosts, prefixes, addresses |
| nutch | the same, for Apache Nutch's urlfilter-fast |
| regex | the same, for Apache Nutch's urlfilter-regex, and StormCrawler's |
| surt | the same, for Heritrix's SurtPrefixedDecideRule with REJECT |
| json, parquet | all of it, as rows |

Each line is written as its tool reads it, in the spellings that clients have of one address.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crawler_filter.exports.spellings import expression, literals, split
from crawler_filter.formats.accounts import stored_form
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


_ADBLOCK_MARKS: Final = frozenset("*$")
"""What an adblock list reads as a wildcard, or as the beginning of options.

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
            yield from _on_both_schemes(f"{rule.host}^")
        elif is_marked(rule):
            yield _adblock_expression(rule)
        else:
            for path in literals(rule.path.removesuffix("/") if rule.kind is ScopeKind.PREFIX else rule.path):
                for end in ("/", "?", "|") if rule.kind is ScopeKind.PREFIX else ("|",):
                    if not _ADBLOCK_MARKS.intersection(path):
                        yield from _on_both_schemes(f"{rule.host}{path}{end}")


def _on_both_schemes(address: str) -> Iterator[str]:
    yield f"|https://{address}"
    yield f"|http://{address}"


def is_marked(rule: Rule) -> bool:
    """Tell whether an address has signs that an adblock list takes for its own."""
    return not rule.is_whole and not _ADBLOCK_MARKS.isdisjoint(rule.path)


def _adblock_expression(rule: Rule) -> str:
    path, query = _expressions(rule)
    end = "[/?]" if rule.kind is ScopeKind.PREFIX else query and rf"\?{query}"
    address = "//" + rule.host.replace(".", r"\x2e") + path + (end or "")
    return "/^https?:" + address.replace("/", r"\/") + "/"


def _expressions(rule: Rule) -> tuple[str, str | None]:
    """Return expressions for the path of a rule, of a prefix without the slash at its end, and for its query."""
    path, query = split(rule.path.removesuffix("/") if rule.kind is ScopeKind.PREFIX else rule.path)
    return expression(path), None if query is None else expression(query, query=True)


def nutch(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield `fast-urlfilter.txt` of Nutch. Rules of one host stand together, as its parser wants them."""
    of_host: dict[tuple[str, str], list[str]] = {}
    for rule in rules:
        keyword = "Domain" if rule.kind is ScopeKind.DOMAIN else "Host"
        of_host.setdefault((keyword, rule.host), []).append(_nutch_line(rule))
    for (keyword, host), lines in of_host.items():
        yield f"{keyword} {host}"
        yield from (f"  {line}" for line in lines)


def _nutch_line(rule: Rule) -> str:
    if rule.is_whole:
        return "DenyPath .*"
    case, (path, query) = _case(rule), _expressions(rule)
    path = re.sub("/{2,}", "/+", path)  # Nutch's normaliser leaves one slash of several
    if rule.kind is ScopeKind.PREFIX:
        return f"DenyPath {case}^{path}(?:/|$)"
    path = "/?" if path == "/" else path
    return f"DenyPathQuery {case}^{path}" + (r"\??$" if query is None else rf"\?{query}$")


def _case(rule: Rule) -> str:
    """Return what makes an expression take upper for lower case, where a platform does so with its accounts."""
    if rule.is_whole or rule.path.upper() == rule.path:
        return ""
    return "(?i)" if stored_form(rule.host + rule.path.upper()).startswith(rule.value) else ""


def regex(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield `regex-urlfilter.txt` of Nutch and StormCrawler: what is not refused is taken, by the last line."""
    for rule in rules:
        below = r"(?:[^/?#@:]*\.)?" if rule.kind is ScopeKind.DOMAIN else ""
        host = rule.host.replace(".", r"\.")
        yield rf"-{_case(rule)}^https?://(?:[^/?#@]*@)?{below}{host}\.?(?::[0-9]*)?{_regex_end(rule)}"
    yield "+."


def _regex_end(rule: Rule) -> str:
    if rule.is_whole:
        return "(?:[/?#]|$)"
    path, query = _expressions(rule)
    if rule.kind is ScopeKind.PREFIX:
        return f"{path}(?:[/?#]|$)"
    path = "/?" if path == "/" else path
    return path + (r"\??" if query is None else rf"\?{query}") + "(?:#|$)"


def surt(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield SURT prefixes as Heritrix reads them, behind a plus sign; it takes https for http, and A for a.

    Without the plus sign it takes a line for an address, makes another prefix of it, and refuses nothing. An
    address covers what begins like it.
    """
    for rule in rules:
        start = f"+http://({','.join(reversed(rule.host.split('.')))},"
        if rule.kind is ScopeKind.DOMAIN:
            yield start
        elif rule.kind is ScopeKind.HOST:
            yield from (start + end for end in (")", ":", "@"))
        elif rule.kind is ScopeKind.PREFIX:
            for path in literals(rule.path.removesuffix("/")):
                yield from (f"{start}){path}{end}" for end in ("/", "?"))
        else:
            yield from (f"{start}){path}" for path in literals(rule.path))


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
    "regex": regex,
    "surt": surt,
    "json": lines_of_json,
}
"""The formats of lines, by name."""

COMMENT: Final = {"hosts": "#", "adblock": "!", "nutch": "#", "regex": "#", "surt": "#"}
"""How a line that is no rule begins."""

WITHOUT_PATHS: Final = ("hosts",)
"""Formats that have no words for prefixes and addresses."""


def text(name: str, rules: Sequence[Rule], about: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a block list, `about` before them as comments where the format has any."""
    lines = TEXTS[name](rules)
    if name == "adblock":
        yield next(lines)
    if name in COMMENT:
        yield from (f"{COMMENT[name]} {' '.join(line.split())}" for line in about)  # names may have line ends
    yield from lines


def write_parquet(path: Path, places: Sequence[Rule]) -> None:
    """Write places as rows of a Parquet file; it is there whole or not at all."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pa.schema(dict.fromkeys(("kind", "value", "source", "page"), pa.string()))
    with durable.replacing(path) as file:
        pq.write_table(pa.Table.from_pylist([row(rule) for rule in places], schema=schema), file)
