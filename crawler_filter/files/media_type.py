"""What kind of file some bytes are, by the first of them alone: names and headers lie.

Only kinds that a reader of this package treats differently are told apart. The text kinds follow the sniffing
rules of the WHATWG MIME standard (section 7.1), reduced to what HTML and XML need.
"""

import re
import struct
from typing import Final

from crawler_filter.files import film_streams, signatures, sound_frames, text_bytes
from crawler_filter.files.charset import utf16_order

BESIDE: Final = "text/x-beside"
"""The type of words that a file carries beside what it shows or plays, of which no file is by itself."""

TEXTS: Final = frozenset({"text/html", "text/xml", "text/plain", "image/svg+xml", BESIDE})
"""The types of what is read as text; a vector drawing is one."""

UNKNOWN: Final = "application/octet-stream"
"""The type of what is of no known kind."""

HEAD: Final = 4096
"""Bytes that are looked at: as many as hold five packets of a transport stream, wherever it was cut."""

_TEXT_HEAD: Final = 1024
"""Bytes that text is judged by, as many as a browser reads: a page may start with comments."""

_TAR_HEADER: Final = 512
_TAR_CHECKSUM: Final = slice(148, 156)
_OCTAL: Final = re.compile(rb" *([0-7]{3,7})[\0 ]")
_BMP_HEADERS: Final = frozenset(bytes([size]) for size in (12, 16, 40, 52, 56, 64, 108, 124))
_ICON: Final = re.compile(
    rb"\x00\x00\x01\x00[^\x00]\x00...\x00[\x00\x01]\x00[\x00\x01\x04\x08\x10\x18\x20]\x00", re.DOTALL
)
"""Its first picture has a byte that is zero, a plane at most, and so many bits a pixel."""
_MOST_BRANDS: Final = 256
_TARGA: Final = "image/x-tga"
_PCX: Final = "image/vnd.zbrush.pcx"
_TARGA_HEADER: Final = struct.Struct("<BBBHHBHHHHBB")
_TARGA_METHODS: Final = frozenset({1, 2, 3, 9, 10, 11})
_TARGA_MAPPED: Final = frozenset({1, 9})
_TARGA_BITS: Final = frozenset({8, 15, 16, 24, 32})
_PORTABLE_MAP: Final = re.compile(
    rb"P(?:(?:[56]\s|4(?=\s))(?:(?:#[^\n]{0,200}\n|\s){0,9}\d{1,9}){2}\s"
    rb"|7\n(?:#[^\n]{0,200}\n){0,9}(?:WIDTH|HEIGHT|DEPTH|MAXVAL|TUPLTYPE)[ \t]"
    rb"|[Ff]\n\d+ \d+\n"
    rb"|[123](?=\s)(?>(?:#[^\n]{0,200}(?:\n|\Z)|\s|\d){16,})(?:\Z|#))"
)
"""Those whose pixels are written in decimal have nothing but numbers and remarks in their head."""
_X_BITMAP: Final = re.compile(rb"\s*#define\s+\w{0,80}_width\s+\d{1,6}\s+#define\s+\w{0,80}_height\s+\d{1,6}\s")
_X_PIXMAP: Final = re.compile(rb"/\* XPM \*/")
_DESCRIPTOR: Final = slice(0x8001, 0x8006)
_EPUB: Final = b"mimetypeapplication/epub+zip"
_MARK: Final = 12
_POSTSCRIPT: Final = re.compile(rb"(?:\xef\xbb\xbf)?[\s\x04]{0,9}%!PS")
_SIXEL: Final = re.compile(rb"\x1bP[0-9;]{0,20}q")
_PATTERNS: Final = (
    (_PORTABLE_MAP, "image/x-portable-anymap"),
    (_X_BITMAP, "image/x-xbitmap"),
    (_X_PIXMAP, "image/x-xpixmap"),
    (_SIXEL, "image/x-sixel"),
)
_MAY_BE_ASCII: Final = frozenset(
    {
        "application/pdf",
        "application/postscript",
        "application/rtf",
        "application/x-archive",
        "application/x-bplist",
        "image/fits",
        "image/vnd.radiance",
        "image/x-miff",
        "image/x-vicar",
        "image/x-portable-anymap",
        "image/x-sixel",
        "image/x-xbitmap",
        "image/x-xpixmap",
        "video/x-yuv4mpeg",
    }
)

_HTML: Final = re.compile(
    rb"(?>(?:<!--.{0,1000}?-->|\s)*)<(?:!doctype\s+html|html|head|body|script|iframe|h1|div|font|table|a|style|title|b|br|p)"
    rb"[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_XML: Final = re.compile(rb"\s*<[?!A-Za-z_]")
_SVG: Final = re.compile(rb"<(?:[\w.-]{1,40}:)?svg[\s>]")


def media_type(content: bytes) -> str | None:
    """Return the media type that the first bytes of `content` show, or None where they show none.

    A ZIP archive is `application/epub+zip` only if it starts as EPUB 3.3 asks of an OCF container; Matroska
    stands for WebM too, whose document type lies deeper. Anything that could be text is `text/plain` at least,
    be it in UTF-16 without a byte order mark.
    """
    head = content[:_TEXT_HEAD]
    kind = _by_magic(head) or _by_places(head) or _by_structure(head) or _by_frames(content[:HEAD])
    if kind and kind not in _MAY_BE_ASCII and head[:_MARK].isascii() and not text_bytes.BINARY.search(head):
        kind = None  # "The free people" and "GIF89a is a format": a file of that kind has other bytes as well
    return kind or _text_type(head) or _of_disc(content) or _without_a_mark(head)


def looked_up_as(content: bytes) -> str:
    """Return the media type that a file is looked up by, UNKNOWN where it is of no kind, nothing for an empty one.

    As `media_type`, but what has only a few bytes that are no text's is a text: one would be too easy a way to
    hide all others. What begins as a text and goes on as something else is of no kind. What files say of
    themselves is read by the stricter rule: the bytes may be a container's.
    """
    if kind := media_type(content):
        return UNKNOWN if kind == "text/plain" and text_bytes.goes_on_as_bytes(content) else kind
    head = content[:_TEXT_HEAD]
    if not head:
        return ""
    strange = text_bytes.STRANGE * len(text_bytes.BINARY.findall(head)) > len(head)
    return UNKNOWN if strange or text_bytes.is_of_one_colour(content) else "text/plain"


def _of_disc(content: bytes) -> str | None:
    """Tell the image of a disc by its first volume descriptor (ECMA-119 section 8.1), behind sixteen sectors."""
    return "application/x-iso9660-image" if content[_DESCRIPTOR].startswith(b"CD001") else None


def _by_frames(head: bytes) -> str | None:
    return film_streams.by_recurrence(head) or sound_frames.by_frames(head)


def _by_magic(head: bytes) -> str | None:
    for magic, kind in signatures.BEGINNINGS:
        if head.startswith(magic):
            return kind
    if _POSTSCRIPT.match(head):
        return "application/postscript"
    # PDF Reference 1.7, implementation note 13: readers accept a PDF header anywhere in the first 1024 bytes.
    return "application/pdf" if b"%PDF-" in head else None


def _by_places(head: bytes) -> str | None:
    """Return the kind of a file by several short marks in several places, or None."""
    for place, magic, kind in signatures.WITHIN:
        if head[place : place + len(magic)] == magic:
            return kind
    if head.startswith(b"BM") and (
        head[6:10] == bytes(4) or (head[14:15] in _BMP_HEADERS and head[15:18] == bytes(3))
    ):
        return "image/bmp"
    if _ICON.match(head):
        return "image/x-icon"
    if head.startswith(b"OggS"):
        return "video/ogg" if b"\x80theora" in head else "audio/ogg"
    return "application/x-tar" if _is_old_tar(head) else None


def _is_old_tar(head: bytes) -> bool:
    """Tell by its checksum whether this is a tar of Version 7. The checksum counts itself as blanks."""
    said = _OCTAL.match(head[_TAR_CHECKSUM])
    if not said or len(head) < _TAR_HEADER:
        return False
    blanked = head[: _TAR_CHECKSUM.start] + b" " * 8 + head[_TAR_CHECKSUM.stop : _TAR_HEADER]
    return sum(blanked) == int(said[1], 8)


def _by_structure(head: bytes) -> str | None:
    if head.startswith(b"PK\x03\x04"):
        return "application/epub+zip" if head[30:].startswith(_EPUB) else "application/zip"
    if head.startswith((b"RIFF", b"FORM")):
        return signatures.FORMS.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _by_brands(head)
    if head[4:8] in signatures.OLD_QUICKTIME:
        return "video/quicktime"
    return next((kind for pattern, kind in _PATTERNS if pattern.match(head)), None)


def _by_brands(head: bytes) -> str:
    """Return the kind of an ISO base media file by its brands. The first may be a more general one."""
    brands = head[16 : min(int.from_bytes(head[:4]), _MOST_BRANDS)]
    kind = signatures.BRANDS.get(head[8:12], "video/mp4")
    return "image/avif" if kind == "image/heif" and b"avif" in brands else kind


def _without_a_mark(head: bytes) -> str | None:
    """Return the kind of a file without a mark, by a header in which every field has a possible value, or None."""
    return _TARGA if _is_targa(head) else _PCX if _is_pcx(head) else None


def _is_targa(head: bytes) -> bool:
    """Tell a Truevision TGA, which has no mark but one at its end, by its header (TGA 2.0, fields 2 to 5)."""
    if len(head) < _TARGA_HEADER.size:
        return False
    _, mapped, method, first, colours, colour_bits, _, _, width, height, bits, described = (
        _TARGA_HEADER.unpack_from(head)
    )
    map_is_sound = (
        colour_bits in _TARGA_BITS and colours > 0 if mapped else (first, colours, colour_bits) == (0, 0, 0)
    )
    return (
        method in _TARGA_METHODS
        and mapped == (method in _TARGA_MAPPED)
        and map_is_sound
        and bits in _TARGA_BITS
        and bool(width and height)
        and described & 0xC0 == 0
    )


def _is_pcx(head: bytes) -> bool:
    return head[:1] == b"\x0a" and head[1:2] in b"\0\2\3\5" and head[2:3] == b"\1" and head[3:4] in b"\1\2\4\x08"


def _text_type(head: bytes) -> str | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text/plain"
    text = head.removeprefix(b"\xef\xbb\xbf")
    if not text:
        return None
    if text_bytes.BINARY.search(text):
        return "text/plain" if utf16_order(text) else None
    return _markup_type(text) or "text/plain"


def _markup_type(text: bytes) -> str | None:
    if _HTML.match(text):
        return "text/html"
    if _XML.match(text):
        return "image/svg+xml" if _SVG.search(text) else "text/xml"
    return None
