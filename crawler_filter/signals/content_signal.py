"""Cloudflare's Content Signals (contentsignals.org): `search=yes, ai-train=no, use=reference`."""

from collections.abc import Mapping
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.preference import Preference, Usage, combine
from crawler_filter.signals.meanings import means
from crawler_filter.signals.signal import Family, Warned

_KEYS: Final = frozenset({"search", "ai-input", "ai-train", "use"})


def parse_content_signal(text: str) -> tuple[Mapping[Usage, Preference], Warned]:
    """Return the preferences that a statement states and a warning about it, if there is something to fix.

    A key that is given twice with different values, or two keys that speak to one usage, count as the refusal.
    """
    said: dict[Usage, list[Preference]] = {}
    warnings = [Sentence("separate signals by commas")] if ";" in text else []
    for pair in filter(None, (part.strip().lower() for part in text.replace(";", ",").split(","))):
        key, _, value = (piece.strip() for piece in pair.partition("="))
        known = means(Family.CONTENT_SIGNAL, f"{key}={value}")
        if known is not None:
            for usage, preference in known.items():
                said.setdefault(usage, []).append(preference)
        elif key in _KEYS:
            right = "immediate, reference, full" if key == "use" else "yes, no"
            warnings.append(Sentence("%(key)s must be one of %(values)s", key=key, values=right))
        else:
            warnings.append(
                Sentence("%(key)s is no content signal: write search, ai-input, ai-train or use", key=key[:40])
            )
    warning: Warned = Sentence.listed(warnings[:5]) if warnings else ""
    return {usage: combine(preferences) for usage, preferences in said.items()}, warning
