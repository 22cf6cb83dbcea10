"""What a block list cannot say of the places it is made of: counted, and told to whoever writes it."""

from collections.abc import Sequence

from crawler_filter.exports.formats import WITHOUT_PATHS, Rule, is_marked
from crawler_filter.formats.counts import number_of
from crawler_filter.formats.record import ScopeKind


def left_out(name: str, rules: Sequence[Rule]) -> int:
    """Count the places that a format has no words for."""
    return 0 if name not in WITHOUT_PATHS else sum(not rule.is_whole for rule in rules)


def shortfalls(name: str, rules: Sequence[Rule]) -> list[str]:
    """Return what tools of a format take in too little or too much, a line for each, with counts."""
    domains = [rule for rule in rules if rule.kind is ScopeKind.DOMAIN]
    folders = [rule for rule in rules if rule.kind is ScopeKind.PREFIX]
    pages = [rule for rule in rules if rule.kind is ScopeKind.URL]
    if name in WITHOUT_PATHS:
        return _lines(
            (left_out(name, rules), "part of a site", "parts of sites",
             "left out, for which the format has no words"),
            (len(domains), "domain", "domains", "covered with www. alone: add other names below that you know"),
        )  # fmt: skip
    if name == "surt":
        return _lines(
            (len(folders), "folder", "folders", f"covered without the page itself, such as /bob for /bob/ {_SEE}"),
            (len(pages), "address", "addresses", f"covered with all that begins alike {_SEE}"),
            (len(folders) + len(pages), "part of a site", "parts of sites",
             "covered on the usual port alone, in upper and lower case"),
        )  # fmt: skip
    if name == "adblock":
        marked = [rule for rule in rules if is_marked(rule)]
        return _lines(
            (sum(rule.kind is ScopeKind.URL for rule in marked), "address", "addresses",
             "with * or $ covered with all that begins alike"),
            (sum(rule.kind is ScopeKind.PREFIX for rule in marked), "folder", "folders",
             "with * or $ covered without the page itself"),
            (len(folders) + len(pages), "part of a site", "parts of sites",
             "covered on the usual port alone, in upper and lower case"),
        )  # fmt: skip
    return []


_SEE = "(--format regex is exact)"


def _lines(*counted: tuple[int, str, str, str]) -> list[str]:
    return [f"{number_of(count, one, many)} {words}" for count, one, many, words in counted if count]
