"""What sites say of AI under names that no standard has: `Training: deny`, `X-AI-Training: no`, `ai-policy`.

People write them into ai.txt, robots.txt, headers and meta tags alike, where they mean one thing. What such a name
refuses counts, and what it permits does not.
"""

import re
from collections.abc import Mapping
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.doubtful import TAKEN_BACK, read_statement, refusals, says_no
from crawler_filter.signals.signal import Family

INVENTED: Final = Sentence("this name is in no standard, so most readers overlook it: only refusals count")

_OF_TRAINING: Final = frozenset(
    (
        *("aitraining", "aitrain", "trainai", "aimodeltraining", "aitrainingallowed", "aitrainingconsent"),
        *("aitrainingpermission", "aitrainingpolicy", "allowaitraining", "allowaitrain", "allowtraining"),
        *(
            "trainingallowed",
            "allowmodeltraining",
            "modeltraining",
            "llmtraining",
            "mltraining",
            "allowmltraining",
        ),
        *("machinelearning", "allowmachinelearning", "allowgenerativeai", "generativeaitraining", "genaitraining"),
        *("datasetinclusion", "aidataset", "ailearning", "aiscraping", "allowai"),
    )
)
"""Names whose value says whether a work may be trained on, by their letters."""

_AGAINST: Final = frozenset(
    (
        *("disallowaitraining", "disallowtraining", "disallowgenerativeai", "disallowai", "noaitraining"),
        *("notraining", "noaitrain", "noimageai", "noai", "noml", "aioptout", "aitrainingoptout", "optoutai"),
        *("trainingdeny", "denytraining", "blockaitraining", "denyaitraining", "nomachinelearning"),
    )
)
"""Names that refuse by themselves, by their letters."""

_STATEMENTS: Final = frozenset(
    (
        *("aipolicy", "aiusage", "aiusagepolicy", "aicontentpolicy", "aipermissions", "aipermission", "airights"),
        *("datausage", "contentusagepolicy", "aicontentusage", "aipreferences", "aidirective", "aidirectives"),
    )
)
"""Names with a list of uses for a value: `training=prohibited, citation=allowed`, `cite-source, no-train`."""

_IN_AI_TXT: Final = {
    **dict.fromkeys(("training", "train", "trainingpolicy", "ai", "trainingpermission"), "training"),
    **dict.fromkeys(("permission", "permissions", "policy", "usage", "restrictions"), "statement"),
}
"""Names that say something of AI where the whole file is about it."""

_ASKED_FOR: Final = frozenset(
    {"conditional", "ask", "askfirst", "licenserequired", "permissionrequired", "contact"}
)
_NO_SIGNS: Final = re.compile(r"[^a-z0-9]+")
_TRAINING: Final = {Usage.TRAIN_AI: Preference.DISALLOWED}
_LONGEST: Final = 40


def may_be_one(name: str) -> bool:
    """Tell from a name in small letters, or from several, whether one may be of these."""
    return "train" in name or "ai" in name or "learning" in name or "data" in name or "no" in name


def refused(name: str, value: str, *, is_about_ai: bool = False) -> Mapping[Usage, Preference]:
    """Return what a name and its value refuse; nothing where the name is not known.

    `is_about_ai` where everything in the file is, so that shorter names are known.
    """
    own = _NO_SIGNS.sub("", name[:_LONGEST].lower())
    own = own.removeprefix("x") if own not in _OF_TRAINING else own
    kind = _IN_AI_TXT.get(own) if is_about_ai else None
    if own in _OF_TRAINING or kind == "training":
        is_refused = says_no(value) or _plain(value) in _ASKED_FOR
        return _TRAINING if is_refused else {}
    if own in _AGAINST:
        return {} if _plain(value) in TAKEN_BACK else _TRAINING
    if own in _STATEMENTS or kind == "statement":
        return refusals(read_statement(Family.CONTENT_SIGNAL, value)[0])
    return {}


def _plain(value: str) -> str:
    return _NO_SIGNS.sub("", value[:_LONGEST].lower())
