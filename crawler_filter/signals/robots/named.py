"""Whom the value of a `User-agent` line names in the second reading, where it holds more than one name."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Final

from crawler_filter.signals.agents import WILDCARD, default_agents, product_token
from crawler_filter.signals.refusing_words import letters
from crawler_filter.signals.robots.misspelt import COMPANIES, FOR_ALL_OF_AI

AROUND: Final = " \t\"'\\{}[]()<>\u00b6\u21b5\u23ce"
"""What may stand around a name or a path."""

_MAX_NAMES: Final = 1000
_LIST_ENDS: Final = re.compile(r"\s*[,;|&+/][,;|&+/\s]*|\s(?:and|or|und)\s", re.IGNORECASE)
_NAME_ENDS: Final = re.compile(r"[,;|&+/\s]*[,;|&+\s]+(?:and\b|or\b|und\b)?[,;|&+\s]*", re.IGNORECASE)
_ESCAPED_END: Final = re.compile(r"\\[rnt]")
_EVERYBODY: Final = frozenset(
    {"all", "any", "everyone", "everybody", "allbots", "allrobots", "allagents", "allcrawlers", "allspiders"}
)


def names(value: str) -> Iterator[str]:
    """Yield every name of a value that may hold several."""
    if "(" in value:
        yield product_token(value)  # a whole User-Agent header holds one name
        return
    first = value.partition(" ")[0].lower()
    if first.startswith(WILDCARD) and letters(first):
        yield from filter(lambda token: fnmatchcase(token, first), known_agents().values())
    elif letters(value) in _EVERYBODY or value.startswith(WILDCARD):
        yield WILDCARD
    value = _ESCAPED_END.sub(" ", value)
    # `AI` alone means everybody who collects for AI; in `The Knowledge AI` it is a part of a name
    yield from filter(None, map(known_agents().get, map(letters, _LIST_ENDS.split(value)[:_MAX_NAMES])))
    if known := known_agents().get(letters(value)):
        yield known
    for word in _NAME_ENDS.split(value)[:_MAX_NAMES]:
        name = word.strip(AROUND + ",;.:")
        token = product_token(name)
        if token and letters(token) not in FOR_ALL_OF_AI:
            yield known_agents().get(letters(token), token)
        yield from filter(None, map(known_agents().get, map(letters, name.split("/")[1:])))


@lru_cache(maxsize=4096)
def names_itself(value: str) -> bool:
    """Tell whether a value is neither a word for everybody nor another spelling of a known crawler's name."""
    own = letters(value)
    known = known_agents().get(own)
    is_pattern = value.startswith(WILDCARD) and bool(own)
    return own not in _EVERYBODY and not is_pattern and (known is None or known == product_token(value))


@cache
def listed_agents() -> dict[str, str]:
    """Return the known crawlers by the letters of their names."""
    return {letters(agent.token): product_token(agent.token) for agent in default_agents().agents}


@cache
def known_agents() -> dict[str, str]:
    """Return the same, by what they collect for too: a word that may as well be a folder's name."""
    return {**COMPANIES, **listed_agents()}
