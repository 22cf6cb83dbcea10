"""Paths and path patterns of the Robots Exclusion Protocol (RFC 9309 section 2.2.2), which TDMRep and RSL share.

Both sides are brought to one spelling first: every printable ASCII character stands for itself, every other octet
is an upper-case escape, and so are `/`, `%`, `*` and `$` where they were escaped. Matching never backtracks: the
literals of a pattern are looked for from left to right, each once.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from crawler_filter.errors import InvalidUrlError
from crawler_filter.formats.urls import href

T = TypeVar("T")

MAX_WORK: Final = 20_000_000
"""Characters that the wildcard rules of one group may go through for one path; more is not decided at all."""

# Possessive, so linear. Left to the slower way: escapes, fragments, `*` and `$`, backslashes, other schemes, and
# path segments that start with a dot, which an HTTP client takes away before it asks.
_NORMAL_URL = re.compile(r"(?>(?:https?://[^/?#\\]++)?)(/[!\"&-)+-\[\]-~]*+)").fullmatch
_TO_CHANGE = re.compile(r"%[0-9A-Fa-f]{2}|[^!-~]|[%$*]")
_PATTERN_TO_CHANGE = re.compile(r"%[0-9A-Fa-f]{2}|[^!-~]|[%$]")
_STAYS_ESCAPED: Final = frozenset(b"%/*$")
_STARS = re.compile(r"\*+")
_AUTHORITY = re.compile(r"(?:[Hh][Tt][Tt][Pp][Ss]?:[/\\]*+|[A-Za-z][A-Za-z0-9+.-]*+:[/\\]{2})[^/?#\\]*+")
# What the URL Standard (section 4.4) takes away around a URL; what it takes away within, `href` does.
_AROUND: Final = "".join(map(chr, range(0x21)))


def path_of(url: str) -> str:
    """Return the path and query of a URL in the one spelling; a path alone is taken as it is."""
    normal = None if "/." in url else _NORMAL_URL(url)
    return normal[1] if normal else _normalised_path(url)


def _normalised_path(url: str) -> str:
    url = url.strip(_AROUND)
    authority = _AUTHORITY.match(url)
    rest = (url[authority.end() :] if authority else url).partition("#")[0]
    # a client sends a backslash as an escape, where the standard's parser makes it a slash
    rest = rest.replace("\\", "%5C")
    try:
        rest = href(f"http://h{'' if rest.startswith('/') else '/'}{rest}")[len("http://h") :]
    except InvalidUrlError:
        rest = rest if rest.startswith("/") else f"/{rest}"
    return _TO_CHANGE.sub(_respelled, rest)


def _respelled(found: re.Match[str]) -> str:
    text = found[0]
    if len(text) == 3:
        octet = int(text[1:], 16)
        return chr(octet) if 0x21 <= octet <= 0x7E and octet not in _STAYS_ESCAPED else text.upper()
    try:
        octets = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        octets = b"?"
    return "".join(f"%{octet:02X}" for octet in octets)


def path_pattern(location: str) -> str:
    """Return the path pattern of a location that may be written as a URL, or without its first slash."""
    authority = _AUTHORITY.match(location)
    path = location[authority.end() :] if authority else location
    return path if path.startswith(("/", "*")) else f"/{path}"


class Pattern:
    """A path pattern: `*` is any run of characters, a closing `$` the end of the path, all else a literal.

    `length` is its octets in the one spelling: the measure of how specific it is.
    """

    __slots__ = ("anchored", "length", "needle", "parts", "text")

    def __init__(self, text: str) -> None:
        self.anchored = text.endswith("$")
        body = _PATTERN_TO_CHANGE.sub(_respelled, text.removesuffix("$"))
        self.text = body + "$" * self.anchored
        self.length = len(self.text)
        self.parts = _STARS.sub("*", body).split("*")
        self.needle = max(self.parts, key=len)

    @property
    def is_plain(self) -> bool:
        """True for a pattern that matches whatever starts with it."""
        return not self.anchored and len(self.parts) == 1

    def matches(self, path: str) -> bool:
        """Tell whether a path from `path_of` matches."""
        first, *others = self.parts
        if not path.startswith(first):
            return False
        if not others:
            return not self.anchored or len(path) == len(first)
        position = len(first)
        last = others.pop()
        for part in others:
            position = path.find(part, position)
            if position < 0:
                return False
            position += len(part)
        if self.anchored:
            return len(path) - len(last) >= position and path.endswith(last)
        return path.find(last, position) >= 0


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """A pattern and what it stands for. Of equally long patterns the one of the higher `rank` speaks."""

    pattern: Pattern
    rank: int
    value: T

    @property
    def priority(self) -> int:
        """Order among rules that match the same path."""
        return 2 * self.pattern.length + self.rank


class TooMuchWorkError(Exception):
    """The wildcards of a group and the length of a path multiply to more than `MAX_WORK`."""


class RuleSet(Generic[T]):
    """The rules of one group, ready for matching; the first of several with one pattern and rank stands."""

    __slots__ = ("_lengths", "_max_path", "_plain", "_prefixes", "_special")

    def __init__(self, rules: Iterable[Rule[T]]) -> None:
        plain: dict[str, Rule[T]] = {}
        special: dict[str, Rule[T]] = {}
        for rule in rules:
            kept = plain if rule.pattern.is_plain else special
            known = kept.get(rule.pattern.text)
            if known is None or rule.rank > known.rank:
                kept[rule.pattern.text] = rule
        self._plain = plain
        self._prefixes = tuple(plain)
        self._lengths = sorted({len(text) for text in plain}, reverse=True)
        ordered = sorted(special.values(), key=lambda rule: rule.priority, reverse=True)
        self._special = [(rule.pattern.needle, rule) for rule in ordered]
        self._max_path = MAX_WORK // len(ordered) if ordered else MAX_WORK

    def match(self, path: str) -> Rule[T] | None:
        """Return the most specific rule that matches a path from `path_of`. Raises TooMuchWorkError."""
        best: Rule[T] | None = None
        if path.startswith(self._prefixes):
            for length in self._lengths:
                best = self._plain.get(path[:length])
                if best is not None:
                    break
        if not self._special:
            return best
        if len(path) > self._max_path:
            raise TooMuchWorkError
        enough = best.priority if best else -1
        for needle, rule in self._special:
            if needle in path and rule.pattern.matches(path):
                return rule if rule.priority > enough else best
        return best
