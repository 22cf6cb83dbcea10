"""What a Content-Usage or Content-Signal statement refuses that is not written as its standard asks.

`train-ai=no`, `ai-train: false`, `search=yes ai-train=no`, a label of an earlier draft, one broken member beside
good ones: a reader of the standard passes them over, and their authors meant something. Such a statement can
refuse, never permit, and the warning says how it should be written.
"""

import re
from collections.abc import Mapping
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.aipref import MAX_STATEMENT, TOO_LONG, Statement, parse_statement
from crawler_filter.signals.content_signal import parse_content_signal
from crawler_filter.signals.meanings import means
from crawler_filter.signals.refusing_words import NO, labelled, letters, refused_by
from crawler_filter.signals.signal import Family

_PAIR: Final = re.compile(
    r"([A-Za-z][A-Za-z0-9_-]{0,40})[\"']?(?:\s{0,9}[=:]\s{0,9}|\s{1,9}(?=no\b|n\b|false\b|disallow))"
    r"([\"'\u2018\u201c(\[{<]?)(\??[A-Za-z0-9-]{1,20})"
)
_WITH_NO: Final = re.compile(
    r"(?:^|[,;|\s])(?:no[-_ ]?|!|-|(?:deny|disallow|prohibit)[-_ ])([A-Za-z][A-Za-z0-9_-]{0,40})"
    r"(?=\s{0,9}(?:[,;|]|$))",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"[,;|]")
_QUOTES: Final = " \t\"'\u2018\u2019\u201c\u201d"
DOUBTFUL: Final = Sentence("not written as the standard asks, so most readers overlook it; what it refuses counts")


def refusals(preferences: Mapping[Usage, Preference]) -> dict[Usage, Preference]:
    """Return what is refused: all that a carrier outside of its specification may say."""
    return {usage: said for usage, said in preferences.items() if said is Preference.DISALLOWED}


def read_statement(family: Family, text: str) -> Statement:
    """Return what a statement of `Family.AIPREF` or `Family.CONTENT_SIGNAL` states, and what is wrong with it.

    What the standard's reader finds stands; a refusal that it passes over is added. A label of several usages
    (`all`, `bots`, `ai`) refuses those that the statement does not give by their own names: in every draft that
    had such labels, the more specific one speaks. With the warning `TOO_LONG` there may be more.
    """
    said, warning = (parse_statement if family is Family.AIPREF else parse_content_signal)(text)
    more = {
        usage: refused for usage, refused in _refused(family, text, said).items() if said.get(usage) is not refused
    }
    if len(text) > MAX_STATEMENT:
        return {**said, **more}, TOO_LONG
    return ({**said, **more}, warning or DOUBTFUL) if more else (said, warning)


def _refused(family: Family, text: str, said: Mapping[Usage, Preference]) -> dict[Usage, Preference]:
    refused: dict[Usage, Preference] = {}
    for label, opened, value in _PAIR.findall(text[:MAX_STATEMENT]):
        usages = labelled(label)
        usages = tuple(usage for usage in usages if usage not in said) if len(usages) > 1 else usages
        # of two values that the standard's reader knows, it says which counts
        understood = bool(said) and not opened and means(family, f"{label}={value}") is not None
        if usages and letters(value) in NO and not understood:
            refused |= dict.fromkeys(usages, Preference.DISALLOWED)
    for label in _WITH_NO.findall(text[:MAX_STATEMENT]):
        refused |= dict.fromkeys(labelled(label), Preference.DISALLOWED)
    for word in _BETWEEN.split(text[:MAX_STATEMENT]):
        refused |= refused_by(word.strip(_QUOTES))
    return refused
