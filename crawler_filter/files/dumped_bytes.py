"""Files in lists and dumps of bytes: arrays of programs, registry files of Windows, `xxd`, `hexdump` and `od`.

Programs write `0xff, 0xd8`, `$FF, $D8`, `&HFF`, `(byte)0xFF`, `255u8` or `.byte 0xff`; Windows exports
`hex:ff,d8,`; JavaScript makes `{"0":255,"1":216}` of an array; Wireshark and debuggers print columns with the
place before and the letters behind. A file is told by its first bytes, a dumped text by its places alone.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from crawler_filter.files.budget import Skipped

_BEGINNINGS: Final = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n",
    b"GIF8",
    b"RIFF",
    b"%PDF",
    b"PK\3\4",
    b"\x1a\x45\xdf\xa3",
)


class _Base(NamedTuple):
    """A way to write bytes: its digits, the pattern of one byte, and its base."""

    digits: bytes
    one: bytes
    base: int


_HEX: Final = _Base(b"0123456789abcdef", rb"[0-9a-f]{2}", 16)
_DECIMAL: Final = _Base(b"-0123456789", rb"-?(?:0|[1-9][0-9]{0,2})", 10)
_OCTAL: Final = _Base(b"0123456789", rb"[0-3][0-7]{2}", 8)
_BINARY: Final = _Base(b"01", rb"[01]{8}", 2)
_GAP: Final = rb"[^0-9a-z%=]{1,80}"
_GAPS: Final = {16: _GAP, 10: rb"[^0-9a-z%=-]{1,80}", 8: _GAP, 2: _GAP}
"""What may stand between bytes: escapes of addresses and of mails are read elsewhere."""
_NOISE: Final = re.compile(
    rb"/\*[^*]{0,200}\*/|//[^\n]{0,200}|\((?:unsigned char|s?byte|uint8_t|char)\)|0x(?=[0-9a-f])|&h(?=[0-9a-f])"
    rb"|\\x(?=[0-9a-f])|(?<=[0-9])u8|(?<=[0-9a-f])uy(?![0-9a-z])|\b0(?=[0-9a-f]{2}h\b)|(?<=[0-9a-f])h\b|\.byte\b"
)
"""What stands around the digits of a byte, in small letters, in C, Java, Rust, Basic and F#."""
_INDEX: Final = re.compile(rb"\"[0-9]{1,9}\"\s{0,3}:")
_SHORTEST: Final = 64
_FIRST: Final = (b"0000010", b"0000020", b"\n000010 ", b"\n0010 ", b"\n0010:", b"0000006: ")
"""The place of the second line of every dump."""
_LINE: Final = re.compile(
    rb"^[^\S\n]{0,8}(?:0x)?[0-9a-f]{4,16}h?:?[^\S\n]{1,4}\|?[^\S\n]{0,2}"
    rb"((?>(?:[0-9a-f]{2,8}[ \t-]{1,3}){1,64}(?:[0-9a-f]{2,8}(?![0-9a-z]))?|[0-9a-f]{2,8}(?=\r?$)))",
    re.MULTILINE,
)
_FEW: Final = 3
_WINDOW: Final = 96
_FEW_LETTERS: Final = 8
_MANY_DIGITS: Final = 32
_DIGITS: Final = b"0123456789"
_NO_WORDS: Final = bytes(octet for octet in range(128) if octet not in b"gijklmnopqrstvwyz")
"""ASCII but letters that are in no number, whatever its base and its prefix."""
_MOST_LINES: Final = 1 << 20


def may_have(lowered: bytes) -> bool:
    """Tell whether a text, in small letters, may have a list or a dump of a file."""
    return _has_beginning(lowered) and _is_dense(lowered)


def _has_beginning(lowered: bytes) -> bool:
    return any(mark in lowered for mark in _FIRST) or any(True for _ in _ways(lowered))


def written(lowered: bytes) -> Iterator[bytes | Skipped]:
    """Yield the files in lists and dumps of a text in small letters."""
    if not may_have(lowered):
        return
    cleaned = b""
    for way, is_indexed in _ways(lowered):
        cleaned = cleaned or _NOISE.sub(b" ", lowered)
        yield from _listed(_INDEX.sub(b" ", lowered) if is_indexed else cleaned, way)
    if any(mark in lowered for mark in _FIRST):
        yield from _dumped(lowered)


def _is_dense(lowered: bytes) -> bool:
    """Tell whether there is a place of digits, or of those of base 16 with hardly a letter: 64 bytes have one."""
    if b"(byte)" in lowered:
        lowered = lowered.replace(b"(byte)", b"")
    for place in range(0, max(len(lowered) - _WINDOW, 1), _WINDOW):
        window = lowered[place : place + _WINDOW]
        least = len(window) - _MANY_DIGITS
        if len(window.translate(None, _DIGITS)) <= least or (
            len(window.translate(None, _NO_WORDS)) <= _FEW_LETTERS
            and len(window.translate(None, _HEX.digits)) <= least
        ):
            return True
    return False


def _ways(lowered: bytes) -> Iterator[tuple[_Base, bool]]:
    """Yield the ways in which the beginning of a file may be written: its digits stand one after another."""
    plain = lowered.replace(b"0x", b"").replace(b"(byte)", b"").replace(b"u8", b"")
    digits = plain.translate(None, _OTHER_THAN[16])
    if any(mark in digits for mark in _MARKS[16]):
        yield _HEX, False
    digits = plain.translate(None, _OTHER_THAN[10])
    for way in (_DECIMAL, _OCTAL, _BINARY):
        if any(mark in digits for mark in _MARKS[way.base]):
            yield way, False
    if any(mark in digits for mark in _INDEXED):
        yield _DECIMAL, True


def _written_as(way: _Base, octet: int) -> bytes:
    return f"{octet:{ {16: '02x', 10: 'd', 8: '03o', 2: '08b'}[way.base] }}".encode()


def _signed(raw: bytes) -> bytes:
    return b"".join(b"%d" % (octet - 256 if octet > 127 else octet) for octet in raw)


_OTHER_THAN: Final = {
    way.base: bytes(octet for octet in range(256) if octet not in way.digits) for way in (_HEX, _DECIMAL)
}
_MARKS: Final = {
    way.base: tuple(b"".join(_written_as(way, octet) for octet in magic) for magic in _BEGINNINGS)
    for way in (_HEX, _DECIMAL, _OCTAL, _BINARY)
}
_MARKS[10] = (*_MARKS[10], *(_signed(magic) for magic in _BEGINNINGS[:2]))
_INDEXED: Final = tuple(b"".join(b"%d%d" % each for each in enumerate(magic)) for magic in _BEGINNINGS)


def _starts(way: _Base) -> re.Pattern[bytes]:
    gap = _GAPS[way.base]
    spelled = [[_written_as(way, octet) for octet in magic] for magic in _BEGINNINGS]
    if way is _DECIMAL:
        spelled += [[_signed(bytes([octet])) for octet in magic] for magic in _BEGINNINGS[:2]]
    begun = b"|".join(gap.join(each) for each in spelled)
    return re.compile(
        rb"(?<![0-9a-z-])(?=(?:"
        + begun
        + rb")(?![0-9a-z]))(?>(?:"
        + way.one
        + rb"(?![0-9a-z])(?:"
        + gap
        + rb")?)*)"
    )


_LISTS: Final = {way.base: _starts(way) for way in (_HEX, _DECIMAL, _OCTAL, _BINARY)}
_ONES: Final = {way.base: re.compile(way.one) for way in (_HEX, _DECIMAL, _OCTAL, _BINARY)}


def _listed(cleaned: bytes, way: _Base) -> Iterator[bytes]:
    for run in _LISTS[way.base].finditer(cleaned):
        raw = bytes(int(each, way.base) & 0xFF for each in _ONES[way.base].findall(run[0]))
        if len(raw) >= _SHORTEST:
            yield raw


def _dumped(lowered: bytes) -> Iterator[bytes | Skipped]:
    """Yield what stands in columns, as bytes and, where two or more are written as one, in the other order too."""
    lines = _LINE.finditer(lowered)
    groups = [line[1].replace(b"-", b" ").split() for line in islice(lines, _MOST_LINES)]
    if len(groups) <= _FEW:
        return
    if next(lines, None) is not None:
        yield Skipped("", f"of a dump only the first {_MOST_LINES} lines were read")
    digits, base = _column(groups)
    width = Counter(len(b"".join(each)) // digits for each in groups).most_common(1)[0][0]
    for in_order in (True, False):
        if in_order or (base == _HEX.base and any(len(each[0]) > digits for each in groups if each)):
            rows = (_bytes_of(each, digits, base, in_order=in_order)[:width] for each in groups)
            yield b"".join(rows)


def _column(groups: list[list[bytes]]) -> tuple[int, int]:
    """Return how many digits a byte has in a dump, and of which base."""
    digits = Counter(len(word) for each in groups for word in each).most_common(1)[0][0]
    if digits == len(b"377"):
        return digits, _OCTAL.base
    is_binary = digits == len(b"11111111") and all(not each[0].strip(b"01") for each in groups if each)
    return (digits, _BINARY.base) if is_binary else (2, _HEX.base)


def _bytes_of(words: list[bytes], digits: int, base: int, *, in_order: bool) -> bytes:
    raw = (_octets(word, digits, base) for word in words)
    return b"".join(raw if in_order else (word[::-1] for word in raw))


def _octets(word: bytes, digits: int, base: int) -> bytes:
    ones = (word[at : at + digits] for at in range(0, len(word) - digits + 1, digits))
    return bytes(int(one, base) & 0xFF if one.isalnum() and _ONES[base].fullmatch(one) else 0 for one in ones)
