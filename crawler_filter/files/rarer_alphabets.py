"""Files in texts in base32 (RFC 4648), base85 (Ascii85 and Python's) and subtitles' own way, where a text says so.

Those of subtitles (ASS, sections Fonts and Graphics) have a name above them. The others are found by what
pictures, PDFs and ZIPs begin with in each alphabet. Nothing raises for content, and every pattern is linear.
"""

import base64
import re
from collections.abc import Callable, Iterator
from typing import Final

_BEGINNINGS: Final = (
    b"\x89PNG\r\n\x1a\n",
    *(b"\xff\xd8\xff" + bytes([kind]) for kind in (0xC0, 0xDB, 0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xFE)),
    *(b"GIF8", b"RIFF", b"%PDF", b"PK\3\4"),
)
_NAMES_OF_32: Final = (b"base32", b"b32")
_NAMES_OF_85: Final = (b"base85", b"ascii85", b"a85", b"b85", b"<~")


def _marks(encode: Callable[[bytes], bytes], group: int, letters: int) -> tuple[bytes, ...]:
    """Return what the beginnings are for certain in an alphabet that makes so many letters of a group of bytes."""
    return tuple(encode(magic)[: len(magic) // group * letters or 6] for magic in _BEGINNINGS)


def _either(marks: tuple[bytes, ...]) -> bytes:
    return b"|".join(map(re.escape, marks))


_MARKS_32: Final = _marks(base64.b32encode, 5, 8)
_MARKS_B85: Final = _marks(base64.b85encode, 4, 5)
_MARKS_A85: Final = _marks(base64.a85encode, 4, 5)
"""To the letter: a text without any is not searched further, whatever it names."""

_OF_32: Final = re.compile(rb"(?<![A-Z2-7])(?=" + _either(_MARKS_32) + rb")(?>(?:[A-Z2-7]|\\[nr]|[\r\n \t])*)")
_OF_B85: Final = re.compile(
    rb"(?<![0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-])(?=" + _either(_MARKS_B85) + rb")"
    rb"(?>[0-9A-Za-z!#$%&()*+;<=>?@^_`{|}~-]*)"
)
_OF_A85: Final = re.compile(
    rb"(?:(?P<quote>\"?)<~\s{0,9}(?=(?:" + _either(_MARKS_A85) + rb"))(?P<marked>(?>(?:[^~]|~(?!>))*))"
    rb"|\"(?=(?:" + _either(_MARKS_A85) + rb"))(?P<quoted>(?>(?:[^\"\\]|\\.)*)))",
    re.DOTALL,
)
_SECTIONS: Final = (b"[graphics]", b"[fonts]")
_OF_SUBTITLES: Final = re.compile(rb"^filename:[^\r\n]{0,400}\r?\n((?>(?:[!-`]{1,80}\r?\n?)*))", re.MULTILINE)
_SIX_BITS: Final = bytes(octet - 33 if 33 <= octet <= 96 else 0 for octet in range(256))
_ESCAPED: Final = re.compile(rb"\\(.)", re.DOTALL)
_NO_LETTERS: Final = re.compile(rb"\\[nr]|\s+")
_NOT_OF_A85: Final = bytes(octet for octet in range(256) if not (0x21 <= octet <= 0x75 or octet == 0x7A))


def _has_any(text: bytes, words: tuple[bytes, ...]) -> bool:
    return any(word in text for word in words)


def may_have(lowered: bytes) -> bool:
    """Tell whether a text in small letters names one of these alphabets."""
    return _has_any(lowered, (*_NAMES_OF_32, *_NAMES_OF_85, *_SECTIONS))


def written(text: bytes, lowered: bytes) -> Iterator[bytes]:
    """Yield what is written in them."""
    if _has_any(lowered, _NAMES_OF_32) and _has_any(text, _MARKS_32):
        for found in _OF_32.finditer(text):
            yield _base32(_NO_LETTERS.sub(b"", found[0]))
    is_85 = _has_any(lowered, _NAMES_OF_85)
    if is_85 and _has_any(text, _MARKS_B85):
        for found in _OF_B85.finditer(text):
            yield _whole(base64.b85decode, found[0])
    if is_85 and _has_any(text, _MARKS_A85):
        for found in _OF_A85.finditer(text):
            letters = found["marked"] or found["quoted"]
            if found["quote"] or found["quoted"]:
                letters = _ESCAPED.sub(rb"\1", letters)
            yield _whole(base64.a85decode, letters.translate(None, _NOT_OF_A85))
    if _has_any(lowered, _SECTIONS):
        for found in _OF_SUBTITLES.finditer(text):
            yield _of_subtitles(b"".join(found[1].split()))


def _of_subtitles(letters: bytes) -> bytes:
    sixes = letters.translate(_SIX_BITS)
    groups = (sixes[at : at + 4].ljust(4, b"\0") for at in range(0, len(sixes), 4))
    whole = b"".join(((a << 18) | (b << 12) | (c << 6) | d).to_bytes(3) for a, b, c, d in groups)
    return whole[: len(sixes) * 3 // 4]


def _base32(letters: bytes) -> bytes:
    whole = len(letters) // 8 * 8
    rest = letters[whole:]
    rest = rest[: max(size for size in (0, 2, 4, 5, 7) if size <= len(rest))]
    return base64.b32decode(letters[:whole] + rest + b"=" * (-len(rest) % 8))


def _whole(decode: Callable[[bytes], bytes], letters: bytes) -> bytes:
    letters = letters[: len(letters) - (len(letters) % 5 == 1 and b"z" not in letters)]
    try:
        return decode(letters)
    except ValueError:
        return b""
