"""AIPREF usage preferences: draft-ietf-aipref-vocab-08 section 6, an RFC 9651 dictionary."""

from collections.abc import Mapping
from typing import Final

import http_sf

from crawler_filter.errors import Sentence
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.meanings import means
from crawler_filter.signals.signal import Family, Warned

MAX_STATEMENT: Final = 16_384
TOO_LONG: Final = Sentence("a statement of more than %(most)s bytes is not read", most=MAX_STATEMENT)
"""The warning about a statement of which nobody knows what it says."""
"""Bytes of a statement that are read; there is no reason for a longer one."""

DEAD_LABELS: Final = frozenset(
    {"tdm", "ai", "genai", "inference", "all", "bots", "train-genai", "ai-output", "ai-train", "ai-input"}
)
"""Labels of earlier drafts and of Content Signals, which mean nothing here any more."""

_LABELS: Final = frozenset({Usage.TRAIN_AI.value, Usage.AI_USE.value, Usage.SEARCH.value})

Statement = tuple[Mapping[Usage, Preference], Warned]
"""What is said, and what is wrong with how it is said."""


def parse_statement(text: str | bytes) -> Statement:
    """Return the preferences that a statement states and a warning about it, if there is something to fix.

    What does not parse states nothing at all (RFC 9651 section 4.2); unknown labels and all parameters are passed
    over, and so is a value that is not the token `y` or `n` (draft-ietf-aipref-vocab-08 section 6).
    """
    octets = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if len(octets) > MAX_STATEMENT:
        return {}, TOO_LONG
    try:
        members = http_sf.parse(octets, tltype="dictionary")
    except (http_sf.StructuredFieldError, ValueError, RecursionError) as error:
        return {}, _not_a_dictionary(error)
    preferences: dict[Usage, Preference] = {}
    warnings: list[str] = []
    for label, member in members.items():  # type: ignore[union-attr]  # a dictionary was asked for
        value = member[0] if isinstance(member, tuple) else member
        known = means(Family.AIPREF, f"{label}={value}") if isinstance(value, http_sf.Token) else None
        if known:
            preferences.update(known)
        elif label in _LABELS:
            warnings.append(Sentence("%(label)s must be y or n, without quotes", label=label))
        elif label in DEAD_LABELS:
            warnings.append(
                Sentence(
                    "%(label)s is no label of the current draft: write train-ai, ai-use or search", label=label
                )
            )
    return preferences, Sentence.listed(warnings[:5]) if warnings else ""


def _not_a_dictionary(error: Exception) -> Sentence:
    position = getattr(error, "position", None)
    if position is None:
        return Sentence("not an RFC 9651 dictionary, so it says nothing")
    return Sentence(
        "not an RFC 9651 dictionary from character %(character)s on, so it says nothing", character=position + 1
    )
