"""The Data Mining property of PLUS, which is also in the IPTC Photo and Video Metadata Standards since 2023.1.

The specification is at ns.useplus.org/LDF/ldf-XMPSpecification; the property holds the URI of a value of the
vocabulary. Values in the wild are often not that URI, so whatever forbids in any spelling forbids, and only the
exact URI allows.
"""

import re
from collections.abc import Mapping
from typing import Final

from crawler_filter.preference import Preference, Usage
from crawler_filter.record import Terms
from crawler_filter.signals.signal import MAX_RULE, Family, Signal, believed

NAMESPACE: Final = "http://ns.useplus.org/ldf/xmp/1.0/"
VOCABULARY: Final = "http://ns.useplus.org/ldf/vocab/"

_EVERYTHING: Final = dict.fromkeys(Usage, Preference.DISALLOWED)
_TRAINING: Final = {Usage.TRAIN_AI: Preference.DISALLOWED}
_ALL_BUT_SEARCH: Final = dict.fromkeys((Usage.TRAIN_AI, Usage.AI_USE, Usage.TDM), Preference.DISALLOWED)
_MINING_ALLOWED: Final = dict.fromkeys((Usage.TDM, Usage.TRAIN_AI), Preference.ALLOWED)
_CONDITIONS: Final = "PLUS vocabulary; conditions a machine cannot read are for a person to ask about"

MEANINGS: Final[Mapping[str, tuple[Mapping[Usage, Preference], str]]] = {
    "DMI-UNSPECIFIED": ({}, "PLUS vocabulary: no prohibition defined"),
    "DMI-ALLOWED": (
        _MINING_ALLOWED,
        "PLUS vocabulary: allowed; its other values count AI/ML training as data mining",
    ),
    "DMI-PROHIBITED-AIMLTRAINING": (_TRAINING, "PLUS vocabulary: prohibited for AI/ML training"),
    "DMI-PROHIBITED-GENAIMLTRAINING": (_TRAINING, "PLUS vocabulary: prohibited for generative AI/ML training"),
    "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING": (
        _ALL_BUT_SEARCH,
        "PLUS vocabulary: prohibited except for search engine indexing, of which it says no more",
    ),
    "DMI-PROHIBITED": (_EVERYTHING, "PLUS vocabulary: prohibited"),
    "DMI-PROHIBITED-SEECONSTRAINT": (_EVERYTHING, _CONDITIONS),
    "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR": (_EVERYTHING, _CONDITIONS),
    "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR": (_EVERYTHING, _CONDITIONS),
}
"""What each value of `plus:DataMining` says, and where that is written."""

_LAST_SEGMENT: Final = re.compile(r"[^/#:\s]*$")


def data_mining(value: str, terms: Terms, locator: str, *, may_allow: bool, constraint: str = "") -> Signal:
    """Read one value of the property.

    `may_allow` is False where the statement may not be about the whole file, or its property is in a namespace
    that is not PLUS's. `constraint` is the text that a conditional prohibition refers to.
    """
    preferences, warning = _meaning(value)
    rule = f"plus:DataMining {value}" + (f" ({constraint})" if constraint else "")
    signal = Signal(Family.PLUS, rule[:MAX_RULE], locator, preferences, terms, warning)
    return believed(signal, may_allow=may_allow and not warning)


def _meaning(value: str) -> tuple[Mapping[Usage, Preference], str]:
    """Return what a value forbids or allows, and what is wrong with it: nothing for the exact URI."""
    last = _LAST_SEGMENT.search(value)
    term = last[0].upper() if last else ""
    if term in MEANINGS:
        uri = VOCABULARY + term
        return MEANINGS[term][0], "" if value == uri else f"invalid value, expected {uri}"
    if "PROHIBIT" in value.upper():
        return MEANINGS["DMI-PROHIBITED"][0], "invalid value, prohibitive intent: read as DMI-PROHIBITED"
    return {}, "invalid value: not in the PLUS vocabulary"
