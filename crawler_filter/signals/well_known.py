"""The files at fixed places of a site that speak of AI: `tdmrep.json`, Spawning's `ai.txt`, `trust.txt`.

Many sites answer any address with a page and status 200: what looks like a page is no signal.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.files.charset import ascii_lines, is_binary
from crawler_filter.preference import Preference, combine
from crawler_filter.signals import ai_txt, tdmrep
from crawler_filter.signals.agents import NO_AGENTS, UsagesByToken
from crawler_filter.signals.meanings import means
from crawler_filter.signals.signal import MAX_RULE, Family, Signal

AI_TXT: Final = "/ai.txt"
AI_TXTS: Final = (AI_TXT, "/.well-known/ai.txt")
"""Spawning's place, and that of draft-car-ai-txt-wellknown."""
TRUST_TXT: Final = ("/trust.txt", "/.well-known/trust.txt")
MAX_BYTES: Final = 2 << 20
"""How long a file may be; a longer one could not be checked."""

# A colon can only have been meant for the sign; what is permitted behind one is not written as the standard asks.
_TRAINING = re.compile(
    r"(?:^|[\r\n])[ \t]*datatrainingallowed[ \t]*(?:=[ \t]*([^\s#]*)|:[ \t]*(no)\b)", re.IGNORECASE
)

_BINARY: Final = Sentence("no text; it may still be compressed")
_LONG: Final = Sentence("longer than the %(most)s bytes that are read", most=MAX_BYTES)


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
        yield from reader(octets.decode("utf-8", "surrogateescape"), url, path, other_agents)


def _trust_txt(text: str, _: str, locator: str, _agents: UsagesByToken) -> Iterator[Signal]:
    said = [(value or after_colon).strip("\"'").lower() for value, after_colon in _TRAINING.findall(text)]
    known = [known for value in said if (known := means(Family.TRUST_TXT, f"datatrainingallowed={value}"))]
    warning = "" if len(known) == len(said) else Sentence("datatrainingallowed must be yes or no")
    usages = {usage for statement in known for usage in statement}
    preferences: dict[object, Preference] = {
        usage: combine(statement[usage] for statement in known if usage in statement) for usage in usages
    }
    if said:
        rule = "; ".join(f"datatrainingallowed={value}" for value in said[:5])
        yield Signal(Family.TRUST_TXT, rule[:MAX_RULE], locator, preferences, warning=warning)  # type: ignore[arg-type]


def _tdmrep(text: str, url: str, _: str, _agents: UsagesByToken) -> Iterator[Signal]:
    yield from tdmrep.read_file(text, url)


_Reader = Callable[[str, str, str, UsagesByToken], Iterator[Signal]]
_READERS: Final[Mapping[str, tuple[Family, _Reader]]] = {
    tdmrep.FILE: (Family.TDMREP, _tdmrep),
    **dict.fromkeys(AI_TXTS, (Family.AI_TXT, ai_txt.read)),
    **dict.fromkeys(TRUST_TXT, (Family.TRUST_TXT, _trust_txt)),
}
PATHS: Final = frozenset(_READERS)
"""Where the files are, below the root of a host."""
