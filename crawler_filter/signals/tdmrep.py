"""TDMRep, the TDM Reservation Protocol (W3C community report, 10 May 2024), in headers, pages and `tdmrep.json`.

A later, more specific technique replaces an earlier one, even where it relaxes it: file, header, page, EPUB or
PDF. That is decided in `evaluation`; here each technique is read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final
from unicodedata import normalize

from crawler_filter.errors import Sentence
from crawler_filter.formats.terms import Terms
from crawler_filter.preference import Preference
from crawler_filter.signals import safe_json
from crawler_filter.signals.meanings import means
from crawler_filter.signals.refusing_words import FORBIDDEN, letters
from crawler_filter.signals.robots.paths_meant import paths_meant
from crawler_filter.signals.robots.patterns import Pattern, path_of, path_pattern
from crawler_filter.signals.signal import MAX_RULE, Family, Signal, web_link

FILE: Final = "/.well-known/tdmrep.json"
_MEANT_FOR_1: Final = re.compile(
    r"[\s\"'\u2018-\u201f]*(?:\??0*1|true|yes|on|all|(?:all[- ]rights[- ])?reserved?"
    r"|licen[cs]ed?[- ](?:access[- ]only|required))[\s\"'\u2018-\u201f]*(?:;.*)?",
    re.DOTALL | re.IGNORECASE,
)
_ONE_USE: Final = re.compile(
    r"(?:^|[;,\s])(?:ai|train\w*|tdm|all|mining)(?:[-_]\w+)?\s*[=:]\s*[\"']?(?:1|true|reserved?)\b", re.IGNORECASE
)
"""One use among several that a value names: `train=reserved; search-index=allowed`."""
_NAMES: Final = ("location", "tdm-reservation", "tdm-policy")
MAX_RULES: Final = 20_000
MAX_WORK: Final = 20_000_000


def read_values(reservations: Iterable[str], policies: Iterable[str], locator: str) -> Iterator[Signal]:
    """Yield what `tdm-reservation` and `tdm-policy` values say; any other value leaves it unset.

    Where several values of one place differ, the reservation stands. HTTP libraries join lines by commas.
    """
    values = [value.strip() for line in reservations for value in line.split(",")]
    for value in values:
        if value not in ("0", "1"):
            warning = _READ_AS_1 if reserves(value) else _NOTHING
            yield _invalid(f"tdm-reservation: {value}", locator, warning)
    known = ["1" if reserves(value) else value for value in values if reserves(value) or value == "0"]
    policy = next((url.strip() for url in policies if url.strip()), None)
    if known:
        yield _stated(max(known), policy, f"tdm-reservation: {max(known)}", locator)
    elif policy:
        yield _policy_alone(policy, locator.replace("reservation", "policy"))


def read_links(reservations: Iterable[str], policies: Iterable[str], locator: str) -> Iterator[Signal]:
    """Yield what links of the relations `tdm-reservation` and `tdm-policy` say, which the report does not have.

    They can only refuse. One that leads to the file of the origin says what that says: see `evaluation`.
    """
    policy = next(filter(None, policies), None)
    for target in dict.fromkeys(reservations):
        if target.partition("?")[0].endswith(FILE):
            yield Signal(Family.TDMREP, f"tdm-reservation: {target}"[:MAX_RULE], locator, warning=NAMED_FILE)
        elif target.strip() != "0":
            stated = _stated("1", policy or target, f"tdm-reservation: {target}", locator)
            yield replace(stated, warning=_AS_LINK)
    if policy and not any(True for _ in reservations):
        yield _policy_alone(policy, locator)


def _policy_alone(policy: str, locator: str) -> Signal:
    """Return the note that a policy is named where nothing is reserved: its address is all that is said."""
    terms = Terms(policy=web_link(policy))
    return Signal(Family.TERMS, f"tdm-policy: {policy}"[:MAX_RULE], locator, terms=terms, warning=ALONE)


_READ_AS_1: Final = Sentence("must be 0 or 1, so it is read as 1")
_AS_LINK: Final = Sentence("TDMRep has no such link, so most readers overlook it: it counts as a reservation")
ALONE: Final = Sentence("a policy without a reservation: by itself it reserves nothing")
NAMED_FILE: Final = Sentence("a link to tdmrep.json, which says what is reserved")
_NO_VALUE: Final = Sentence("must be 0 or 1, and what is there cannot be read")
_ODD_LOCATION: Final = Sentence("the location is not written as the report asks, so most readers overlook it")
_NOTHING: Final = Sentence("must be 0 or 1, so it says nothing")


def reserves(value: str) -> bool:
    """Tell whether a value is 1 or a word for it, be it quoted, full-width, or with a parameter behind it."""
    said = normalize("NFKC", value[:MAX_RULE])
    is_meant = _MEANT_FOR_1.fullmatch(said) is not None or _ONE_USE.search(said) is not None
    return is_meant or letters(said) in FORBIDDEN


def read_file(data: bytes | str, url: str) -> Iterator[Signal]:
    """Yield what the text of `/.well-known/tdmrep.json` says about `url`.

    The report calls the first matching rule the most specific one and points to Google's longest match for the
    details. Where the two readings differ, the reservation stands.
    """
    try:
        value: Any = safe_json.parse(data, keeps_several=True)
    except safe_json.UnreadableJsonError as error:
        warning = Sentence("nothing is known from it: %(reason)s", reason=error)
        yield _invalid("", FILE, warning, unchecked=True)
        return
    if isinstance(value, dict):
        yield _invalid("{…}", FILE, Sentence("must be an array of rules, even of one; read as one rule"))
        # an interface that answers any address with its own error says nothing about mining
        value = [value] if "tdm" in str(value) else []
    if not isinstance(value, list) or len(value) > MAX_RULES:
        yield _invalid(
            "", FILE, Sentence("must be an array of at most %(most)s rules", most=MAX_RULES), unchecked=True
        )
        return
    yield from _matching_rules([*_readings(value)], path_of(url), url.partition("://")[2].partition("/")[0])


def _readings(rules: list[Any]) -> Iterator[tuple[int, Any]]:
    """Yield each rule with its number, and for each location it names once.

    Of several reservations in one rule the strictest counts, whichever comes last.
    """
    for number, rule in enumerate(rules, 1):
        if not isinstance(rule, Mapping) or not any(isinstance(each, safe_json.Several) for each in rule.values()):
            yield number, rule
            continue
        said = {name: stated[-1] for name in _NAMES if (stated := safe_json.stated(rule, name))}
        for each in filter(_is_reserved, safe_json.stated(rule, "tdm-reservation")):
            said["tdm-reservation"] = each
        for location in safe_json.stated(rule, "location") or (None,):
            yield number, {**said, "location": location}


def _is_reserved(value: object) -> bool:
    return value == 1 or (isinstance(value, str) and reserves(value))


def _matching_rules(rules: list[tuple[int, Any]], path: str, host: str) -> Iterator[Signal]:
    if len(rules) * len(path) > MAX_WORK:
        yield _invalid("", FILE, Sentence("too many rules to try on so long a path"), unchecked=True)
        return
    matching: list[tuple[int, Signal]] = []
    for number, rule in rules:
        locator = f"{FILE} rule {number}"
        location = rule.get("location") if isinstance(rule, Mapping) else None
        if not isinstance(location, str) or "tdm-reservation" not in rule:
            warning = Sentence("must have a location and a tdm-reservation")
            yield _invalid(repr(rule), locator, warning, unchecked=True)
            continue
        pattern = Pattern(path_pattern(location))
        if pattern.matches(path):
            is_own = _is_of_host(location, host)
            if is_own or _is_reserved(rule["tdm-reservation"]):
                said = _rule(rule, locator)
                matching.append((pattern.length, said if is_own else replace(said, warning=_ODD_LOCATION)))
        elif _is_reserved(rule["tdm-reservation"]) and any(
            Pattern(meant).matches(path) for meant in _locations_meant(location, host)
        ):
            matching.append((pattern.length, replace(_rule(rule, locator), warning=_ODD_LOCATION)))
    yield from _speaking(matching)


def _is_of_host(location: str, host: str) -> bool:
    """Tell whether a location is a path, or an address at the host of the site, which may begin with `www.`."""
    _, scheme, rest = location.partition("://")
    named = rest.partition("/")[0].partition(":")[0].lower().removeprefix("www.")
    return not scheme or not host or named == host.lower().partition(":")[0].removeprefix("www.")


def _locations_meant(location: str, host: str) -> Iterator[str]:
    """Yield the patterns that a location which is written otherwise is meant for; they can only reserve."""
    own = location[:MAX_RULE].strip()
    yield from paths_meant(own.replace("**/", "*"))  # in a glob, folders or none
    if host and own.lower().lstrip("/").removesuffix("*").rstrip("/") == host.lower():
        yield "/"


def _speaking(matching: list[tuple[int, Signal]]) -> Iterator[Signal]:
    """Yield the first matching rule, or the longest where that one reserves and the first does not."""
    stating = [(length, signal) for length, signal in matching if signal.preferences]
    yield from (signal for _, signal in matching if not signal.preferences)
    if not stating:
        return
    first = stating[0][1]
    longest = max(stating, key=lambda match: match[0])[1]
    yield longest if Preference.DISALLOWED in longest.preferences.values() else first


def _rule(rule: Mapping[str, Any], locator: str) -> Signal:
    value = rule["tdm-reservation"]
    reserved = _is_reserved(value)
    text = safe_json.as_text(rule)[:MAX_RULE]
    if isinstance(value, (list, dict)):
        return _invalid(text, locator, _NO_VALUE, unchecked=True)
    if not reserved and (value is False or value not in (0, "0")):
        return _invalid(text, locator, _NOTHING)
    policy = rule.get("tdm-policy")
    return _stated("1" if reserved else "0", policy if isinstance(policy, str) else None, text, locator)


def _stated(value: str, policy: str | None, rule: str, locator: str) -> Signal:
    preferences = means(Family.TDMREP, f"tdm-reservation={value}") or {}
    terms = Terms(policy=web_link(policy) if value == "1" else None)
    return Signal(Family.TDMREP, rule[:MAX_RULE], locator, preferences, terms)


def _invalid(rule: str, locator: str, warning: Sentence, *, unchecked: bool = False) -> Signal:
    return Signal(Family.TDMREP, rule[:MAX_RULE], locator, warning=warning, unchecked=unchecked)
