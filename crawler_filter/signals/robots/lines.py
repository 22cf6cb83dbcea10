"""Lines and groups of robots.txt (RFC 9309 section 2.1 and 2.2), and of ai.txt, which borrows them.

What the reference implementation of the RFC forgives is forgiven here too: a missing colon between exactly two
words, and the misspellings of `Disallow` and `User-agent` that it knows.

What is no line of the standard and can mean nothing else is in a second reading, which can only restrict.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.files.charset import ascii_lines
from crawler_filter.signals.agents import WILDCARD, product_token
from crawler_filter.signals.refusing_words import letters
from crawler_filter.signals.robots import lenient
from crawler_filter.signals.robots.keys import Key, Line
from crawler_filter.signals.robots.ordinary import scan

MAX_BYTES: Final = 500 * 1024
"""How much of a file is read (RFC 9309 section 2.5)."""


LICENSE_ELSEWHERE: Final = frozenset(
    {"licence", "rsl", "rsl-license", "rsl-licence", "x-license", "license-url", "license-file", "ai-license"}
)
"""Other names of a line with the address of an RSL licence."""
_OF_RSL: Final = re.compile(r"https?://\S*(?:\.xml|\brsl)\b\S*", re.IGNORECASE)
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
    **dict.fromkeys(LICENSE_ELSEWHERE, Key.LICENSE),
}
_PAGE = re.compile(rb"\s*<(?:!doctype|html|head|\?xml|!--)", re.IGNORECASE)

CRAWL_RULES: Final = frozenset({Key.ALLOW, Key.DISALLOW})
"""The rules of RFC 9309: with them a group's list of names ends."""

AIPREF_RULES: Final = CRAWL_RULES | {Key.USAGE}
"""The same with draft-ietf-aipref-attach-05, which makes `Content-Usage` a rule."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file's lines. `truncated` tells that there was more than `MAX_BYTES` of it.

    `meant` are its lines in the second reading (`lenient`), none where that is the same, and `is_whole` tells
    whether all of them were read in that way.
    """

    lines: tuple[Line, ...]
    truncated: bool
    meant: tuple[Line, ...] = ()
    is_whole: bool = True


def read_lines(data: str | bytes) -> Document:
    """Read a file; bytes are UTF-8, others are kept as the octets they are. Nothing raises."""
    octets = ascii_lines(data)
    truncated = len(octets) > MAX_BYTES
    if truncated:
        # the line that was cut says something else than its author wrote
        octets = octets[: max(octets.rfind(b"\n", 0, MAX_BYTES), octets.rfind(b"\r", 0, MAX_BYTES)) + 1]
    text = octets.decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n")
    texts = text.split("\n")
    scanned = scan(text, texts, _line)
    if _PAGE.match(octets):  # the licence of a style sheet is not the site's
        strictly = [
            None if line and line.key is Key.LICENSE and "://" not in line.value else line
            for line in scanned.strictly
        ]
        scanned = scanned._replace(strictly=strictly)
    reading = lenient.read(text, texts, scanned)
    return Document(tuple(filter(None, scanned.strictly)), truncated, reading.lines, reading.is_whole)


TOO_MUCH_TO_READ: Final = Sentence(
    "more than %(most)s lines that are not written as the standard asks; what the others mean is not known",
    most=lenient.MAX_LINES,
)


def _line(number: int, text: str) -> Line | None:
    line = text.partition("#")[0].strip()
    written, colon, value = line.partition(":")
    key = _KEYS.get(written.strip().lower())
    if key is not None and colon and (written.strip().lower() not in LICENSE_ELSEWHERE or _OF_RSL.search(value)):
        return Line(number, key, value.strip(), written.strip())
    return _without_colon(number, line) if line and not colon else None


def _without_colon(number: int, line: str) -> Line | None:
    words = line.split(None, 2)
    key = _KEYS.get(words[0].lower()) if len(words) == 2 else None
    if words[0].lower() in LICENSE_ELSEWHERE:
        return None
    return Line(number, key, words[1], words[0]) if key else None


@dataclass(slots=True)
class Groups:
    """The lines that each name is addressed by. `outside` are those before any `User-agent` line.

    `is_lenient` in the second reading, where nothing that is permitted is believed.
    """

    lines: list[list[Line]] = field(default_factory=list)
    by_name: dict[str, list[int]] = field(default_factory=dict)
    outside: list[Line] = field(default_factory=list)
    is_lenient: bool = False

    def of(self, token: str) -> tuple[int, ...]:
        """Return the numbers of the groups an agent reads: all that name it, or else those for everybody."""
        return tuple(self.by_name.get(token or WILDCARD) or self.by_name.get(WILDCARD) or ())

    def spelled_otherwise(self, token: str) -> tuple[int, ...]:
        """Return the numbers of the groups that name an agent with other signs alone: `Example-Bot`."""
        if token in self.by_name or not (own := letters(token)):
            return ()
        others = [name for name in self.by_name if len(name) >= len(own) and letters(name) == own]
        return tuple(sorted({number for name in others for number in self.by_name[name]}))


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
    """Return the groups of the second reading, where that differs, and of a file that is upside down."""
    lines = document.meant or document.lines
    readings = [document.meant] if document.meant else []
    if _is_upside_down(lines):
        readings.append(lines[::-1])
    found = [group(reading, CRAWL_RULES) for reading in readings]
    for groups in found:
        groups.is_lenient = True
    return found


def _is_upside_down(lines: Sequence[Line]) -> bool:
    """Tell whether each name stands below its rules: the first line is one, and no blank line parts the two."""
    if not lines or lines[-1].key is not Key.AGENT:
        return False
    first = next(line for line in lines if line.key is Key.AGENT or line.key in CRAWL_RULES)
    return first.key is not Key.AGENT and all(
        below.number - above.number <= 1
        for above, below in pairwise(lines)
        if above.key in CRAWL_RULES and below.key is Key.AGENT
    )


def _name(value: str) -> str:
    if value.startswith("*") and (len(value) == 1 or value[1].isspace()):
        return WILDCARD
    return product_token(value)
