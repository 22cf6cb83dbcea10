"""What is exported: places with their clear names, each of them asked of the filter before it is written.

A snapshot holds no clear names, so they come from elsewhere: from the operator's own lists, which have them, or
from names that the operator has, such as the hosts of a frontier. Of those only what is excluded is written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crawler_filter.decision import Decision
from crawler_filter.errors import NotCheckedError
from crawler_filter.exports.formats import Rule
from crawler_filter.filter import Filter
from crawler_filter.finding import Source
from crawler_filter.formats.record import ScopeKind
from crawler_filter.lists.compiling import entries_in
from crawler_filter.lists.entries import Entry
from crawler_filter.lists.reading import Refused, read_list
from crawler_filter.sync.list_folder import About


def of_list(folder: Path) -> Iterator[Rule]:
    """Yield the places in an operator's own list, by what the list says."""
    about = About.read(folder)
    for _, entry in entries_in(folder, about):
        if entry.kind.is_location:
            yield Rule(entry.kind, entry.value, about.name, entry.reason)


@dataclass(slots=True)
class Named:
    """The findings about names that were looked up.

    `rules` reserve some of them, `refused` are lines that name no place, `kept` are names that may be kept, and
    `parted` counts those of them that have reserved parts, which only their addresses would name.
    """

    rules: list[Rule] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    kept: list[Rule] = field(default_factory=list)
    parted: int = 0

    def covered(self, rules: Iterable[Rule]) -> int:
        """Count the names that may be kept and that a block list of `rules` takes in all the same."""
        whole = {(rule.kind, rule.value) for rule in rules}
        return sum(any(each in whole for each in _above(rule)) for rule in self.kept)


def among(optout: Filter, path: Path) -> Named:
    """Return what the filter says of a file of names, one a line: the rules that cover them.

    Where a name is excluded by a rule that does not spell it, such as that of the account it belongs to, the name
    is a rule too. Raises NotCheckedError where the snapshot cannot answer or nothing is listed, OSError for
    the file.
    """
    found = Named()
    for entry in read_list(path):
        if isinstance(entry, Refused):
            found.refused.append(entry)
        elif entry.kind.is_location:
            _look_up(optout, entry, found)
        else:
            found.refused.append(
                Refused(entry.place, "expected the name of a place, got a %(kind)s", kind=entry.kind)
            )
    if not (found.refused or found.rules or found.kept):
        raise NotCheckedError(f"{path}: nothing is listed here, so nothing is exported")
    return found


def _look_up(optout: Filter, entry: Entry, found: Named) -> None:
    decision = optout.check(f"https://{entry.value}")
    if decision.retry:
        raise NotCheckedError(f"nothing is exported, because nothing can be looked up: {decision.summary()}")
    named = Rule(entry.kind, entry.value, "policy")
    if decision.would_keep:
        found.kept.append(named)
        found.parted += named.is_whole and optout.has_parts(named.host)
    else:
        rules = list(_rules_in(decision))
        spelled = any((rule.kind, rule.value) in set(_above(named)) for rule in rules)
        found.rules += rules if spelled else [*rules, _itself(named, rules)]


def _rules_in(decision: Decision) -> Iterator[Rule]:
    for finding in decision.findings:
        kind, _, value = finding.rule.partition(" ")
        if finding.decides and finding.source is Source.REGISTRY and kind in set(ScopeKind):
            yield Rule(ScopeKind(kind), value, registry_of(finding.locator), finding.locator)


def _itself(named: Rule, rules: list[Rule]) -> Rule:
    """Return a name as a rule: of a domain the host alone, for nothing below it was asked about."""
    kind = ScopeKind.HOST if named.kind is ScopeKind.DOMAIN else named.kind
    said = rules[0] if rules else named
    return Rule(kind, named.value, said.source, said.page)


def _above(rule: Rule) -> Iterator[tuple[ScopeKind, str]]:
    """Yield the rules that would cover a place as it is spelled, most exact first."""
    path = rule.path.partition("?")[0] or "/"
    yield ScopeKind.URL, rule.value if rule.path else f"{rule.host}/"
    closed = path if path.endswith("/") else f"{path}/"
    for end in (end for end, letter in enumerate(closed) if letter == "/" and end):
        yield ScopeKind.PREFIX, f"{rule.host}{closed[: end + 1]}"
    yield ScopeKind.HOST, rule.host
    labels = rule.host.split(".")
    for first in range(len(labels)):
        yield ScopeKind.DOMAIN, ".".join(labels[first:])


def distinct(rules: Iterable[Rule]) -> list[Rule]:
    """Return each place once, ordered by its name read from the top."""
    found = {(rule.kind, rule.value): rule for rule in rules}
    return sorted(found.values(), key=lambda rule: (rule.host.split(".")[::-1], rule.path, rule.kind))


def registry_of(locator: str) -> str:
    """Return the registry that a declaration's page lies at."""
    return locator.removeprefix("https://").partition("/d/")[0]
