"""What is wrong in a page's markup: tags that few crawlers look for, and directives that few understand."""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from crawler_filter.files.charset import readings
from crawler_filter.lint.issues import Issue
from crawler_filter.lint.report import Advice
from crawler_filter.lint.signal_syntax import (
    SEARCH_ENGINES,
    misspelt_directives,
    names_refusal,
    unseparated_directives,
)

MAX_TAGS: Final = 100
"""Meta tags of one page that are judged."""

_OF_STANDARDS: Final = frozenset({"robots", "tdm-reservation", "tdm-policy", "content-usage", "content-signal"})
_ABOUT_AI = re.compile(r"(?:^|[-_:. ])(?:no)?(?:ai|llm|tdm|machine-learning)(?:$|[-_:. ])")


def advise_markup(page: bytes, url: str) -> Iterator[Advice]:
    """Yield what to fix in the meta tags of a page."""
    for meta in _metas(page):
        name = (meta.get("name") or meta.get("http-equiv") or "").strip().lower()
        content = meta.get("content", "")
        tag = " ".join(f'{key}="{value}"' for key, value in meta.items())
        quote = f"<meta {tag}>"[:200]
        if name == "robots":
            yield from _directives(content, f"{url} html meta robots")
        elif name in SEARCH_ENGINES and names_refusal(content):
            yield Advice(Issue.ROBOTS_TAG_ADDRESSEE, f"{url} html meta {name}", quote, name)
        if name in _OF_STANDARDS and _refuses(name, content) and _is_in_body(meta):
            yield Advice(Issue.META_IN_BODY, f"{url} html meta {name}", quote)
        elif _is_overlooked(name, meta):
            yield Advice(Issue.META_UNREAD, f"{url} html meta", quote)


def _metas(page: bytes) -> list[etree._Element]:
    text = readings(page)[0]
    parser = etree.HTMLParser(encoding="utf-8")
    try:
        tree = etree.fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return []
    return [] if tree is None else list(tree.iter("meta"))[:MAX_TAGS]


def _directives(content: str, place: str) -> Iterator[Advice]:
    for directive in misspelt_directives(content):
        yield Advice(Issue.ROBOTS_TAG_MISSPELT, place, content[:200], directive)
    for directive in unseparated_directives(content):
        yield Advice(Issue.ROBOTS_TAG_SEPARATOR, place, content[:200], directive)


def _refuses(name: str, content: str) -> bool:
    return name != "robots" or names_refusal(content)


def _is_in_body(meta: etree._Element) -> bool:
    return any(True for _ in meta.iterancestors("body"))


def _is_overlooked(name: str, meta: etree._Element) -> bool:
    """Tell whether a tag that means to speak of AI lacks its name or content, or has a name that nobody knows."""
    values = (meta.get("content"), meta.get("value"))
    if not name or meta.get("content") is None:
        said = " ".join(value for value in values if value)
        return names_refusal(said) or _ABOUT_AI.search((meta.get("property") or name).lower()) is not None
    return name not in _OF_STANDARDS and _ABOUT_AI.search(name) is not None
