"""Lines and groups of robots.txt (RFC 9309 section 2.1 and 2.2), and of ai.txt, which borrows them.

What the reference implementation of the RFC forgives is forgiven here too: a missing colon between exactly two
words, and the misspellings of `Disallow` and `User-agent` that it knows.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from crawler_filter.charset import ascii_lines
from crawler_filter.signals.agents import EVERYBODY, product_token

MAX_BYTES: Final = 500 * 1024
"""How much of a file is read (RFC 9309 section 2.5)."""


class Key(StrEnum):
    """What a line that this package reads says, in the spelling of the standard."""

    AGENT = "User-agent"
    ALLOW = "Allow"
    DISALLOW = "Disallow"
    USAGE = "Content-Usage"
    SIGNAL = "Content-Signal"
    LICENSE = "License"


_KEYS: Final = {
    "user-agent": Key.AGENT,
    "useragent": Key.AGENT,
    "user agent": Key.AGENT,
    "allow": Key.ALLOW,
    "disallow": Key.DISALLOW,
    "dissallow": Key.DISALLOW,
    "dissalow": Key.DISALLOW,
    "disalow": Key.DISALLOW,
    "diasllow": Key.DISALLOW,
    "disallaw": Key.DISALLOW,
    "content-usage": Key.USAGE,
    "content-signal": Key.SIGNAL,
    "license": Key.LICENSE,
}
_LINE_END = re.compile(r"\r\n|\r|\n")

CRAWL_RULES: Final = frozenset({Key.ALLOW, Key.DISALLOW})
"""The rules of RFC 9309: with them a group's list of names ends."""

AIPREF_RULES: Final = CRAWL_RULES | {Key.USAGE}
"""The same with draft-ietf-aipref-attach-05, which makes `Content-Usage` a rule."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that says something. `written` is its key as it was spelled."""

    number: int
    key: Key
    value: str
    written: str

    @property
    def text(self) -> str:
        """The line without its comment."""
        return f"{self.written}: {self.value}"


@dataclass(frozen=True, slots=True)
class Document:
    """A file's lines. `truncated` tells that there was more than `MAX_BYTES` of it."""

    lines: tuple[Line, ...]
    truncated: bool


def read_lines(data: str | bytes) -> Document:
    """Read a file; bytes are UTF-8, others are kept as the octets they are. Nothing raises."""
    octets = ascii_lines(data)
    truncated = len(octets) > MAX_BYTES
    if truncated:
        # the line that was cut says something else than its author wrote
        octets = octets[: max(octets.rfind(b"\n", 0, MAX_BYTES), octets.rfind(b"\r", 0, MAX_BYTES)) + 1]
    return Document(tuple(_lines(octets.decode("utf-8", "surrogateescape"))), truncated)


def _lines(text: str) -> Iterator[Line]:
    for number, content in enumerate(_LINE_END.split(text), 1):
        line = content.partition("#")[0].strip()
        written, colon, value = line.partition(":")
        key = _KEYS.get(written.strip().lower())
        if key is not None and colon:
            yield Line(number, key, value.strip(), written.strip())
        elif line and not colon and (found := _without_colon(number, line)):
            yield found


def _without_colon(number: int, line: str) -> Line | None:
    words = line.split(None, 2)
    key = _KEYS.get(words[0].lower()) if len(words) == 2 else None
    return Line(number, key, words[1], words[0]) if key else None


@dataclass(slots=True)
class Groups:
    """The lines that each name is addressed by. `outside` are those before any `User-agent` line."""

    lines: list[list[Line]] = field(default_factory=list)
    by_name: dict[str, list[int]] = field(default_factory=dict)
    outside: list[Line] = field(default_factory=list)

    def of(self, token: str) -> tuple[int, ...]:
        """Return the numbers of the groups an agent reads: all that name it, or else those for everybody."""
        return tuple(self.by_name.get(token or EVERYBODY) or self.by_name.get(EVERYBODY) or ())


def group(lines: Sequence[Line], rules: frozenset[Key]) -> Groups:
    """Put lines into groups, where a `User-agent` line after one of `rules` starts a new one."""
    groups = Groups()
    current: list[Line] | None = None
    ended = True
    for line in lines:
        if line.key is Key.AGENT:
            if ended or current is None:
                current = []
                groups.lines.append(current)
                ended = False
            numbers = groups.by_name.setdefault(_name(line.value), [])
            if not numbers or numbers[-1] != len(groups.lines) - 1:
                numbers.append(len(groups.lines) - 1)
        elif current is None:
            groups.outside.append(line)
        else:
            current.append(line)
            ended = ended or line.key in rules
    return groups


def _name(value: str) -> str:
    if value.startswith("*") and (len(value) == 1 or value[1].isspace()):
        return EVERYBODY
    return product_token(value)
