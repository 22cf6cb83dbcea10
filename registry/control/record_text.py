"""The text of a TXT record without what control panels, zone files and editors leave in it."""

import re
import unicodedata
from html import unescape
from typing import Final

UNSEEN: Final = dict.fromkeys((0, 0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xFFFE))
"""Signs that nobody sees. No value of a record has them."""

_QUOTES: Final = str.maketrans("", "", "\"'`\u2018\u2019\u201c\u201d[]{}")
_BETWEEN_STRINGS: Final = re.compile(r'"[ \t]+"')
"""Between two strings of one record, which are one text (RFC 7208 section 3.3)."""
_BY_NUMBER: Final = re.compile(r"\\([0-9]{3})")
_TAG: Final = re.compile(r"</?(?:p|br|div|span|code|pre|td|li)\b[^<>]{0,100}>", re.IGNORECASE)
_IN_A_ZONE: Final = re.compile(r"^\s*\S+\s+(?:[0-9]+\s+)?(?:IN\s+)?TXT\s+", re.IGNORECASE)
_AROUND: Final = " \t\r\n()<>"


def plain(text: str) -> str:
    """Return what a record says: out of quotes, escapes, tags and the line of a zone file, in ordinary letters."""
    text = unicodedata.normalize("NFKC", unescape(text)).translate(UNSEEN)
    text = _BETWEEN_STRINGS.sub("", _BY_NUMBER.sub(_character, text)).translate(_QUOTES).replace("\\", "")
    return _IN_A_ZONE.sub("", _TAG.sub(" ", text)).strip(_AROUND)


def _character(found: re.Match[str]) -> str:
    """Return the character that a zone file writes as a backslash and its number (RFC 1035 section 5.1)."""
    number = int(found[1])
    return chr(number) if number < 0x80 else ""
