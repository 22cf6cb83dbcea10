"""From the bytes of a text to its characters, however little the bytes say about their encoding.

A byte order mark decides, then UTF-8 if it fits, then what the first bytes declare. What is none of these, or has
the escapes of ISO-2022-JP, which fits UTF-8, is read as each common encoding that fits: to look a text up in one
reading too many is cheap, to miss it is not. Nothing raises for content, and only encodings that decode in linear
time are used, whatever is declared.
"""

import codecs
import re
from typing import Final

MAX_GUESSED: Final = 1 << 21
"""Most bytes that are read in several encodings."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED: Final = re.compile(rb"(?:charset|encoding)\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_DECLARED_WITHIN: Final = 1024
# What names stand for in browsers (WHATWG Encoding, section 4.2), as far as Python's codecs are named differently.
_MEANT: Final = {
    "shift_jis": "cp932",
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
_READ: Final = re.compile(
    r"utf-8|utf-16-[bl]e|cp932|euc_jp|iso2022_jp|gb18030|big5|euc_kr|cp949|koi8-[ru]|iso8859-\d+|cp(?:125\d|866|874)"
)
_ISO_2022_JP: Final = re.compile(rb"\x1b\$[@B]")
_COMMON: Final = ("cp932", "euc_jp", "gb18030", "big5", "cp949")


def readings(content: bytes) -> list[str]:
    """Return what the bytes of a text may say: one text where its encoding is known, else every one that fits.

    What does not fit a known encoding is replaced. Where several texts are returned, they are of the first
    MAX_GUESSED bytes.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return [content[len(mark) :].decode(encoding, "replace")]
    if (text := _decoded(content, "utf-8")) is not None:
        start = content[:MAX_GUESSED]
        escaped = _decoded(start, "iso2022_jp") if _ISO_2022_JP.search(start) else None
        return [text] if escaped is None else [escaped, start.decode("utf-8", "replace")]
    if encoding := _declared(content):
        return [content.decode(encoding, "replace")]
    start = content[:MAX_GUESSED]
    fitting = [text for encoding in _COMMON if (text := _decoded(start, encoding)) is not None]
    return [start.decode("utf-8", "replace"), *fitting, start.decode("cp1252", "replace")]


def _decoded(content: bytes, encoding: str) -> str | None:
    """Decode what fits, but for a character that the end may have cut."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        return decoder.decode(content, final=False)
    except UnicodeDecodeError:
        return None


def _declared(content: bytes) -> str:
    declared = _DECLARED.search(content[:_DECLARED_WITHIN])
    if declared is None:
        return ""
    try:
        name = codecs.lookup(declared[1].decode("ascii", "replace")).name
    except LookupError:
        return ""
    name = _MEANT.get(name, name)
    return name if _READ.fullmatch(name) else ""
