"""What is wrong with one `Content-Usage`, `Content-Signal` or robots directive, wherever it stands."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.lint.issues import Issue
from crawler_filter.signals.aipref import DEAD_LABELS, parse_statement
from crawler_filter.signals.content_signal import parse_content_signal
from crawler_filter.signals.meanings import means
from crawler_filter.signals.refusing_words import refused_by
from crawler_filter.signals.robots_tag import directives
from crawler_filter.signals.signal import Family

_KEY = re.compile(r"(?:^|,)\s*([A-Za-z*][A-Za-z0-9_.*-]*)")
_NOT_LETTERS = re.compile(r"[^a-z]+")
_WORDS = re.compile(r"[^\s,;:\u3001\uff0c|/\"']+")
_REFUSALS: Final = ("noai", "noimageai", "noml")
SEARCH_ENGINES: Final = frozenset(
    {"googlebot", "googlebot-image", "googlebot-news", "googlebot-video", "google", "bingbot", "msnbot", "bing"}
    | {"slurp", "duckduckbot", "yandex", "yandexbot", "baiduspider", "yeti", "naverbot", "seznambot", "qwantbot"}
)
"""Crawlers of search engines, none of which documents a directive about AI."""

Judgement = tuple[Issue, str]
"""A fault and its particulars."""


def content_usage_fault(statement: str) -> Judgement | None:
    """Judge an AIPREF statement."""
    preferences, warning = parse_statement(statement)
    dead = [label for label in _KEY.findall(statement) if label.lower() in DEAD_LABELS]
    if warning:
        return (Issue.AIPREF_DEAD_LABEL, ", ".join(dead[:5])) if dead else (Issue.AIPREF_INVALID, warning)
    return None if preferences else (Issue.AIPREF_SILENT, "")


def content_signal_fault(statement: str) -> Judgement | None:
    """Judge a Content Signal."""
    preferences, warning = parse_content_signal(statement)
    if warning:
        return Issue.CONTENT_SIGNAL_INVALID, warning
    # use=full is a statement that refuses and permits nothing
    return (
        None if preferences or "=" in statement else (Issue.CONTENT_SIGNAL_INVALID, Sentence("nothing is stated"))
    )


def misspelt_directives(text: str) -> Iterator[str]:
    """Yield what refuses AI in an X-Robots-Tag or robots meta tag in a spelling that few crawlers know."""
    for part in re.split(r"[,;\u3001\uff0c]", text)[:100]:
        directive = part.rpartition(":")[2].strip().lower()
        letters = _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", directive))
        if means(Family.ROBOTS_TAG, directive) is None and (letters in _REFUSALS or refused_by(directive)):
            yield directive[:40]


def unseparated_directives(text: str) -> Iterator[str]:
    """Yield what has a refusal of AI among directives without a comma between them, which few crawlers part."""
    for part in text.split(",")[:100]:
        directives = part.rpartition(":")[2].strip()
        if len(_WORDS.findall(directives)) > 1 and names_refusal(directives):
            yield directives[:40]


def names_refusal(text: str) -> bool:
    """Tell whether a refusal of AI is among the words of a text, in wide letters or not."""
    words = _WORDS.findall(unicodedata.normalize("NFKC", text[:1000]).lower())
    return any(word in _REFUSALS for word in words)


def addressed_to_search_engines(text: str) -> Iterator[str]:
    """Yield the names of search engines that an X-Robots-Tag line addresses a refusal of AI to."""
    for directive, scope in directives(text):
        if scope.lower().partition("/")[0] in SEARCH_ENGINES and names_refusal(directive):
            yield scope
