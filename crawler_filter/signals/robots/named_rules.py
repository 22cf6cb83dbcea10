"""A crawler and its rule in one line, in an order that no standard has: `Disallow: GPTBot`, `GPTBot: /`.

Only names of known crawlers count, so that a path without its slash stays a path.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from crawler_filter.signals.refusing_words import letters
from crawler_filter.signals.robots.named import listed_agents

_MAX_LINE: Final = 200
_NO: Final = r"disallow(?:ed)?|deny|denied|block(?:ed)?|no|forbid(?:den)?|not allowed|reject(?:ed)?"
_NAME: Final = r"(?P<name>[A-Za-z][\w .!-]{1,40}?)"
_BEHIND_RULE: Final = re.compile(
    rf"[^\w/]*(?:{_NO})(?:[- ]?agents?)?\s*[:=\s]\s*(?:user[-_ ]?agents?\s*[:=]?\s*)?{_NAME}"
    r"\s*:?\s*(?P<path>/\S*)?[^\w/]*",
    re.IGNORECASE,
)
_BEFORE_RULE: Final = re.compile(
    rf"[^\w/]*{_NAME}[\"'`*]*\s*(?:[:=|,;]|->|\s-|\s)[\s\"'`|]*(?:(?P<no>{_NO})\b\s*[:=]?\s*)?(?P<path>/[^\s|,;\"'`]*)?[^\w/]*",
    re.IGNORECASE,
)
_SEVERAL_BEHIND_RULE: Final = re.compile(
    rf"[^\w/]*(?:{_NO})(?:[- ]?agents?)?\s*[:=]\s*(?P<names>[^/:=]+)", re.IGNORECASE
)
_WITHOUT_COLONS: Final = re.compile(
    r"\s*user[-_ ]?agent\s+(?P<name>\S+)\s+disallow\s+(?P<path>/\S*)\s*", re.IGNORECASE
)
_OF_SERVER: Final = re.compile(
    r"\W*(?:RewriteCond\b[^!]*HTTP_USER_AGENT|BrowserMatch(?:NoCase)?\b|SetEnvIf(?:NoCase)?\s+User-Agent\b"
    r"|if\s*\(\s*\$http_user_agent\b)(?P<names>[^!]+)",
    re.IGNORECASE,
)
"""A line of a server's configuration that tells crawlers by their names: to refuse them, most likely."""
_PERMITTING_HEAD: Final = re.compile(
    r"[^\w:/]*user[-_ ]?agents?[^\w:/]+allow(?:ed)?(?:[-_ ]?paths?)?[^\w:/]*", re.IGNORECASE
)
"""The headings of a table whose rows are names and what is permitted to them."""
_BETWEEN_NAMES: Final = re.compile(r"[^\w.-]+")


class NamedRule(NamedTuple):
    """The token of a crawler, and the path that is refused to it."""

    token: str
    path: str


def named_rule(line: str) -> NamedRule | None:
    """Return whom a line refuses a path to, None for every line that is no such rule."""
    if len(line) > _MAX_LINE:
        return None
    if found := _WITHOUT_COLONS.fullmatch(line):
        return NamedRule(found["name"], found["path"])
    for form in (_BEHIND_RULE, _BEFORE_RULE):
        found = form.fullmatch(line)
        token = listed_agents().get(letters(found["name"]), "") if found else ""
        if found and token and (form is _BEHIND_RULE or found["no"] or found["path"]):
            return NamedRule(token, found["path"] or "/")
    return None


def named_to_server(line: str) -> list[str]:
    """Return the known crawlers that a line of a server's configuration names, nothing for every other line.

    A rule that has several of them for its value is such a line: `Block: GPTBot, CCBot`.
    """
    if len(line) > _MAX_LINE:
        return []
    if several := _SEVERAL_BEHIND_RULE.fullmatch(line):
        tokens = [listed_agents().get(letters(name), "") for name in several["names"].split(",")]
        return tokens if len(tokens) > 1 and all(tokens) else []
    found = _OF_SERVER.fullmatch(line)
    words = _BETWEEN_NAMES.split(found["names"]) if found else ()
    return [token for word in words if (token := listed_agents().get(letters(word)))]


def without_permitted(texts: Sequence[str]) -> list[str]:
    """Return the lines of a file, those empty that are rows of a table of what is permitted: `GPTBot,/`."""
    return list(_without_permitted(texts))


def _without_permitted(texts: Sequence[str]) -> Iterator[str]:
    permits = False
    for text in texts:
        if ":" not in text and len(text) <= _MAX_LINE and _PERMITTING_HEAD.fullmatch(text):
            permits = True
        elif permits:
            permits = bool(text.strip()) and ":" not in text
        yield "" if permits else text
