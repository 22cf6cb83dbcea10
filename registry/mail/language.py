r"""The language of a letter: that of its reader where one is known, else both, English first.

A letter is written whole in each language: its text is `English \f Japanese`, and what both need, such as a
signature, may follow after another `\f`. Its subject is `site: English / Japanese`, and begins with the site in
either.
"""

from itertools import zip_longest
from typing import Final

BREAK: Final = "\f"
_BETWEEN: Final = " / "


def in_language(subject: str, text: str, language: str | None) -> tuple[str, str]:
    """Return subject and text of a letter in one of its languages, or in both where `language` is none of them."""
    parts = [part.strip("\n") for part in text.split(BREAK, 2)]
    english, between, japanese = subject.rpartition(_BETWEEN)
    if len(parts) == 1 or not between or language not in ("en", "ja"):
        return subject, _joined(parts)
    both = parts[2:]
    if language == "en":
        return english, _joined([parts[0], *both])
    site, colon, _words = english.rpartition(": ")
    return f"{site}{colon}{japanese}", _joined([parts[1], *both])


def extended(text: str, more: str) -> str:
    """Return a letter with more said at the end of each of its languages."""
    pairs = zip_longest(text.split(BREAK), more.split(BREAK), fillvalue="")
    return BREAK.join("\n\n".join(filter(None, (part.strip("\n") for part in pair))) for pair in pairs)


def _joined(parts: list[str]) -> str:
    return "\n\n".join(parts) + "\n"
