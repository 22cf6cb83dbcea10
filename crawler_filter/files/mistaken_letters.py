r"""Texts whose bytes were taken for Latin letters: `ã\x81\x82` for `あ`.

HTTP clients do that with a page that names no encoding, and data sets are full of it. What the letters stand for
as bytes is read again. Look-ups alone ask; nothing raises for content.
"""

import re
from itertools import islice
from typing import Final

from crawler_filter.files.charset import likely_reading

_WINDOWS: Final = {
    ord(bytes([octet]).decode("cp1252")): octet
    for octet in range(0x80, 0xA0)
    if octet not in b"\x81\x8d\x8f\x90\x9d"
}
_LATIN: Final = "\x80-\xff" + "".join(map(chr, _WINDOWS))
_RUN: Final = re.compile(f"[{_LATIN}]{{3}}")
_FEW: Final = 20
"""Runs of three up to which a text is taken to be one in a language with accents."""

_MOST_LOST: Final = 10
"""Of so many letters that are no ASCII one may be lost, as where bytes were dropped that stand for no letter."""


def is_mistaken(text: str) -> bool:
    """Tell whether a text has many runs of letters that no language of Europe has."""
    return next(islice(_RUN.finditer(text), _FEW, None), None) is not None


def read_again(text: str) -> str:
    """Return what the bytes say that a text was made of."""
    octets = text.translate(_WINDOWS).encode("latin-1", "replace")
    said = octets.decode("utf-8", "replace")
    if _MOST_LOST * said.count("\ufffd") <= sum(letter > "\x7f" for letter in said):
        return said
    return likely_reading(octets) or ""
