"""One statement of one standard, as it was read: the value that every module of this package yields."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Literal

from crawler_filter.errors import Sentence
from crawler_filter.formats.terms import NO_TERMS, Terms
from crawler_filter.preference import Preference, Usage, is_contradictory, stated

MAX_RULE: Final = 200
"""Characters of a statement that are kept as evidence."""

MAX_LINK: Final = 2048
"""Characters of a link; longer ones are no help to a person."""


class Family(StrEnum):
    """A standard. Each has a rule of its own for which of its statements speaks; families then combine."""

    ROBOTS = "robots"
    AIPREF = "aipref"
    CONTENT_SIGNAL = "content-signal"
    ROBOTS_TAG = "robots-tag"
    TDMREP = "tdmrep"
    RSL = "rsl"
    AI_TXT = "ai.txt"
    TRUST_TXT = "trust.txt"
    PLUS = "plus"
    CAWG = "cawg"
    ONIX = "onix"
    PAYMENT = "payment"
    TERMS = "terms"
    """Where terms are that only a person can read: licence links, schema.org. They state no preference."""


_NAMES_TRAINING_ITSELF: Final = frozenset({Family.RSL, Family.AIPREF, Family.CONTENT_SIGNAL})
"""Families in whose statements the more specific label speaks, so that training can be named beside mining."""

Warned = Sentence | Literal[""]
"""What is wrong, to be said in any language, or nothing."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One statement that a site or a file makes, and where.

    `preferences` holds only what is stated, allowed or disallowed, and `unknown` for training that a statement
    permits beside the mining that it reserves, where that is not believed; it is empty for a note. `rule` is
    the statement as written, at most MAX_RULE characters; `locator` leads a person to it ("robots.txt line 12",
    "header X-Robots-Tag", "XMP at byte 4711"). `terms` is where permission can be asked for. `warning` says what
    is wrong with the statement, in words that help to fix it. `crawl` is False where fetching itself is
    forbidden. `decides` is False where another statement of its family speaks instead. `unchecked` is True where
    something could not be read or may be used only for a price, so that its silence is not taken for consent.
    `lacks_extra` tells that it could be read if something were installed. `family` is None where a source could
    not be read at all, whatever it may say.
    """

    family: Family | None
    rule: str
    locator: str
    preferences: Mapping[Usage, Preference] = field(default_factory=dict)
    terms: Terms = NO_TERMS
    warning: Warned = ""
    crawl: bool = True
    decides: bool = True
    unchecked: bool = False
    lacks_extra: bool = False

    def says(self, usage: Usage) -> Preference:
        """Return what the statement says about `usage`, where reserving `tdm` reserves `train-ai` as well.

        A family with labels for both means by `tdm` all mining besides what it names: `permits ai-train` of RSL
        permits training, and reserves every other mining.
        """
        if self.family in _NAMES_TRAINING_ITSELF and usage in self.preferences:
            return self.preferences[usage]
        return stated(self.preferences, usage)


def believed(signal: Signal, *, may_allow: bool) -> Signal:
    """Return a file's statement, without its permissions unless it is surely about the whole file."""
    if may_allow or Preference.ALLOWED not in signal.preferences.values():
        return signal
    kept: dict[Usage, Preference] = {
        usage: said for usage, said in signal.preferences.items() if said is Preference.DISALLOWED
    }
    if is_contradictory(signal.preferences) and signal.family in _NAMES_TRAINING_ITSELF:
        kept[Usage.TRAIN_AI] = Preference.UNKNOWN  # the other mining that is reserved is not the training
    warning = signal.warning or Sentence("a permission that may not be about the whole file is not believed")
    return replace(signal, preferences=kept, terms=signal.terms if kept else NO_TERMS, warning=warning)


def unread(
    family: Family, locator: str, reason: str | Exception, rule: str = "", *, lacks_extra: bool = False
) -> Signal:
    """Return an unchecked signal without preferences whose warning says what could not be read, and why."""
    warning = Sentence("could not be read: %(reason)s", reason=reason)
    return Signal(
        family, rule[:MAX_RULE], locator[:MAX_RULE], warning=warning, unchecked=True, lacks_extra=lacks_extra
    )


def web_link(text: str | None) -> str | None:
    """Return `text` if it is an http or https URL of sane length."""
    is_link = text is not None and text.startswith(("http://", "https://")) and len(text) <= MAX_LINK
    return text if is_link else None
