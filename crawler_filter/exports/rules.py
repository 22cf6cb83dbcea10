"""What is exported: places with their clear names, each of them asked of the filter before it is written.

A snapshot holds no clear names, so they come from elsewhere: from the operator's own lists, which have them, or
from names that the operator has, such as the hosts of a frontier. Of those only what is reserved is written.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from crawler_filter.exports.formats import Rule
from crawler_filter.filter import Filter
from crawler_filter.finding import Source
from crawler_filter.formats.record import ScopeKind
from crawler_filter.lists.compiling import entries_in
from crawler_filter.lists.reading import Refused, read_list
from crawler_filter.sync.list_folder import About


def of_list(folder: Path) -> Iterator[Rule]:
    """Yield the places in an operator's own list, by what the list says."""
    about = About.read(folder)
    for _, entry in entries_in(folder, about):
        if entry.kind.is_location:
            yield Rule(entry.kind, entry.value, about.name, entry.reason)


def among(optout: Filter, path: Path) -> Iterator[Rule]:
    """Yield the places in a file of names, one a line, that the filter excludes, by the rule that covers each."""
    for entry in read_list(path):
        if isinstance(entry, Refused) or not entry.kind.is_location:
            continue
        decision = optout.check(f"https://{entry.value}")
        for finding in decision.findings:
            kind, _, value = finding.rule.partition(" ")
            if (
                finding.decides
                and not decision.keep
                and finding.source is Source.REGISTRY
                and kind in set(ScopeKind)
            ):
                yield Rule(ScopeKind(kind), value, registry_of(finding.locator), finding.locator)


def distinct(rules: Iterable[Rule]) -> list[Rule]:
    """Return each place once, ordered by its name read from the top."""
    found = {(rule.kind, rule.value): rule for rule in rules}
    return sorted(found.values(), key=lambda rule: (rule.host.split(".")[::-1], rule.path, rule.kind))


def registry_of(locator: str) -> str:
    """Return the registry that a declaration's page lies at."""
    return locator.removeprefix("https://").partition("/d/")[0]
