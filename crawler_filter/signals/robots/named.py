"""Whom the value of a `User-agent` line names in the second reading, where it holds more than one name."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Final

from crawler_filter.signals.agents import WILDCARD, default_agents, product_token
from crawler_filter.signals.refusing_words import letters
from crawler_filter.signals.robots.misspelt import COMPANIES, FOR_ALL_OF_AI, is_near

AROUND: Final = " \t\"'\\{}[]()<>\u00b6\u21b5\u23ce"
"""What may stand around a name or a path."""

_SHORTEST: Final = 6
_LONGEST: Final = 40
_ENDINGS: Final = ("s", "ai", "bot", "bots", "crawler", "crawlers", "py")
_LIST_ENDS: Final = re.compile(r"\s*[,;|&+/][,;|&+/\s]*|\s(?:and|or|und)\s", re.IGNORECASE)
_NAME_ENDS: Final = re.compile(r"[,;|&+/\s]*[,;|&+\s]+(?:and\b|or\b|und\b)?[,;|&+\s]*", re.IGNORECASE)
_ESCAPED_END: Final = re.compile(r"\\[rnt]")
_LONGEST_REMARK: Final = 100
_WITH_A_NAME: Final = frozenset(
    {
        "block",
        "blocks",
        "blocked",
        "blocking",
        "for",
        "no",
        "stop",
        "and",
        "or",
        "ban",
        "disallow",
        "openai",
        "anthropic",
        "bot",
    }
)
"""Words beside a name in a remark that leave it what it is."""
_EVERYBODY: Final = frozenset(
    {"all", "any", "everyone", "everybody", "allbots", "allrobots", "allagents", "allcrawlers", "allspiders"}
)
_EVERYBODY_IN_JAPANESE: Final = frozenset(
    {"すべて", "全て", "全部", "全員", "全ボット", "全クロ-ラ-", "すべてのロボット"}
)


def names(value: str) -> Iterator[str]:
    """Yield every name of a value that may hold several. Whoever asks stops where there are too many."""
    if "(" in value:
        yield product_token(value)  # a whole User-Agent header holds one name
        return
    first = value.partition(" ")[0].lower()
    if WILDCARD in first and len(letters(first)) > 1:
        yield from filter(lambda token: fnmatchcase(token, first), known_agents().values())
    elif letters(value) in _EVERYBODY or value in _EVERYBODY_IN_JAPANESE or value.startswith(WILDCARD):
        yield WILDCARD
    value = _ESCAPED_END.sub(" ", value)
    # `AI` alone means everybody who collects for AI; in `The Knowledge AI` it is a part of a name
    yield from filter(None, map(known_agents().get, map(letters, _LIST_ENDS.split(value))))
    if known := known_agents().get(letters(value)):
        yield known
    for word in _NAME_ENDS.split(value):
        name = word.strip(AROUND + ",;.:")
        token = product_token(name)
        if token and letters(token) not in FOR_ALL_OF_AI:
            yield known_agents().get(letters(token)) or meant_agent(letters(token)) or token
        yield from filter(None, map(known_agents().get, map(letters, name.split("/")[1:])))
    if " " in value and len(value) <= _LONGEST:
        yield letters(value)  # one name with a blank in it


@lru_cache(maxsize=4096)
def names_itself(value: str) -> bool:
    """Tell whether a value is neither a word for everybody nor another spelling of a known crawler's name."""
    own = letters(value)
    known = known_agents().get(own)
    is_pattern = WILDCARD in value and bool(own)
    is_other = own in _EVERYBODY or is_pattern or (known is None and meant_agent(own))
    return not is_other and (known is None or known == product_token(value))


def named_in_remark(remark: str) -> tuple[str, ...]:
    """Return the crawlers that a remark behind a rule names, none where it says more than `# block GPTBot`."""
    if len(remark) > _LONGEST_REMARK:
        return ()
    words = [own for word in _NAME_ENDS.split(remark.strip(AROUND + "#-!.:")) if (own := letters(word))]
    words = [own for own in words if own not in _WITH_A_NAME]
    found = [token for own in words if (token := listed_agents().get(own))]
    return tuple(found) if len(found) == len(words) else ()


@cache
def listed_agents() -> dict[str, str]:
    """Return the known crawlers by the letters of their names."""
    return {letters(agent.token): product_token(agent.token) for agent in default_agents().agents}


@lru_cache(maxsize=4096)
def meant_agent(own: str) -> str:
    """Return the known crawler that a name is meant for, by its letters; empty for every name of its own.

    `OpenAI-GPTBot` begins with a company, `Google-Extended-AI` ends in a word for bots, `GTPBot` has one letter
    wrong. Short names are too much like those of others.
    """
    if own in listed_agents() or not _SHORTEST <= len(own) <= _LONGEST:
        return ""
    behind = (own.removeprefix(company) for company in COMPANIES if own.startswith(company))
    before = (own.removesuffix(word) for word in _ENDINGS if own.endswith(word))
    for part in (*behind, *before):
        if part in listed_agents():
            return listed_agents()[part]
    near = (name for each in (own, *_shortened(own)) for name in _by_shortened().get(each, ()))
    return next(
        (listed_agents()[name] for name in near if is_near(own, name, 1) and _digits(own) == _digits(name)), ""
    )


def _digits(name: str) -> str:
    """Return the digits of a name: nobody writes a letter for one by a slip."""
    return "".join(filter(str.isdigit, name))


def _shortened(word: str) -> Iterator[str]:
    """Yield a word without each of its letters: two words that one edit parts have such a form in common."""
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


@cache
def _by_shortened() -> dict[str, list[str]]:
    """Return the known names by themselves and by what is left without one letter."""
    found: dict[str, list[str]] = {}
    for name in listed_agents():
        for each in (name, *_shortened(name)) if len(name) >= _SHORTEST else ():
            found.setdefault(each, []).append(name)
    return found


@cache
def known_agents() -> dict[str, str]:
    """Return the same, by what they collect for too: a word that may as well be a folder's name."""
    return {**COMPANIES, **listed_agents()}
