"""Meta tags that broken markup hides from a parser: an element or a comment that never ends, a lost quote.

A browser takes everything behind an open `<title>` for its text, and so does a parser that follows the standard.
The author meant tags. What lies in a comment or a script that is closed was hidden on purpose, and stays so.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from crawler_filter.signals.any_case import folded, has_any
from crawler_filter.signals.robots.look_alikes import PLAIN

MOST_TAGS: Final = 200
"""Tags about AI of a page that are read in this way; one with more could not be checked."""

_TEXT_ONLY: Final = "title|script|style|textarea|xmp|iframe|noframes|noembed|plaintext"
_OPENING: Final = re.compile(rf"<!--|<(?P<name>{_TEXT_ONLY})(?=[\s/><])(?P<rest>[^<>]{{0,2000}}>?)", re.IGNORECASE)
_CLOSING: Final = re.compile(rf"--!?>|</(?:{_TEXT_ONLY})(?=[\s/><])", re.IGNORECASE)
_TAGS: Final = re.compile(r"<!--|</head\s*>|<body[\s>]|<(?:link|meta|title|script|style)[\s>]", re.IGNORECASE)
_END_OF_HEAD: Final = re.compile(r"\n[ \t]{0,80}</head", re.IGNORECASE)
_COMMENT: Final = re.compile("<!--")
_SOURCE: Final = re.compile(r"\bsrc\s{0,9}=", re.IGNORECASE)
# a tag in quotes is shown, but for one that a plug-in wrote into its own robots tag
_TAG: Final = re.compile(
    r"""(?:(?<=robots" content=")|(?<=robots' content=')|(?<!["'`=(\\]))<\s{0,3}meta\b[^<>]{0,2000}>?""",
    re.IGNORECASE,
)
_SPEAKS: Final = tuple(
    map(re.compile, (r"no-?(?:image-?)?ai\b", r"tdm[-:_]?reservation", r"content[-:_]?(?:usage|signal)"))
)
_DOUBLED: Final = re.compile(r"([\"'])\1(?=[\w\[{])|(?<=[\w\]}])([\"'])\2")
_MISMATCHED: Final = re.compile(r"(?<==)([\"'])([\w:., -]{1,80}?)(?!\1)[\"'](?=[\s/>]|$)")
_WITH_COLON: Final = re.compile(r"(?<=\s)(name|content|property)\s?:\s?(?=[\"'])", re.IGNORECASE)
_CONTENT: Final = re.compile(r"(?<=[\s\"'])content\s?=", re.IGNORECASE)
_BREAKS: Final = (_TAGS, _END_OF_HEAD, _COMMENT)
_QUOTES: Final = "\"'"


def may_speak(page: str) -> bool:
    """Tell whether a page has a word that refuses AI, without which none of its tags does."""
    return has_any(_SPEAKS, folded(page))


def swallowed(page: str) -> Iterator[str]:
    """Yield, well-formed, each meta tag that may refuse AI and that no closed comment or script hides."""
    hidden = list(_hidden(page))
    for found in _TAG.finditer(page):
        if may_speak(found[0]) and not _is_in(hidden, found.start()):
            yield _closed(found[0])


def repaired(page: str) -> Iterator[str]:
    """Yield, as it was meant, each meta tag about AI whose blanks, quotes or signs of equality are others.

    Wide blanks and quotes of a word processor, doubled quotes, signs that nobody sees, a colon for `=`; and of two
    contents in one tag, of which a parser takes the first, the second.
    """
    hidden: list[tuple[int, int]] | None = None
    for found in _TAG.finditer(page):
        tag = _with_plain_signs(found[0])
        if tag != found[0] and may_speak(tag):
            hidden = list(_hidden(page)) if hidden is None else hidden
            if not _is_in(hidden, found.start()):
                yield _closed(tag)


def _is_in(hidden: list[tuple[int, int]], place: int) -> bool:
    at = bisect_left(hidden, place + 1, key=_start) - 1
    return at >= 0 and place < hidden[at][1]


def _start(span: tuple[int, int]) -> int:
    return span[0]


def _with_plain_signs(tag: str) -> str:
    tag = tag if tag.isascii() else tag.translate(PLAIN)
    tag = _DOUBLED.sub(lambda quotes: quotes[1] or quotes[2], tag)
    tag = _MISMATCHED.sub(r"\1\2\1", tag)
    tag = _WITH_COLON.sub(r"\1=", tag)
    contents = list(_CONTENT.finditer(tag))
    return tag[: contents[0].start()] + tag[contents[1].start() :] if len(contents) > 1 else tag


def _hidden(page: str) -> Iterator[tuple[int, int]]:
    """Yield from where to where a comment or an element that holds no tags goes, if it ends as was meant."""
    ends: dict[str, list[int]] = {}
    for closing in _CLOSING.finditer(page):
        ends.setdefault(closing[0].lower() if closing[0][0] == "<" else "", []).append(closing.start())
    breaks = {each: [found.start() for found in each.finditer(page)] for each in _BREAKS}
    place = 0
    while opening := _OPENING.search(page, place):
        place = opening.end()
        name = (opening["name"] or "").lower()
        end = _next(ends.get(name and f"</{name}", []), place)
        broken = _next(breaks[_interrupting(name, opening["rest"] or "")], place)
        if end is not None and (broken is None or end < broken):
            yield opening.start(), end
            place = end


def _interrupting(name: str, attributes: str) -> re.Pattern[str]:
    """Return what shows, before the end of a comment or an element, that it was meant to end earlier."""
    if name in ("script", "style", "textarea", "xmp", "plaintext"):
        # a script with a source holds nothing; another may write tags
        return _TAGS if name == "script" and _SOURCE.search(attributes) else _END_OF_HEAD
    return _TAGS if name else _COMMENT


def _next(places: list[int], start: int) -> int | None:
    at = bisect_left(places, start)
    return places[at] if at < len(places) else None


def _closed(tag: str) -> str:
    """Return a tag whose last attribute has both its quotes, and that ends."""
    inner = "<" + tag[1:].lstrip().removesuffix(">").rstrip().removesuffix("/")
    quote = next((sign for sign in _QUOTES if inner.count(sign) % 2), "")
    return f"{inner}{quote}>"
