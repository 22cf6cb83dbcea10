"""The robots directives about AI, as `X-Robots-Tag` headers and robots meta tags carry them.

Grammar of a header line: directives between commas, each with an optional user agent before it that holds until
the next one of the line, and ends with the line. In a text that may be several lines joined by commas, every
directive without a name of its own may begin a line, and is for everybody then: both readings are made, and every
refusal counts. Directives are case-insensitive. Values with colons (`unavailable_after: 25 Jun 2027 15:00:00 PST`)
are no user agents.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from crawler_filter.errors import Sentence
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.agents import WILDCARD, UsagesByToken, product_token
from crawler_filter.signals.doubtful import DOUBTFUL
from crawler_filter.signals.header_lines import HeaderLine
from crawler_filter.signals.meanings import means
from crawler_filter.signals.refusing_words import NO, TAKEN_BACK, about_ai, letters, refused_by, says_no
from crawler_filter.signals.robots.named import known_agents
from crawler_filter.signals.signal import MAX_RULE, Family, Signal, Warned
from crawler_filter.signals.tdmrep import reserves

_JOINED: Final = Sentence(
    "a library may have joined several lines into this one: a name then holds for its own line only"
)
_WITH_VALUE: Final = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
_EVERY_NAME: Final = frozenset({"", WILDCARD, "robots", "x-robots-tag", "all", "any", "bots"})
_SEPARATOR = re.compile(r"[,;\r\n]")
_WORD = re.compile(r"[a-z0-9_-]+")
_NO_AI: Final = means(Family.ROBOTS_TAG, "noai") or {}
_NO_MINING: Final = means(Family.TDMREP, "tdm-reservation=1") or {}
_LONGEST_REMEMBERED: Final = 60
_AROUND: Final = " \t\"'()[]{}.!"
_HYPHENED: Final = re.compile(r"(?<![a-z])(?:noai|noimageai)(?![a-z])")
"""Such a word in a longer one: `noai-noimageai`."""
_FOR_NO_AI: Final = frozenset({"nonai", "noneai", "notai"})
"""Words that elsewhere say of a work that it was not made by AI."""
_WITHOUT: Final = re.compile(r"[!~\u2212-]\s?(?=[a-z])")
_FIELD = re.compile(r"\s*user-?agent\s*[:=]\s*", re.IGNORECASE)
_PAIR = re.compile(r"\s*([A-Za-z][\w -]{0,40}?)\s*(?:[=:]|\s)\s*([^\s=:][^=:]{0,40})")
_USER_AGENT = re.compile(r"[A-Za-z0-9*._-]+(?:/[A-Za-z0-9._-]*)?")


def directives(line: str) -> Iterator[tuple[str, str]]:
    """Yield each directive of a header line in lower case, and the user agent it is for, empty for everybody."""
    scope = ""
    for part in _SEPARATOR.split(line):
        field = _FIELD.match(part) if "gent" in part else None
        said = part[field.end() :] if field else part
        name, colon, rest = (piece.strip() for piece in said.partition(":"))
        if field and not colon:
            scope = said.strip()
        elif colon and letters(rest) in TAKEN_BACK and refused_by(name):
            continue  # `noai: false`
        elif not colon or means(Family.ROBOTS_TAG, name.lower()) is not None:
            pair = _PAIR.fullmatch(said) if "=" in said or " " in said.strip() else None
            known = _known(pair[1]) if pair else ""
            yield (pair[2].strip().lower(), known) if pair and known else (name.lower(), scope)
        elif name.lower() in _WITH_VALUE:
            yield from ((word.lower(), scope) for word in rest.split()[1:])
        elif named := _named(name):
            scope = named
            yield rest.partition(":")[0].strip().lower(), scope


def _named(name: str) -> str:
    """Return the user agent before a colon, a known one also with other signs in its name; empty for others."""
    return name if _USER_AGENT.fullmatch(name) else _known(name)


def _known(name: str) -> str:
    return known_agents().get(letters(name), "")


def read_header(line: HeaderLine, agent: str, other_agents: UsagesByToken, locator: str) -> Signal | None:
    """Return what one `X-Robots-Tag` line says about AI and search to `agent`, or None where it says nothing."""
    refused: dict[Usage, Preference] = {}
    stated: dict[Usage, Preference] = {}
    for directive, scope in directives(line.value):
        said = _refused(directive, _scope_name(scope), agent, other_agents) or _as_pair(scope, directive)
        refused |= said
        if said and means(Family.ROBOTS_TAG, directive):
            stated |= said
    warning: Warned = DOUBTFUL if len(stated) < len(refused) else ""
    if (
        line.is_joined
        and _SEPARATOR.search(line.value)
        and (for_all := _refused_if_joined(line.value, agent, other_agents)).items() - refused.items()
    ):
        refused |= for_all
        warning = _JOINED
    rule = line.value.strip()[:MAX_RULE]
    return Signal(Family.ROBOTS_TAG, rule, locator, refused, warning=warning) if refused else None


def _refused_if_joined(text: str, agent: str, other_agents: UsagesByToken) -> dict[Usage, Preference]:
    """Return what is refused where every separator in a text may be the end of a line."""
    refused: dict[Usage, Preference] = {}
    for part in _SEPARATOR.split(text):
        for directive, scope in directives(part):
            refused |= _refused(directive, _scope_name(scope), agent, other_agents) or _as_pair(scope, directive)
    return refused


def read_meta(name: str, content: str, agent: str, other_agents: UsagesByToken, locator: str) -> Signal | None:
    """Return what `<meta name=… content=…>` says about AI and search to `agent`, or None where it says nothing."""
    refused: dict[Usage, Preference] = {}
    stated: dict[Usage, Preference] = {}
    for directive in map(str.strip, _SEPARATOR.split(content.lower())):
        said = _refused(directive, _scope_name(name), agent, other_agents)
        refused |= said
        if said and means(Family.ROBOTS_TAG, directive):
            stated |= said
    warning: Warned = DOUBTFUL if len(stated) < len(refused) else ""
    rule = f'<meta name="{name.strip()}" content="{content.strip()}">'
    return Signal(Family.ROBOTS_TAG, rule[:MAX_RULE], locator, refused, warning=warning) if refused else None


def _scope_name(name: str) -> str:
    lower = name.strip().lower()
    scope = product_token(lower)
    return "" if lower in _EVERY_NAME or scope in _EVERY_NAME else scope


def _refused(directive: str, scope: str, agent: str, other_agents: UsagesByToken) -> Mapping[Usage, Preference]:
    said = means(Family.ROBOTS_TAG, directive) or _in_words(directive)
    if not said and scope and says_no(directive):
        said = _NO_AI  # `<meta name="GPTBot" content="disallow">`
    if not said:
        return {}
    if not scope or scope == product_token(agent):
        return said
    stands_for = other_agents.get(known_agents().get(letters(scope), scope), ())
    if Usage.SEARCH in said:  # who collects for AI builds no index: the word can only be meant for what it does
        return dict.fromkeys(stands_for, Preference.DISALLOWED)
    return {usage: preference for usage, preference in said.items() if usage in stands_for}


def _in_words(directive: str) -> Mapping[Usage, Preference]:
    """Return what `_said_in_words` does; sites send the same few directives again and again."""
    return _remembered(directive) if len(directive) <= _LONGEST_REMEMBERED else _said_in_words(directive)


@lru_cache(maxsize=1024)
def _remembered(directive: str) -> Mapping[Usage, Preference]:
    return _said_in_words(directive)


def _said_in_words(directive: str) -> Mapping[Usage, Preference]:
    """Return what the words of a directive say that was written without commas, in quotes, or in other words."""
    is_pair = "=" in directive or ":" in directive
    pair = _PAIR.fullmatch(directive) if is_pair or " " in directive else None
    if pair and is_pair and letters(pair[2]) in TAKEN_BACK and refused_by(pair[1]):
        return {}  # `noai=false`
    said = dict(_as_pair(pair[1], pair[2])) if pair else {}  # `ai=no`
    said |= refused_by(directive.strip(_AROUND))
    if without := _WITHOUT.match(directive):  # `-ai`
        said |= dict.fromkeys(about_ai(directive[without.end() :]), Preference.DISALLOWED)
    if letters(directive) in _FOR_NO_AI or _HYPHENED.search(directive):
        said |= _NO_AI
    # an input method for Japanese leaves wide letters
    for word in _WORD.findall(directive if directive.isascii() else normalize("NFKC", directive).lower()):
        said |= means(Family.ROBOTS_TAG, word) or refused_by(word)
    return said


def _as_pair(name: str, value: str) -> Mapping[Usage, Preference]:
    """Return what the name of a use and an answer refuse, as other standards have them."""
    if letters(name) == "tdmreservation":
        return _NO_MINING if reserves(value) else {}
    named = about_ai(name) if says_no(value) else about_ai(value) if letters(name) in NO else ()  # `no: ai`
    return dict.fromkeys(named, Preference.DISALLOWED)
