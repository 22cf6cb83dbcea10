"""What sites say of AI under names that no standard has: `Training: deny`, `X-AI-Training: no`, `ai-policy`.

People write them into ai.txt, robots.txt, headers and meta tags alike, where they mean one thing. What such a name
refuses counts, and what it permits does not.
"""

import re
from collections.abc import Mapping
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.aipref import MAX_STATEMENT
from crawler_filter.signals.doubtful import read_statement, refusals
from crawler_filter.signals.refusing_words import (
    FORBIDDEN,
    NO,
    TAKEN_BACK,
    about_ai,
    labelled,
    letters,
    refused_by,
    says_no,
)
from crawler_filter.signals.signal import Family

INVENTED: Final = Sentence("this name is in no standard, so most readers overlook it: only refusals count")

_ASKING: Final = re.compile(
    r"x?(?:allow|permit)?(?P<use>.+?)(?:allowed|permitted|consent|permissions?|policy|inclusion|access)?"
)
"""Names whose value says whether something may be done: the use stands between words for that."""
_TRAINING_NAMES: Final = re.compile(
    r"(?:allow|permit)(?:model)?(?:train(?:ing)?)|(?:model)?train(?:ing)?(?:allow(?:ed)?|permitted|permission|enabled)|datasetinclusion|modeltraining"
    r"|datatraining|(?:canbe|maybe)?used?(?:for|in)train(?:ing)?"
)
"""Names of training that are about it without a word of AI."""

_STATEMENTS: Final = frozenset(
    (
        *("aipolicy", "aiusage", "aiusagepolicy", "aicontentpolicy", "aipermissions", "aipermission", "airights"),
        *(
            "llmpolicy",
            "llmspolicy",
            "llmusage",
            "llmpermissions",
            "genaipolicy",
            "generativeaipolicy",
            "aicrawlpolicy",
        ),
        *(
            "datausage",
            "contentusagepolicy",
            "aicontentusage",
            "aipreference",
            "aipreferences",
            "aidirective",
            "aidirectives",
        ),
    )
)
"""Names with a list of uses for a value: `training=prohibited, citation=allowed`, `cite-source, no-train`."""
_OF_RIGHTS: Final = re.compile(
    r"(?:content|web|site)?usage(?:policy|rights|terms)|content(?:licen[cs]e|rights|policy)|permitted(?:use|usage)s?"
    r"|copyrightai|training|robots"
)
"""Names of records about rights: their value is about AI where a word of it says so. `rights` and `copyright` hold
sentences for people."""
_BEFORE_NAME: Final = re.compile(
    r"(?:og|dc(?:terms)?(?:[:.]rights)?|dcrights|article|twitter|schema|meta)[:.]", re.IGNORECASE
)
"""The vocabulary that a name is said to be of."""

_IN_AI_TXT: Final = {
    **dict.fromkeys(("training", "train", "trainingpolicy", "ai", "trainingpermission"), "training"),
    **dict.fromkeys(("permission", "permissions", "policy", "usage", "restrictions"), "statement"),
}
"""Names that say something of AI where the whole file is about it."""

_ASKED_FOR: Final = frozenset(
    {"conditional", "ask", "askfirst", "licenserequired", "permissionrequired", "contact"}
)
_DESCRIBING: Final = re.compile(r".*(?:bots?|crawlers?|scrapers?|images?|img|index)|(?:image|all|any).*|ml")
"""Names that may as well count or describe, so that `no` and `false` say nothing against a use."""
_LICENSES: Final = frozenset({"ailicense", "ailicence", "aicontentlicense", "aicontentlicence"})
"""Names of licences for AI, as the plug-in of Copyright.sh writes them: `allow; price:0.15; payto:name`."""
_LIMITED: Final = re.compile(
    r"\b(?:scope\s*[:=]\s*snippet|distribution\s*[:=]\s*private|stage\s*[:=](?![^;]*(?:train|all|any|\*)))"
    r"|^\s*commercial\b",
    re.IGNORECASE,
)
"""What leaves training out of such a licence: beginnings of texts alone, answers for one person, other stages."""
_PRICE: Final = re.compile(r"(?:price|rate)\s*[:=]\s*[^\d;,]{0,5}([\d.]*)", re.IGNORECASE)
_PAID: Final = re.compile(r"\bpay(?:to|ment)\b", re.IGNORECASE)
_MAY_BE: Final = re.compile("train|ai|llm|learning|data|mining|tdm|ml|no|usage|rights|licen[cs]e|permitted")
_BOTH: Final = dict.fromkeys((Usage.TRAIN_AI, Usage.AI_USE), Preference.DISALLOWED)
_TRAINING: Final = {Usage.TRAIN_AI: Preference.DISALLOWED}
_LONGEST: Final = 40


def may_be_one(name: str) -> bool:
    """Tell from a name in small letters whether it may be one of these."""
    return _MAY_BE.search(name) is not None


def is_about_ai(name: str) -> bool:
    """Tell whether what stands below a name is about AI: `ai-usage`, `genai-policy`, `ai`."""
    own = letters(name[:_LONGEST])
    return own in _STATEMENTS or bool(about_ai(own))


def refused(name: str, value: str, *, is_about_ai: bool = False) -> Mapping[Usage, Preference]:
    """Return what a name and its value refuse; nothing where the name is not known.

    `is_about_ai` where everything in the file is, so that shorter names are known.
    """
    own = letters(name[:_LONGEST])
    if len(behind := letters(_BEFORE_NAME.sub("", name[:_LONGEST]))) > len("ai"):
        own = behind  # `og:ai` may say that no AI was used
    own = own.removeprefix("x") if own.startswith("x") else own
    kind = _IN_AI_TXT.get(own) if is_about_ai else None
    if own in _STATEMENTS or kind == "statement":
        is_free = own == "restrictions" and letters(value) in TAKEN_BACK
        return {} if is_free else _by_statement(value, is_about_ai=is_about_ai)
    if _OF_RIGHTS.fullmatch(own) and not kind:
        return _worded(value)
    if own in _LICENSES:
        return _by_license(value)
    if said := refused_by(own):
        return {} if letters(value) in TAKEN_BACK else said
    asked = _ASKING.fullmatch(own)
    usages = (
        (Usage.TRAIN_AI,) if kind or _TRAINING_NAMES.fullmatch(own) else about_ai(asked["use"] if asked else own)
    )
    usages = usages or (labelled(own) if own.startswith("ai") else ())
    is_refused = _is_refused(own, value) or letters(value[:_LONGEST]) in _ASKED_FOR or (own, value) == ("tdm", "1")
    return dict.fromkeys(usages, Preference.DISALLOWED) if usages and is_refused else {}


def _by_license(value: str) -> Mapping[Usage, Preference]:
    """Return what a licence for AI refuses, in the words of Copyright.sh or of others."""
    if _is_for_a_price(value) or says_no(re.split("[;,]", value, maxsplit=1)[0]):
        return _BOTH
    return _TRAINING if _LIMITED.search(value) else _worded(value)


def _worded(value: str) -> dict[Usage, Preference]:
    """Return what the members of a list refuse that name a use of AI themselves: `noai`, `no-ai-training`."""
    if len(value) > MAX_STATEMENT:
        return {}
    said = refusals(read_statement(Family.CONTENT_SIGNAL, value)[0])
    return {usage: no for usage, no in said.items() if usage is not Usage.SEARCH}


def _is_for_a_price(license_: str) -> bool:
    """Tell whether a licence has a price that is not nothing, or names who is paid without one."""
    price = _PRICE.search(license_)
    return bool(price[1].strip("0.") or not price[1]) if price else _PAID.search(license_) is not None


def _is_refused(name: str, value: str) -> bool:
    """Tell whether a value refuses what its name is about, and does not describe it: `x-ai-bot: false`."""
    answer = letters(value[:_LONGEST])
    if answer not in NO - FORBIDDEN:
        return says_no(value)
    return answer.isalpha() and not _DESCRIBING.fullmatch(name) if about_ai(name) else says_no(value)


def _by_statement(value: str, *, is_about_ai: bool) -> Mapping[Usage, Preference]:
    """Return what a list of uses refuses, or one word for all of them."""
    said = refusals(read_statement(Family.CONTENT_SIGNAL, value)[0])
    # `ai-usage: none` may say that no AI was used
    is_refused = letters(value[:_LONGEST]) in FORBIDDEN or (is_about_ai and says_no(value))
    return said or (_TRAINING if is_refused else {})
