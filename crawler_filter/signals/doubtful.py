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
from crawler_filter.signals.aipref import MAX_STATEMENT, Statement, parse_statement
from crawler_filter.signals.content_signal import parse_content_signal
from crawler_filter.signals.meanings import means
from crawler_filter.signals.signal import Family

_FORBIDDEN: Final = frozenset(
    (
        *("disallow", "disallowed", "deny", "denied", "forbid", "forbidden", "prohibit", "prohibited", "block"),
        *("blocked", "disable", "disabled", "refuse", "refused", "reject", "rejected", "optout", "optedout"),
        *("notallowed", "notpermitted", "reserved", "restricted", "exclude", "excluded", "unauthorized"),
    )
)
NO: Final = _FORBIDDEN | {"no", "n", "false", "0", "off", "none", "never"}
"""Words that refuse, by their letters."""

_IN_JAPANESE: Final = ("禁止", "不可", "拒否", "不許可", "お断り")
TAKEN_BACK: Final = frozenset({"no", "n", "false", "0", "off", "none", "never", "allow", "allowed"})
"""Words that take back a name which refuses, such as `Disallow-AI-Training`, by their letters."""

_TRAINING: Final = (Usage.TRAIN_AI,)
_USE: Final = (Usage.AI_USE,)
_BOTH: Final = (Usage.TRAIN_AI, Usage.AI_USE)
_LABELS: Final[Mapping[str, tuple[Usage, ...]]] = {
    **dict.fromkeys(
        ("trainai", "aitrain", "aitraining", "trainingai", "train", "training", "mltraining"), _TRAINING
    ),
    **dict.fromkeys(("finetuning", "modeltraining", "machinelearning", "llmtraining", "dataset"), _TRAINING),
    **dict.fromkeys(("genai", "traingenai", "aigentrain", "generativeai", "foundationmodelproduction"), _TRAINING),
    **dict.fromkeys(("aiuse", "aiinput", "aioutput", "inference", "aiinference"), _USE),
    **dict.fromkeys(("ai", "all", "bots"), _BOTH),
    **dict.fromkeys(("tdm", "textanddatamining", "datamining"), (Usage.TDM,)),
    "search": (Usage.SEARCH,),
}
"""What labels stand for, by their letters: those of both standards and of earlier drafts."""

_PAIR: Final = re.compile(
    r"([A-Za-z][A-Za-z0-9_-]{0,40})\s{0,9}[=:]\s{0,9}[\"'\u2018\u201c]?(\??[A-Za-z0-9-]{1,20})"
)
_WITH_NO: Final = re.compile(
    r"(?:^|[,;|\s])(?:no[-_ ]?|!|-|(?:deny|disallow|prohibit)[-_ ])([A-Za-z][A-Za-z0-9_-]{0,40})"
    r"(?=\s{0,9}(?:[,;|]|$))",
    re.IGNORECASE,
)
_NOT_LETTERS: Final = re.compile(r"[^a-z]+")
_NO_SIGNS: Final = re.compile(r"[^a-z0-9]+")
_REMARK: Final = re.compile(r"[,;|(#]|\s[-\u2013\u2014]|\.(?:\s|$)")
_DOUBTFUL: Final = Sentence(
    "not written as the standard asks, so most readers overlook it; what it refuses counts"
)


def says_no(value: str) -> bool:
    """Tell whether a value that somebody wrote refuses, whatever is remarked behind it."""
    said = _REMARK.split(value[:MAX_STATEMENT].strip().lower(), maxsplit=1)[0]
    first = said.split(None, 1)[:1] or [""]
    if any(word in said for word in _IN_JAPANESE):
        return True
    return _NO_SIGNS.sub("", said) in NO or _NO_SIGNS.sub("", first[0]) in _FORBIDDEN


def refusals(preferences: Mapping[Usage, Preference]) -> dict[Usage, Preference]:
    """Return what is refused: all that a carrier outside of its specification may say."""
    return {usage: said for usage, said in preferences.items() if said is Preference.DISALLOWED}


def read_statement(family: Family, text: str) -> Statement:
    """Return what a statement of `Family.AIPREF` or `Family.CONTENT_SIGNAL` states, and what is wrong with it.

    What the standard's reader finds stands; a refusal that it passes over is added.
    """
    said, warning = (parse_statement if family is Family.AIPREF else parse_content_signal)(text)
    more = {
        usage: refused for usage, refused in _refused(family, text, said).items() if said.get(usage) is not refused
    }
    return ({**said, **more}, warning or _DOUBTFUL) if more else (said, warning)


def _refused(family: Family, text: str, said: Mapping[Usage, Preference]) -> dict[Usage, Preference]:
    refused: dict[Usage, Preference] = {}
    for label, value in _PAIR.findall(text[:MAX_STATEMENT]):
        usages = _LABELS.get(_NOT_LETTERS.sub("", label.lower()))
        # of two values that the standard's reader knows, it says which counts
        understood = bool(said) and means(family, f"{label}={value}") is not None
        if usages and _NO_SIGNS.sub("", value.lower()) in NO and not understood:
            refused |= dict.fromkeys(usages, Preference.DISALLOWED)
    for label in _WITH_NO.findall(text[:MAX_STATEMENT]):
        refused |= dict.fromkeys(_LABELS.get(_NOT_LETTERS.sub("", label.lower()), ()), Preference.DISALLOWED)
    return refused
