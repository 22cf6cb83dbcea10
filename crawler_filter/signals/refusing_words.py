"""Words by which people refuse a use: `no`, `disallowed`, `no-llm`, `nogenai`, `DoNotTrain`, `AI学習禁止`.

The vocabulary of every reader of what is not written as a standard asks. A word that refuses is a refusal and the
name of a use, or the name and the refusal; both are known by their letters alone.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.aipref import MAX_STATEMENT
from crawler_filter.signals.robots.look_alikes import PLAIN
from crawler_filter.signals.robots.misspelt import is_near

FORBIDDEN: Final = frozenset(
    (
        *("disallow", "disallowed", "deny", "denied", "forbid", "forbidden", "prohibit", "prohibited", "block"),
        *("blocked", "disable", "disabled", "refuse", "refused", "reject", "rejected", "optout", "optedout"),
        *("notallowed", "notpermitted", "reserved", "restricted", "exclude", "excluded", "unauthorized"),
        *("notauthorized", "notauthorised", "unauthorised", "banned", "disallows", "denies", "noaccess"),
        *("verboten", "untersagt", "interdit", "interdite", "prohibido", "prohibida", "proibido", "vietato"),
    )
)
"""Words that refuse by themselves, by their letters."""
NO: Final = FORBIDDEN | {"no", "n", "false", "0", "off", "none", "never"}
"""Words that refuse as an answer, by their letters."""

TAKEN_BACK: Final = frozenset({"no", "n", "false", "0", "off", "none", "never", "allow", "allowed"})
"""Words that take back a name which refuses, such as `Disallow-AI-Training`, by their letters."""

_TRAINING: Final = (Usage.TRAIN_AI,)
_USE: Final = (Usage.AI_USE,)
_BOTH: Final = (Usage.TRAIN_AI, Usage.AI_USE)
_LABELS: Final[Mapping[str, tuple[Usage, ...]]] = {
    **dict.fromkeys(
        ("trainai", "aitrain", "aitraining", "trainingai", "train", "training", "mltraining"), _TRAINING
    ),
    **dict.fromkeys(("allowtraining", "allowaitraining", "allowmltraining"), _TRAINING),
    **dict.fromkeys(("finetuning", "modeltraining", "machinelearning", "llmtraining", "dataset"), _TRAINING),
    **dict.fromkeys(("genai", "traingenai", "aigentrain", "generativeai", "foundationmodelproduction"), _TRAINING),
    **dict.fromkeys(("aiuse", "aiinput", "aioutput", "inference", "aiinference"), _USE),
    **dict.fromkeys(("ai", "all", "bots"), _BOTH),
    **dict.fromkeys(("tdm", "textanddatamining", "datamining"), (Usage.TDM,)),
    "search": (Usage.SEARCH,),
}
"""What labels stand for, by their letters: those of both standards and of earlier drafts."""

_USE_OF_AI: Final = (
    r"(?:images?|gen|generative|any|all)?(?:ai|llms?|genai|machinelearning|ml|imageai)"
    r"(?:model(?=train))?(?:train(?:ing)?|learning|datasets?|images?|img|index(?:ing)?|bots?|crawl(?:ers?|ing)?|scrap(?:ers?|ing|e))?"
    r"|train(?:ing)?(?:gen)?ai|tdm|(?:text(?:and)?)?datamining"
)
_ABOUT_AI: Final = re.compile(_USE_OF_AI)
_TRAINING_ALONE: Final = r"(?:model|data)?train(?:ing)?|finetuning|(?:for)?datasets?"
_REFUSING_NAME: Final = re.compile(
    r"(?:x)?(?:no|not|dont|donot|disallow|deny|block|forbid|prohibit|refuse|reject|exclude|optout(?:of)?)"
    rf"(?:allowed|allow|usedfor|usefor|usein|use|for|to)?(?P<use>{_USE_OF_AI}|{_TRAINING_ALONE})"
    rf"|(?:x)?(?P<before>{_USE_OF_AI})(?:optout|prohibited|forbidden|denied|disallowed|disallow|deny|notallowed|notpermitted)"
)
_DESCRIBING: Final = "notai"
"""What says of a work that it was not made by AI, most likely."""
_LOOKING_LIKE: Final = str.maketrans("l1|0", "iiio")
_NEARLY_NO_AI: Final = frozenset(
    ("noai", "noia", "naoi", "onai", "noaii", "noaai", "nooai", "nnoai", "noais", "nioai", "noaiai")
)
"""`noai` with a letter that looks like another, with two that changed places, with one twice."""
_NO_IMAGE_AI: Final = "noimageai"
_MISSPELT_BY: Final = 2
_ABOUT_TRAINING: Final = re.compile("train|learning|dataset|finetun")
_MINING: Final = re.compile("tdm|datamining")

_IN_JAPANESE: Final = ("禁止", "不可", "拒否", "不許可", "お断り")
_SENTENCE_IN_CJK: Final = re.compile(
    r"(?:(?<![A-Za-z])AI(?![A-Za-z])|学習|生成|マイニング|TDM)[^。\n]{0,40}?"
    r"(?:禁止(?!し(?:て(?:い)?ま?せん|ない|ません)|では)|禁じ(?!て(?:い)?(?:ない|ません))|不可|拒否|不許可|お断り|ご遠慮|しないで|使わないで|用いないで|控えて"
    r"|許可し(?:ない|ません|て(?:い)?(?:ない|ません))|認め(?:ない|ません|て(?:い)?(?:ない|ません)))"
    r"|禁止[^。\n]{0,3}[:\uff1a\s]?\s?(?:AI|生成AI|機械)?学習"
    r"|(?:AI|生成AI|機械)の?学習(?:は|が|利用)?\s?NG"
    r"|(?:禁止|不得|不允许|不允許)[^。\n]{0,30}(?:(?<![A-Za-z])AI(?![A-Za-z])|人工智[能慧]|机器|機器|模型)[^。\n]{0,10}(?:训练|訓練|学习|學習)"
    r"|(?:禁止|不得|不允许|不允許)[^。\n]{0,30}(?:训练|訓練)[^。\n]{0,6}(?:AI|人工智[能慧]|模型)"
    r"|(?:(?<![A-Za-z])AI(?![A-Za-z])|인공지능|기계)[^.\n]{0,9}학습[^.\n]{0,30}(?:금지|거부|불허|허용하지 않)",
    re.IGNORECASE,
)
_NOT_LETTERS: Final = re.compile(r"[^a-z]+")
_NO_SIGNS: Final = re.compile(r"[^a-z0-9]+")
_REMARK: Final = re.compile(r"[,;|(#]|\s[-\u2013\u2014]|\.(?:\s|$)")
_LONGEST: Final = 60


def letters(text: str) -> str:
    """Return the ASCII letters and digits of a text, in lower case."""
    return _NO_SIGNS.sub("", text.lower())


def says_no(value: str) -> bool:
    """Tell whether a value that somebody wrote refuses, whatever is remarked behind it."""
    said = _REMARK.split(value[:MAX_STATEMENT].strip().lower(), maxsplit=1)[0]
    first = said.split(None, 1)[:1] or [""]
    if any(word in said for word in _IN_JAPANESE):
        return True
    return letters(said) in NO or letters(first[0]) in FORBIDDEN


def labelled(label: str) -> tuple[Usage, ...]:
    """Return the usages that a label of a statement stands for, whatever signs are in it."""
    return _LABELS.get(_NOT_LETTERS.sub("", label.lower()), ())


def about_ai(name: str) -> tuple[Usage, ...]:
    """Return the usages of a name that can be about nothing but AI or mining: `llm`, and not `search`."""
    own = _NOT_LETTERS.sub("", name[:_LONGEST].lower())
    return _usages(own) if _ABOUT_AI.fullmatch(own) else ()


def refused_by(word: str) -> dict[Usage, Preference]:
    """Return what a word refuses by itself, such as `no-ai`, `NoLLM`, `DisallowAITraining` or `ai-opt-out`."""
    return dict.fromkeys(_refused_by(word), Preference.DISALLOWED) if len(word) <= _LONGEST else {}


@lru_cache(maxsize=2048)
def _refused_by(word: str) -> tuple[Usage, ...]:
    if not word.isascii() and refuses_in_cjk(word):
        return _TRAINING
    own = _NOT_LETTERS.sub("", word.lower())
    if own != _DESCRIBING and (found := _REFUSING_NAME.fullmatch(own)):
        return _usages(found["use"] or found["before"])
    return _BOTH if _is_nearly_no_ai(word) else ()


def _is_nearly_no_ai(word: str) -> bool:
    """Tell whether a word is a slip of the pen, or of a reader's eye, for `noai` or `noimageai`."""
    own = letters(word.lower().translate(PLAIN).translate(_LOOKING_LIKE))
    is_near_image = own.startswith("no") and own.endswith(("ai", "ia")) and len(own) > len(_NO_IMAGE_AI) - 3
    return own in _NEARLY_NO_AI or (is_near_image and is_near(own, _NO_IMAGE_AI, _MISSPELT_BY))


def refuses_in_cjk(text: str) -> bool:
    """Tell whether a text in Japanese, Chinese or Korean has a sentence that refuses learning by AI, or mining."""
    return _SENTENCE_IN_CJK.search(text) is not None


def _usages(use: str) -> tuple[Usage, ...]:
    if _MINING.search(use):
        return (Usage.TDM,)
    return _TRAINING if _ABOUT_TRAINING.search(use) else _BOTH
