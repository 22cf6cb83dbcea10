r"""Texts whose bytes were taken for letters: `ã\x81\x82` for `あ`, and `ãģ\u0124` where models cut them up.

HTTP clients do that with a page that names no encoding, and data sets are full of it; some texts went through it
twice. Tokenizers of bytes (GPT-2's and those after it) write each byte as a letter, a blank as `\u0120`. What the
letters stand for as bytes is read again. Look-ups alone ask; nothing raises for content.
"""

import re
from itertools import islice
from typing import Final

from crawler_filter.files.charset import likely_reading

_SHOWN_AS_THEY_ARE: Final = frozenset((*range(33, 127), *range(161, 173), *range(174, 256)))
_WINDOWS: Final = {
    ord(bytes([octet]).decode("cp1252")): octet
    for octet in range(0x80, 0xA0)
    if octet not in b"\x81\x8d\x8f\x90\x9d"
}
_OF_TOKENS: Final = {
    0x100 + at: octet for at, octet in enumerate(each for each in range(256) if each not in _SHOWN_AS_THEY_ARE)
}
"""The letters that tokenizers write for bytes which are no visible letter of Latin-1."""

_TOKEN: Final = re.compile("[\u0120\u010a]")
_TOKENS: Final = re.compile("[\u0021-\u007e\u00a1-\u00ac\u00ae-\u0143]+")
_PARTED: Final = re.compile("[\"'],?\\s{0,80}[\"']")
"""What stands between two tokens of a list."""

_MOST_TIMES: Final = 3
"""Times that a text may have been mistaken."""

_KANJI: Final = {"cp932": "縺繧繝", "gb18030": "銇銈銉"}
"""What the first two bytes of kana in UTF-8 are in encodings of Japanese and of Chinese."""

_AS_KANJI: Final = re.compile(f"[{''.join(_KANJI.values())}]")
_LATIN: Final = "\x80-\xff" + "".join(map(chr, _WINDOWS))
_RUN: Final = re.compile(f"[{_LATIN}][{_LATIN}]{{2}}")
_CUT: Final = re.compile("[\u00e3-\u00e9][\u0100-\u0143\u00a1-\u00ff]{2}")
_FEW: Final = 20
"""Runs of three up to which a text is taken to be one in a language with accents."""

_MOST_LOST: Final = 10
"""Of so many letters that are no ASCII one may be lost, as where bytes were dropped that stand for no letter."""


def is_mistaken(text: str) -> bool:
    """Tell whether a text has many runs of letters that no language of Europe has."""
    return next(islice(_RUN.finditer(text), _FEW, None), None) is not None


def is_of_kanji(text: str) -> bool:
    """Tell whether a text has many kanji that stand for kana in UTF-8, and are rare otherwise."""
    return not text.isascii() and next(islice(_AS_KANJI.finditer(text), _FEW, None), None) is not None


def read_kanji(text: str) -> str:
    """Return what is left of a text in UTF-8 that was taken for one in an encoding of kanji."""
    first = next(_AS_KANJI.finditer(text))[0]
    taken_for = next(encoding for encoding, signs in _KANJI.items() if first in signs)
    return text.encode(taken_for, "ignore").decode("utf-8", "ignore")


def is_of_tokens(text: str) -> bool:
    """Tell whether a text may be the tokens of a model, whose bytes are letters."""
    if text.isascii():
        return False
    return any(next(islice(each.finditer(text), _FEW, None), None) is not None for each in (_TOKEN, _CUT))


def read_tokens(text: str) -> str:
    """Return what the tokens of a model say."""
    return _TOKENS.sub(lambda run: _said_by(run[0]), _PARTED.sub("", text))


def _said_by(tokens: str) -> str:
    return tokens.translate(_OF_TOKENS).encode("latin-1", "replace").decode("utf-8", "replace")


def read_again(text: str) -> str:
    """Return what the bytes say that a text was made of, which may have been mistaken more than once."""
    for _ in range(_MOST_TIMES):
        text = _read_once(text)
        if not is_mistaken(text):
            break
    return text


def _read_once(text: str) -> str:
    octets = text.translate(_WINDOWS).encode("latin-1", "replace")
    said = octets.decode("utf-8", "replace")
    if _MOST_LOST * said.count("\ufffd") <= sum(letter > "\x7f" for letter in said):
        return said
    return likely_reading(octets) or ""
