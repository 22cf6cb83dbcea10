"""From the bytes of a text to its characters, however little the bytes say about their encoding.

A byte order mark decides, then UTF-8 if it fits, then what the first bytes declare. What is none of these, or has
the escapes of ISO-2022-JP, which fits UTF-8, is read as each common encoding that fits: to look a text up in one
reading too many is cheap, to miss it is not. Of JSON, which data sets are kept in, the escapes are read too.
Nothing raises for content, and only encodings that decode in linear time are used, whatever is declared.
"""

import codecs
import re
from typing import Final

MAX_GUESSED: Final = 1 << 21
"""Most bytes that are read in several encodings."""

MAX_ESCAPED: Final = 1 << 24
"""Most characters of a JSON text that are read: of Japanese, every sixth is one of the text."""

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
# Marks as they are, and as they look to who took UTF-8 for Latin-1, as `requests` does with text/plain.
_LEADING: Final = re.compile(
    rb"(?:\xef\xbb\xbf|\xc3\xaf\xc2\xbb\xc2\xbf|\xc3\xbf\xc3\xbe|\xc3\xbe\xc3\xbf|\xe2\x80\x8b)+"
)
_CONTROL: Final = re.compile("[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_JUDGED_BY: Final = 64
_UNMARKED: Final = {"x0x0": "utf-16-le", "0x0x": "utf-16-be"}
_IN_NO_OTHER: Final = re.compile(rb"[\0-\x08]")
_UTF_16: Final = ("utf-16-le", "utf-16-be")
_NOTHING: Final = bytes(2)
_HEADER: Final = 64
"""Bytes in which no text has a character of zeros: numbers in headers of pictures are zeros."""

_JUDGED_AS_UTF_16: Final = 1024
_FEWEST: Final = 8
_LIKELY: Final = 0.95
_MANY: Final = 8  # of so many bytes of letters in ASCII, four are zero in UTF-16
_ASCII: Final = re.compile("[ -~]")
# Of random units more than half are none of these; of a text in another byte order nearly all.
_IN_TEXTS: Final = re.compile(
    "[\t\n\r -~\xa0-\u024f\u0370-\u052f\u05d0-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u2010-\u203b\u2460-\u24ff"
    "\u25a0-\u2606\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uffee\U0001f300-\U0001faff\U00020000-\U0003ffff]"
)
_JSON: Final = re.compile(r"[\ufeff\s]{0,64}(?:\{|\[|\"(?=[^\"\\]{0,99}\\))")
_ESCAPED: Final = re.compile(r"\\(?:[^u]|u(?![0-9A-Fa-f]{4}))", re.DOTALL)
_ISO_2022_JP: Final = re.compile(rb"\x1b\$[@B]")
_KANA: Final = re.compile("[\u3041-\u30ff]")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_MOSTLY_KANA: Final = 0.15
_COMMON: Final = ("cp932", "euc_jp", "gb18030", "big5", "cp949")


_WIDE: Final = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_WIDE_MARKUP: Final = re.compile(
    b"|".join(
        b"(?P<%b>(?:%b)?(?>(?:%b)*)%b)"
        % (
            name.replace("-", "_").encode(),
            re.escape("\ufeff".encode(name)),
            b"|".join(re.escape(blank.encode(name)) for blank in " \t\r\n"),
            re.escape("<".encode(name)),
        )
        for name in _WIDE
    )
)
"""What begins with a tag, byte for byte in each of the wide encodings."""


def ascii_lines(content: str | bytes) -> bytes:
    """Return a text whose keywords are ASCII as UTF-8, without marks before it and NUL in it, whatever its UTF.

    Octets that are no UTF-8 stay as they are.
    """
    octets = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else bytes(content)
    if (text := from_utf16(octets)) is not None:
        octets = text.encode("utf-8", "replace")
    octets = octets.replace(b"\0", b"")
    marks = _LEADING.match(octets)
    return octets[marks.end() :] if marks else octets


def from_utf16(octets: bytes) -> str | None:
    """Return what is in UTF-16 by its byte order mark, or by starting with two characters of ASCII; else None.

    Four characters of ASCII in the other byte order show that the bytes of the mark alone changed places.
    """
    if octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        first, second = (_UNMARKED.get(_zeros(octets[at : at + 4])) for at in (2, 6))
        return (
            octets[2:].decode(first, "replace")
            if first and first == second
            else octets.decode("utf-16", "replace")
        )
    encoding = _UNMARKED.get(_zeros(octets[:4]))
    return octets.decode(encoding, "replace") if encoding else None


def _zeros(octets: bytes) -> str:
    return "".join("0" if octet == 0 else "x" for octet in octets)


def as_utf8(content: bytes) -> bytes:
    """Return markup in UTF-16 or UTF-32, with or without a byte order mark, in UTF-8; all else as it is."""
    found = _WIDE_MARKUP.match(content)
    encoding = next((name for name in _WIDE if found and found[name.replace("-", "_")] is not None), None)
    if encoding is None:
        return content
    return content.decode(encoding, "replace").removeprefix("\ufeff").encode("utf-8", "replace")


def is_binary(text: str | bytes) -> bool:
    """Tell from the first characters whether this is no text at all, such as one that is still compressed."""
    head = text[:_JUDGED_BY]
    return _CONTROL.search(head if isinstance(head, str) else head.decode("latin-1")) is not None


def readings(content: bytes) -> list[str]:
    """Return what the bytes of a text may say: one text where its encoding is known, else every one that fits.

    What does not fit a known encoding is replaced. Where several texts are returned, they are of the first
    MAX_GUESSED bytes.
    """
    return [unescaped(text) for text in _readings(content)]


def likely_reading(content: bytes) -> str | None:
    """Return what the bytes of a text say: in no known encoding, what has the most kana, and None for few.

    `registry/web/static/winnow.js` reads what a rights holder registers in a browser by the same rules.
    """
    texts = readings(content)
    if len(texts) == 1:
        return texts[0]
    best = max(texts, key=_kana_share)
    return best if len(content) <= MAX_GUESSED and _kana_share(best) >= _MOSTLY_KANA else None


_NESTED: Final = re.compile(r"[\[{]\s{0,4}\\\"[A-Za-z_]\w{0,40}\\\"\s{0,4}:")
"""The beginning of a record within a string."""


def unescaped(text: str) -> str:
    """Return a JSON text, or lines of JSON, as what its strings say; any other text as it is.

    Of what RFC 8259 section 7 escapes, the characters given by number and the slash, which ends tags, are read;
    and ends of lines; the others stand for no letter and are dropped. It is read to MAX_ESCAPED characters.
    """
    if not _JSON.match(text):
        return text
    text = text[:MAX_ESCAPED]
    if "\\" not in text:
        return text
    text = text.replace("\\/", "/")
    if _NESTED.search(text):
        text = text.replace('\\"', '"')  # the records that a string holds are read as records
    numbered = _ESCAPED.sub(_line_end, text)
    units = numbered.encode("ascii", "backslashreplace").decode("unicode_escape", "replace")
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _line_end(escape: re.Match[str]) -> str:
    return "\n" if escape[0] in ("\\n", "\\r") else ""


def utf16_order(octets: bytes) -> str | None:
    """Return the encoding of what may be a text in UTF-16 without a byte order mark, None for all else.

    Spaces, line ends and Japanese punctuation have bytes there that texts in other encodings have not; where one
    of those has some by accident, it may be taken for UTF-16.
    """
    head = octets[: min(_JUDGED_AS_UTF_16, len(octets) & ~1)]
    if not _IN_NO_OTHER.search(head) or _NOTHING in _units(head[:_HEADER]):
        return None
    likely, encoding = max((_likely_text(head.decode(encoding, "replace")), encoding) for encoding in _UTF_16)
    return encoding if likely > (_LIKELY, 0) else None


def _units(head: bytes) -> set[bytes]:
    return {head[at : at + 2] for at in range(0, len(head), 2)}


def _kana_share(text: str) -> float:
    return len(_KANA.findall(text)) / max(len(_NOT_ASCII.findall(text)), 1)


def _likely_text(text: str) -> tuple[float, int]:
    """Return the share of characters that texts have, and how many are ASCII."""
    if len(text) < _FEWEST:
        return 0, 0
    return len(_IN_TEXTS.findall(text)) / len(text), len(_ASCII.findall(text))


def _readings(content: bytes) -> list[str]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return [content[len(mark) :].decode(encoding, "replace")]
    head = content[:_JUDGED_AS_UTF_16]
    unmarked = utf16_order(head)
    if unmarked and _MANY * len(_IN_NO_OTHER.findall(head)) >= len(head):
        return [content.decode(unmarked, "replace")]
    if (text := _decoded(content, "utf-8")) is not None:
        start = content[:MAX_GUESSED]
        escaped = _decoded(start, "iso2022_jp") if _ISO_2022_JP.search(start) else None
        return [text] if escaped is None else [escaped, start.decode("utf-8", "replace")]
    if encoding := _declared(content):
        return [content.decode(encoding, "replace")]
    start = content[:MAX_GUESSED]
    fitting = [text for encoding in _COMMON if (text := _decoded(start, encoding)) is not None]
    if unmarked:
        fitting.append(start.decode(unmarked, "replace"))
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
