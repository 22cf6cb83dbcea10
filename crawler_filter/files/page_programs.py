r"""Words of a page that stand in its programs and attributes, and are put into the page once it is shown.

Sites built with Next.js, Nuxt, Inertia or React keep an article as JSON in a script, `self.__next_f.push([1,"…"])`
or a `data-page` attribute; `application/ld+json` has `articleBody`; a `<template>` may be shown as it is. Look-ups
alone ask. Nothing raises for content, and every pattern is linear in the text.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

MOST: Final = 1 << 20
"""Characters of all of them together that are read."""

_OPENING: Final = re.compile(r"<(script|template)(?![\w-])[^<>]{0,2000}>", re.IGNORECASE)
_CLOSING: Final = {name: re.compile(rf"</{name}[^<>]{{0,80}}>", re.IGNORECASE) for name in ("script", "template")}
_LONG_ATTRIBUTE: Final = re.compile(r"\s[\w:@.-]{1,60}=(?:\"([^\"]{200,})(?:\"|\Z)|'([^']{200,})(?:'|\Z))")
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_LEAST: Final = 200
_A_WORD: Final = re.compile(
    r"[^\W\d_]{2,}[ ,.!?]+[^\W\d_]{2,}|[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2}|\\[ux]"
)
"""Two words, letters without blanks between words, or what may be escapes of them."""


def in_programs(page: str) -> str:
    """Return what a page's scripts, templates and long attributes hold, one after another; nothing for no page."""
    if "<" not in page:
        return ""
    found, room = [], MOST
    for each in (*_of_elements(page), *_of_attributes(page)):
        if len(each) >= _LEAST and _A_WORD.search(each):
            found.append(each[:room])
            room -= len(found[-1])
        if room <= 0:
            break
    return "\n".join(found)


def _of_elements(page: str) -> Iterator[str]:
    at = 0
    unclosed: set[str] = set()
    while opening := _OPENING.search(page, at):
        name = opening[1].lower()
        closing = None if name in unclosed else _CLOSING[name].search(page, opening.end())
        if closing is None:
            unclosed.add(name)
        else:
            yield page[opening.end() : closing.start()]
        at = closing.end() if closing else opening.end()


def _of_attributes(page: str) -> Iterator[str]:
    for found in _LONG_ATTRIBUTE.finditer(page):
        value = found[1] or found[2]
        if not value.lstrip()[:5].lower().startswith(("data:", "http")):
            yield unescape(value)
