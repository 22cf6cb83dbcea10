"""Whether bytes may be a text in any encoding.

A text of an unknown encoding has bytes of every value above 127, and so have pictures without a mark of their own.
What tells them apart are bytes that no text has, and areas of one colour: a letter is not written eight times.
"""

import re
from typing import Final

from crawler_filter.files.charset import utf16_order

BINARY: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
"""Bytes that are in no text but one of UTF-16."""

STRANGE: Final = 32
"""Of this many bytes of a text, one may be none of a text. Of compressed ones, every ninth is."""

_OF_TEXTS: Final = bytes(octet for octet in range(256) if not BINARY.match(bytes([octet])))
_HEAD: Final = 1024
_BODY: Final = 1 << 16
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_ONE_COLOUR: Final = re.compile(
    rb"([\x80-\xa0\xa2-\xaf\xb3-\xc3\xc5-\xcc\xce-\xda\xe0-\xff])\1{7,}|((?=[\0-\x7f]{0,2}[\x80-\xff]).{3})\2{7,}"
    rb"|((..)(?!\4)(?=[\x80-\xff]|.[\x80-\xff])..)\3{7,}",
    re.DOTALL,
)
"""Grey or coloured pixels. Left out are a wide blank of Japanese, and what frames are drawn with in DOS."""

_OF_NUMBERS: Final = b"0123456789,.;[](){}+-eE \t\r\n"
_FEWEST_NUMBERS: Final = 1 << 11
_OTHERS: Final = 8
"""Of so many bytes in the middle of a text of numbers, one at most is of a word."""

ENUMERATION: Final = b"# ImageMagick pixel enumeration: "
"""The beginning of a text of ImageMagick's: a line for each pixel, with its place and its colour."""

_IN_CUT: Final = 3
"""Bytes of a letter in UTF-8 that a cut leaves."""


def goes_on_as_bytes(content: bytes) -> bool:
    """Tell whether what has the beginning of a text is none in what follows."""
    body = content[_HEAD:_BODY]
    strange = STRANGE * len(body.translate(None, _OF_TEXTS)) > len(body)
    is_utf16 = content.startswith(_UTF16_MARKS) or utf16_order(content[:_HEAD])
    return (strange and not is_utf16) or is_of_one_colour(content)


def is_of_numbers(content: bytes) -> bool:
    """Tell whether a text is hardly more than numbers in its middle, or enumerates pixels."""
    if content.startswith(ENUMERATION):
        return True
    middle = content[len(content) // 2 :][:_HEAD]
    return len(content) >= _FEWEST_NUMBERS and _OTHERS * len(middle.translate(None, _OF_NUMBERS)) <= len(middle)


def is_of_one_colour(content: bytes) -> bool:
    """Tell whether there are areas of one colour in what is in no Unicode encoding, and may be any other."""
    body = content[:_BODY]
    if body.isascii() or body.startswith(_UTF16_MARKS) or _is_utf8(body):
        return False
    return STRANGE * sum(len(area[0]) for area in _ONE_COLOUR.finditer(body)) > len(body)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(body) - _IN_CUT
    return True
