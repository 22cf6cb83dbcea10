"""The files at fixed places of a site that speak of AI: `tdmrep.json`, Spawning's `ai.txt`, `trust.txt`.

Many sites answer any address with a page and status 200: what looks like a page is no signal.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.files.charset import ascii_lines, is_binary
from crawler_filter.preference import Preference, Usage, combine
from crawler_filter.signals import ai_txt, tdmrep
from crawler_filter.signals.agents import NO_AGENTS, UsagesByToken
from crawler_filter.signals.doubtful import refusals
from crawler_filter.signals.headers import only_refusing
from crawler_filter.signals.meanings import means
from crawler_filter.signals.refusing_words import says_no
from crawler_filter.signals.robots.look_alikes import UNSEEN, decoded
from crawler_filter.signals.signal import MAX_RULE, Family, Signal

AI_TXT: Final = "/ai.txt"
AI_LICENSE_TXT: Final = "/ai-license.txt"
"""The place of the plug-in of Copyright.sh for WordPress, which states what its meta tag `ai-license` does."""
AI_TXTS: Final = (AI_TXT, "/.well-known/ai.txt", "/.well-known/ai.json", AI_LICENSE_TXT)
"""Spawning's place, those of draft-car-ai-txt-wellknown, of which one is in JSON, and that of licences for AI."""
TRUST_TXT: Final = ("/trust.txt", "/.well-known/trust.txt")
MAX_BYTES: Final = 2 << 20
"""How long a file may be; a longer one could not be checked."""

_TRAINING = re.compile(
    r"(?:^|[\r\n{,])[ \t\"'*+>\u2022-]{0,20}(?:data|ai|data[-_ ]?ai)?[-_ ]?training(?:[-_ ]?all?ow(?:ed)?)?[\"']?"
    r"[ \t]*([=:]|[ \t](?=no\b))[ \t]*([^\r\n#,;}]*)",
    re.IGNORECASE,
)
_EQUALS: Final = {**UNSEEN, **str.maketrans("\uff1d\uff1a\u00a0\u3000", "=:  ")}
_NOT_STANDARD: Final = Sentence("datatrainingallowed must be yes or no")

_NO_STANDARD: Final = Sentence("this file is in no standard: only refusals count")
_BINARY: Final = Sentence("no text; it may still be compressed")
_LONG: Final = Sentence("longer than the %(most)s bytes that are read", most=MAX_BYTES)
_GUESSED: Final = Sentence("not in UTF-8: only refusals count, in every encoding that it fits")


def read(path: str, data: str | bytes, url: str, *, other_agents: UsagesByToken = NO_AGENTS) -> Iterator[Signal]:
    """Yield what the file at `path` of a site says about `url`. Raises KeyError for a path that is not known.

    `other_agents` are product tokens whose refusals count besides (`agents.usages_by_token`).
    """
    family, reader = _READERS[path]
    octets = ascii_lines(data)
    if is_binary(octets):
        yield Signal(family, "", path, warning=_BINARY, unchecked=True)
    elif len(octets) > MAX_BYTES:
        yield Signal(family, "", path, warning=_LONG, unchecked=True)
    elif not octets.lstrip().startswith(b"<"):
        text = octets.decode("utf-8", "surrogateescape")
        said = list(reader(text, url, path, other_agents))
        yield from said
        for other in decoded(text) if not text.isascii() else ():
            again = reader(other, url, path, other_agents) if other != text else ()
            # in an encoding of which nothing tells that it is the right one
            yield from (only_refusing(signal, _GUESSED) for signal in again if refusals(signal.preferences))


def _trust_txt(text: str, _: str, locator: str, _agents: UsagesByToken) -> Iterator[Signal]:
    found = _TRAINING.findall(text.translate(_EQUALS))
    every = [(sign, value.strip(" \t\"'").lower()) for sign, value in found]
    said = [(sign, value) for sign, value in every if sign == "=" or _stated(sign, value)]
    known = [statement for sign, value in said if (statement := _stated(sign, value))]
    is_written_right = all(value in ("yes", "no") for _, value in said)
    usages = {usage for statement in known for usage in statement}
    preferences: dict[object, Preference] = {
        usage: combine(statement[usage] for statement in known if usage in statement) for usage in usages
    }
    if said:
        rule = "; ".join(f"datatrainingallowed={value}" for _, value in said[:5])
        warning = "" if is_written_right else _NOT_STANDARD
        yield Signal(Family.TRUST_TXT, rule[:MAX_RULE], locator, preferences, warning=warning)  # type: ignore[arg-type]


def _stated(sign: str, value: str) -> Mapping[Usage, Preference]:
    """Return what one line states; what is not written as the specification asks can refuse and never permits."""
    if says_no(value) or value.startswith("いいえ"):
        return means(Family.TRUST_TXT, "datatrainingallowed=no") or {}
    return (means(Family.TRUST_TXT, f"datatrainingallowed={value}") if sign == "=" else None) or {}


def _ai_license_txt(text: str, url: str, locator: str, agents: UsagesByToken) -> Iterator[Signal]:
    """Read a file of licences for AI, in which nothing that is permitted is believed."""
    yield from ai_txt.read_licenses(text, locator, agents)
    yield from (only_refusing(signal, _NO_STANDARD) for signal in ai_txt.read(text, url, locator, agents))


def _tdmrep(text: str, url: str, _: str, _agents: UsagesByToken) -> Iterator[Signal]:
    yield from tdmrep.read_file(text, url)


_Reader = Callable[[str, str, str, UsagesByToken], Iterator[Signal]]
_READERS: Final[Mapping[str, tuple[Family, _Reader]]] = {
    tdmrep.FILE: (Family.TDMREP, _tdmrep),
    **dict.fromkeys(AI_TXTS, (Family.AI_TXT, ai_txt.read)),
    AI_LICENSE_TXT: (Family.AI_TXT, _ai_license_txt),
    **dict.fromkeys(TRUST_TXT, (Family.TRUST_TXT, _trust_txt)),
}
PATHS: Final = frozenset(_READERS)
"""Where the files are, below the root of a host."""
