"""Cloudflare's Content Signals (contentsignals.org): `search=yes, ai-train=no, use=reference`."""

from collections.abc import Mapping
from typing import Final

from crawler_filter.preference import Preference, Usage, combine
from crawler_filter.signals.meanings import means
from crawler_filter.signals.signal import Family

_KEYS: Final = frozenset({"search", "ai-input", "ai-train", "use"})


def parse_content_signal(text: str) -> tuple[Mapping[Usage, Preference], str]:
    """Return the preferences that a statement states and a warning about it, if there is something to mend.

    A key that is given twice with different values, or two keys that speak to one usage, count as the refusal.
    """
    said: dict[Usage, list[Preference]] = {}
    warnings = ["separate signals by commas"] if ";" in text else []
    for pair in filter(None, (part.strip().lower() for part in text.replace(";", ",").split(","))):
        key, _, value = (piece.strip() for piece in pair.partition("="))
        known = means(Family.CONTENT_SIGNAL, f"{key}={value}")
        if known is not None:
            for usage, preference in known.items():
                said.setdefault(usage, []).append(preference)
        elif key in _KEYS:
            right = "immediate, reference or full" if key == "use" else "yes or no"
            warnings.append(f"{key} must be {right}")
        else:
            warnings.append(f"{key[:40]} is no content signal: write search, ai-input, ai-train or use")
    return {usage: combine(preferences) for usage, preferences in said.items()}, "; ".join(warnings[:5])
