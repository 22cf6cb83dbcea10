"""Usages, preferences and how they combine.

Labels are those of the IETF AIPREF vocabulary, draft-ietf-aipref-vocab-08; `tdm` is ours and means any
automated analysis in the sense of Article 4 of Directive (EU) 2019/790, the training of any model included. The
vocabulary is a draft, so its version is stored with each declaration.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache

VOCABULARY = "aipref-08+tdm"


class Usage(StrEnum):
    """A use that somebody may want to make of an asset. The order is part of the snapshot format: only append."""

    TRAIN_AI = "train-ai"
    AI_USE = "ai-use"
    SEARCH = "search"
    TDM = "tdm"


class Preference(StrEnum):
    """An answer to one usage. `unknown` is silence: neither consent nor refusal."""

    ALLOWED = "allowed"
    DISALLOWED = "disallowed"
    UNKNOWN = "unknown"


_RESTRICTIVENESS = {Preference.UNKNOWN: 0, Preference.ALLOWED: 1, Preference.DISALLOWED: 2}
_BITS = {Preference.UNKNOWN: 0, Preference.ALLOWED: 1, Preference.DISALLOWED: 2}
_FROM_BITS = {bits: preference for preference, bits in _BITS.items()}
_SHIFT = {usage: 2 * position for position, usage in enumerate(Usage)}


def combine(preferences: Iterable[Preference]) -> Preference:
    """Return the most restrictive: any refusal wins, then any permission (AIPREF vocab section 5.1)."""
    return max(preferences, key=_RESTRICTIVENESS.__getitem__, default=Preference.UNKNOWN)


def stated(preferences: Mapping[Usage, Preference], usage: Usage) -> Preference:
    """Return what a statement says about `usage`, where reserving `tdm` reserves `train-ai` as well.

    Allowing `tdm` allows nothing else: a permission is never read into words that do not say it.
    """
    if usage is Usage.TRAIN_AI and preferences.get(Usage.TDM) is Preference.DISALLOWED:
        return Preference.DISALLOWED
    return preferences.get(usage, Preference.UNKNOWN)


def is_contradictory(preferences: Mapping[Usage, Preference]) -> bool:
    """Tell whether one statement allows `train-ai` and reserves the `tdm` that includes it."""
    return (
        preferences.get(Usage.TDM) is Preference.DISALLOWED
        and preferences.get(Usage.TRAIN_AI) is Preference.ALLOWED
    )


def encode_preferences(preferences: Mapping[Usage, Preference]) -> int:
    """Pack a statement into 16 bits, two for each usage in enum order: 0 unstated, 1 allowed, 2 disallowed."""
    return sum(_BITS[preference] << _SHIFT[usage] for usage, preference in preferences.items())


def decode_preferences(bits: int) -> dict[Usage, Preference]:
    """Unpack `encode_preferences`. Bits of usages this version does not know are passed over."""
    return {usage: _FROM_BITS[value] for usage, shift in _SHIFT.items() if (value := bits >> shift & 3) in (1, 2)}


@lru_cache(maxsize=1024)
def stated_in(bits: int, usage: Usage) -> Preference:
    """Return what a statement that is packed into `bits` says about `usage`, as `stated` does.

    Remembered, because a registry has few different ones and each match asks several times.
    """
    return stated(decode_preferences(bits), usage)
