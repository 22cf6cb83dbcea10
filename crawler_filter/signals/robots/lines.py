"""Lines and groups of robots.txt (RFC 9309 section 2.1 and 2.2), and of ai.txt, which borrows them.

What the reference implementation of the RFC forgives is forgiven here too: a missing colon between exactly two
words, and the misspellings of `Disallow` and `User-agent` that it knows.

Lines that were typed in full-width letters, or that a page was put around, are no lines of the standard. What they
refuse can mean nothing else, so they are kept apart, for a reading that can only restrict.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from crawler_filter.files.charset import ascii_lines
from crawler_filter.signals.agents import WILDCARD, product_token

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
_TAG = re.compile(r"<[/!A-Za-z][^<>]{0,500}>")
_NARROW: Final = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_REFUSING: Final = frozenset({Key.AGENT, Key.DISALLOW})

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
    """A file's lines. `truncated` tells that there was more than `MAX_BYTES` of it.

    `doubtful` are lines that only a lenient reader sees: names of agents, and what is refused to them.
    """

    lines: tuple[Line, ...]
    truncated: bool
    doubtful: tuple[Line, ...] = ()


def read_lines(data: str | bytes) -> Document:
    """Read a file; bytes are UTF-8, others are kept as the octets they are. Nothing raises."""
    octets = ascii_lines(data)
    truncated = len(octets) > MAX_BYTES
    if truncated:
        # the line that was cut says something else than its author wrote
        octets = octets[: max(octets.rfind(b"\n", 0, MAX_BYTES), octets.rfind(b"\r", 0, MAX_BYTES)) + 1]
    texts = _LINE_END.split(octets.decode("utf-8", "surrogateescape"))
    lines = tuple(line for number, text in enumerate(texts, 1) if (line := _line(number, text)))
    return Document(lines, truncated, tuple(_doubtful(texts)))


def _line(number: int, text: str) -> Line | None:
    line = text.partition("#")[0].strip()
    written, colon, value = line.partition(":")
    key = _KEYS.get(written.strip().lower())
    if key is not None and colon:
        return Line(number, key, value.strip(), written.strip())
    return _without_colon(number, line) if line and not colon else None


def _without_colon(number: int, line: str) -> Line | None:
    words = line.split(None, 2)
    key = _KEYS.get(words[0].lower()) if len(words) == 2 else None
    return Line(number, key, words[1], words[0]) if key else None


def _doubtful(texts: Sequence[str]) -> Iterator[Line]:
    """Yield the lines that say something once tags and full-width signs are taken away, and did not before."""
    for number, text in enumerate(texts, 1):
        if text.isascii() and "<" not in text:
            continue
        line = _lenient(number, text)
        if line and line.key in _REFUSING and line != _line(number, text):
            yield line


def _lenient(number: int, text: str) -> Line | None:
    text = _TAG.sub("", text)
    narrow = text.translate(_NARROW)
    line = _line(number, narrow)
    if line is None or line.key is Key.AGENT:
        return line
    # behind the first sign of a path, full-width letters are part of it
    start = narrow.find(":") + 1
    start += len(narrow[start:]) - len(narrow[start:].lstrip()) + 1
    return _line(number, narrow[:start] + text[start:])


@dataclass(slots=True)
class Groups:
    """The lines that each name is addressed by. `outside` are those before any `User-agent` line.

    `is_lenient` where doubtful lines are among them, so that nothing they permit is believed.
    """

    lines: list[list[Line]] = field(default_factory=list)
    by_name: dict[str, list[int]] = field(default_factory=dict)
    outside: list[Line] = field(default_factory=list)
    is_lenient: bool = False

    def of(self, token: str) -> tuple[int, ...]:
        """Return the numbers of the groups an agent reads: all that name it, or else those for everybody."""
        return tuple(self.by_name.get(token or WILDCARD) or self.by_name.get(WILDCARD) or ())


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


def leniently(document: Document) -> list[Groups]:
    """Return the groups with the doubtful lines in their places, or nothing where there are none."""
    if not document.doubtful:
        return []
    groups = group(sorted((*document.lines, *document.doubtful), key=lambda line: line.number), CRAWL_RULES)
    groups.is_lenient = True
    return [groups]


def _name(value: str) -> str:
    if value.startswith("*") and (len(value) == 1 or value[1].isspace()):
        return WILDCARD
    return product_token(value)
