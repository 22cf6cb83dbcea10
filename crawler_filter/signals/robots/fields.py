"""How lines are named in the second reading, and what people write between a name and its value."""

import re
from typing import Final

NAMES: Final = {
    "AGENT": r"user[-_.:= ]{0,2}agents?|ユ-ザ-?・?エ-ジェント|用户代理",
    "DISALLOW": r"dis[-_. ]?allow(?:[-_. ]?all|ed|s)?|not?[-_. ]?allow(?:ed)?|deny|block|diss?al{1,3}ow(?:ed|s)?|"
    r"diasllow|disallaw|禁止|不許可|不允许|許可しない",
    "ALLOW": r"allow(?:ed|s)?",
    "USAGE": r"content[-_. ]{0,2}usages?|usage[-_. ]?pref(?:erence)?s?",
    "SIGNAL": r"content[-_. ]{0,2}signals?",
    "NO_TRAINING": r"(?:x[-_])?(?:dis[-_. ]?allow|deny|block|no)[-_. ]?(?:image)?"
    r"(?:ai(?:[-_. ]?(?:model[-_. ]?)?training)?|training|generative[-_. ]?ai)",
    "TRAINING": r"allow[-_. ]?(?:(?:ai[-_. ]?|model[-_. ]?)?training|generative[-_. ]?ai)",
    "TRAINING_USE": r"(?:ai[-_. ]?)?train(?:ing)?|train(?:ing)?[-_. ]?ai|allow[-_. ]?ai|ai",
    "ELSEWHERE": r"x[-_. ]?robots[-_. ]?tag|robots|tdm[-_. ]?reservation",
    "OTHER": r"sitemap|crawl-?delay|host|request-rate|visit-time|clean-param|noindex|license",
}
_ANY_NAME: Final = "|".join(f"(?P<{key}>{names})" for key, names in reversed(NAMES.items()))
FIELD: Final = re.compile(
    rf"(?:(?<![\w./*?&=%-])|(?<=[\w/*.])(?=(?-i:[UDAC][a-z])))(?:{_ANY_NAME})"
    r"[\"']?(?:\s*[.~_-]{0,2}[:=;,|][:=;,|\s]*(?:(?<==)20)?|\s*-+>\s*|\s+-+\s+)",
    re.IGNORECASE,
)
"""The name of a line: it begins a word, or with a capital letter where the line before lost its end."""

_SLIPPED: Final = r"\s*(?:[^\w\s/*#:=]\s*){1,3}"
"""Signs that stand where the colon should: one beside it on the keyboard, or what a program made of it."""

WITHOUT_COLON: Final = re.compile(
    rf"(?:(?P<AGENT>{NAMES['AGENT']})(?:(?:{_SLIPPED}|\s+)(?=[A-Za-z*])|(?=(?-i:[A-Z*])))"
    rf"|(?P<DISALLOW>{NAMES['DISALLOW']})(?:{_SLIPPED}(?=[/*])|\s+|(?=/))(?!\S+\s+\S)"
    rf"|(?:(?P<USAGE>{NAMES['USAGE']})|(?P<SIGNAL>{NAMES['SIGNAL']}))(?:{_SLIPPED}|\s+)(?=[a-z-]+\s*[=:]))"
    r"(?!\S+\s+\S+\s+\S+\s+\S+\s+\S)",
    re.IGNORECASE,
)
"""A line that is a name and its value, whatever stands between them or does not."""
