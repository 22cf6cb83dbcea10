"""Which usage each statement of each family speaks to: the one table, with the source of every row.

A statement that is not in the table says nothing that this package acts on. A refusal is read as widely as its
source words it, a permission no more widely. `make docs` prints this table into
`docs/reference/signals.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.signal import Family

_TRAIN, _USE, _SEARCH, _TDM = Usage.TRAIN_AI, Usage.AI_USE, Usage.SEARCH, Usage.TDM
_NO, _YES = Preference.DISALLOWED, Preference.ALLOWED


@dataclass(frozen=True, slots=True)
class Meaning:
    """One row. `statement` is spelled as `means` is asked for it, `source` is where its meaning is defined."""

    family: Family
    statement: str
    preferences: Mapping[Usage, Preference]
    source: str


def _row(family: Family, statement: str, said: Preference, usages: tuple[Usage, ...], source: str) -> Meaning:
    return Meaning(family, statement, dict.fromkeys(usages, said), source)


_AIPREF = "draft-ietf-aipref-vocab-08"
_SIGNALS = "contentsignals.org policy"
_MOST_USE = "Cloudflare changelog 2026: the most use that is allowed"
_DEVIANTART = "DeviantArt, 11 November 2022"
_GOOGLE = "Google robots meta tag specification"
_VENDORS = "Amazon crawler documentation, 15 June 2026; Bing Webmaster Blog, September 2023"
_TDMREP = "W3C TDMRep report, 10 May 2024"
_RSL = "RSL 1.0 section 3.4.1"
_PLUS = "PLUS vocabulary"
_CONDITIONS = f"{_PLUS}: prohibited under conditions that a person has to ask about"
_MINING = f"{_PLUS}: its other values count AI/ML training as data mining"
_ONIX = "ONIX for Books 3.1, code lists 145 and 146"
_CAWG = "CAWG Training and Data Mining Assertion 1.1"

MEANINGS: Final[tuple[Meaning, ...]] = (
    _row(Family.AIPREF, "train-ai=n", _NO, (_TRAIN,), _AIPREF),
    _row(Family.AIPREF, "train-ai=y", _YES, (_TRAIN,), _AIPREF),
    _row(Family.AIPREF, "ai-use=n", _NO, (_USE,), _AIPREF),
    _row(Family.AIPREF, "ai-use=y", _YES, (_USE,), _AIPREF),
    _row(Family.AIPREF, "search=n", _NO, (_SEARCH,), _AIPREF),
    _row(Family.AIPREF, "search=y", _YES, (_SEARCH,), _AIPREF),
    _row(Family.CONTENT_SIGNAL, "ai-train=no", _NO, (_TRAIN,), _SIGNALS),
    _row(Family.CONTENT_SIGNAL, "ai-train=yes", _YES, (_TRAIN,), _SIGNALS),
    _row(Family.CONTENT_SIGNAL, "ai-input=no", _NO, (_USE,), _SIGNALS),
    _row(Family.CONTENT_SIGNAL, "ai-input=yes", _YES, (_USE,), _SIGNALS),
    _row(Family.CONTENT_SIGNAL, "search=no", _NO, (_SEARCH,), _SIGNALS),
    _row(Family.CONTENT_SIGNAL, "search=yes", _YES, (_SEARCH,), _SIGNALS),
    _row(Family.CONTENT_SIGNAL, "use=immediate", _NO, (_TRAIN,), _MOST_USE),
    _row(Family.CONTENT_SIGNAL, "use=reference", _NO, (_TRAIN,), _MOST_USE),
    _row(Family.CONTENT_SIGNAL, "use=full", _YES, (), "Cloudflare changelog 2026: no limit is no permission"),
    _row(Family.ROBOTS, "DisallowAITraining", _NO, (_TRAIN,), "draft-canel-robots-ai-control-00, expired"),
    _row(Family.ROBOTS_TAG, "noai", _NO, (_TRAIN, _USE), _DEVIANTART),
    _row(Family.ROBOTS_TAG, "noimageai", _NO, (_TRAIN, _USE), _DEVIANTART),
    _row(Family.ROBOTS_TAG, "noml", _NO, (_TRAIN,), "noml.info open letter"),
    _row(Family.ROBOTS_TAG, "noarchive", _NO, (_TRAIN, _USE), _VENDORS),
    _row(Family.ROBOTS_TAG, "nocache", _NO, (_TRAIN,), "Bing Webmaster Blog, September 2023"),
    _row(Family.ROBOTS_TAG, "noindex", _NO, (_SEARCH,), _GOOGLE),
    _row(Family.ROBOTS_TAG, "noimageindex", _NO, (_SEARCH,), _GOOGLE),
    _row(Family.ROBOTS_TAG, "none", _NO, (_SEARCH,), _GOOGLE),
    _row(Family.TDMREP, "tdm-reservation=1", _NO, (_TDM,), _TDMREP),
    _row(Family.TDMREP, "tdm-reservation=0", _YES, (_TDM,), _TDMREP),
    _row(Family.RSL, "all", _YES, (_TRAIN, _USE, _SEARCH, _TDM), _RSL),
    _row(Family.RSL, "ai-all", _YES, (_TRAIN, _USE), _RSL),
    _row(Family.RSL, "ai-train", _YES, (_TRAIN,), _RSL),
    _row(Family.RSL, "ai-input", _YES, (_USE,), _RSL),
    _row(Family.RSL, "ai-index", _YES, (), _RSL),
    _row(Family.RSL, "search", _YES, (_SEARCH,), _RSL),
    _row(Family.AI_TXT, "Disallow", _NO, (_TRAIN,), "Spawning ai.txt, 30 May 2023"),
    _row(Family.AI_TXT, "Allow", _YES, (_TRAIN,), "Spawning ai.txt, 30 May 2023"),
    _row(Family.TRUST_TXT, "datatrainingallowed=no", _NO, (_TRAIN,), "trust.txt specification, 4 April 2024"),
    _row(Family.TRUST_TXT, "datatrainingallowed=yes", _YES, (_TRAIN,), "trust.txt specification, 4 April 2024"),
    _row(Family.PLUS, "DMI-UNSPECIFIED", _NO, (), f"{_PLUS}: no prohibition defined"),
    _row(Family.PLUS, "DMI-ALLOWED", _YES, (_TRAIN, _TDM), _MINING),
    _row(Family.PLUS, "DMI-PROHIBITED-AIMLTRAINING", _NO, (_TRAIN,), _PLUS),
    _row(Family.PLUS, "DMI-PROHIBITED-GENAIMLTRAINING", _NO, (_TRAIN,), _PLUS),
    _row(Family.PLUS, "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING", _NO, (_TRAIN, _USE, _TDM), _PLUS),
    _row(Family.PLUS, "DMI-PROHIBITED", _NO, (_TRAIN, _USE, _SEARCH, _TDM), _PLUS),
    _row(Family.PLUS, "DMI-PROHIBITED-SEECONSTRAINT", _NO, (_TRAIN, _USE, _SEARCH, _TDM), _CONDITIONS),
    _row(Family.PLUS, "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR", _NO, (_TRAIN, _USE, _SEARCH, _TDM), _CONDITIONS),
    _row(Family.PLUS, "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR", _NO, (_TRAIN, _USE, _SEARCH, _TDM), _CONDITIONS),
    _row(Family.ONIX, "EpubUsageType 11=02", _NO, (_TDM,), _ONIX),
    _row(Family.ONIX, "EpubUsageType 11=03", _NO, (_TDM,), _ONIX),
    _row(Family.CAWG, "ai_generative_training=notAllowed", _NO, (_TRAIN,), _CAWG),
    _row(Family.CAWG, "ai_generative_training=allowed", _YES, (_TRAIN,), _CAWG),
    _row(Family.CAWG, "ai_training=notAllowed", _NO, (_TRAIN,), _CAWG),
    _row(Family.CAWG, "ai_training=allowed", _YES, (), f"{_CAWG}: it is about models that do not generate"),
    _row(Family.CAWG, "ai_inference=notAllowed", _NO, (_USE,), _CAWG),
    _row(Family.CAWG, "ai_inference=allowed", _YES, (_USE,), _CAWG),
    _row(Family.CAWG, "data_mining=notAllowed", _NO, (_TDM,), _CAWG),
    _row(Family.CAWG, "data_mining=allowed", _YES, (_TDM,), _CAWG),
)  # fmt: skip

_TABLE: Final = {(row.family, row.statement): row.preferences for row in MEANINGS}


def means(family: Family, statement: str) -> Mapping[Usage, Preference] | None:
    """Return what `statement` says about each usage, or None where the family defines no such statement."""
    return _TABLE.get((family, statement))
