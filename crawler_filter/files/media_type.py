"""What kind of file some bytes are, by the first of them alone: names and headers lie.

Only kinds that a reader of this package treats differently are told apart. The text kinds follow the sniffing
rules of the WHATWG MIME standard (section 7.1), reduced to what HTML and XML need.
"""

import re
from typing import Final

from crawler_filter.files.charset import utf16_order

TEXTS: Final = frozenset({"text/html", "text/xml", "text/plain", "image/svg+xml"})
"""The types of what is read as text; a vector drawing is one."""

_HEAD: Final = 1024
"""Bytes that are looked at. A page may start with comments, so text is judged by as much as a browser reads."""

_MAGIC: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"\xff\x4f\xff\x51", "image/jp2"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\xff\x0a", "image/jxl"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-asf"),
    (b"\0\0\x01\xba", "video/mpeg"),
    (b"ID3", "audio/mpeg"),
    (b"PK\x05\x06", "application/zip"),
    (b"PK\x07\x08PK\x03\x04", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"AT&TFORM", "image/vnd.djvu"),
    (b"MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
    (b"\x1f\x9d", "application/x-compress"),
    (b"\x5d\0\0", "application/x-lzma"),
    (b"\x04\x22\x4d\x18", "application/x-lz4"),
    (b"PAR1\x15", "application/vnd.apache.parquet"),
    (b"ITSF\x03\0\0\0", "application/vnd.ms-htmlhelp"),
    (b"CSFCHUNK", "image/x-clip-studio"),
    (b"gimp xcf", "image/x-xcf"),
)
_MAGIC_WITHIN: Final = (
    (257, b"ustar", "application/x-tar"),
    (60, b"BOOKMOBI", "application/x-mobipocket-ebook"),
    (4, b"1AY&SY", "application/x-bzip2"),
    *((2, b"-lh%d-" % method, "application/x-lzh") for method in range(8)),
)
_TAR_HEADER: Final = 512
_TAR_CHECKSUM: Final = slice(148, 156)
_OCTAL: Final = re.compile(rb" *([0-7]{3,7})[\0 ]")
_RIFF_FORMS: Final = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}
_BRANDS: Final = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heif",
    b"heix": "image/heif",
    b"heim": "image/heif",
    b"heis": "image/heif",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
}
_TS_PACKET: Final = 188
# QuickTime files older than `ftyp` start with one of these boxes (QuickTime File Format, "Classic QuickTime").
_OLD_QUICKTIME: Final = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip"})

_MP3_FRAME: Final = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa\xfb][\x10-\xeb]")
_EPUB: Final = b"mimetypeapplication/epub+zip"
_MARK: Final = 12
_MAY_BE_ASCII: Final = frozenset({"application/pdf", "application/rtf"})
_BINARY: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_STRANGE: Final = 32
"""Of this many bytes of a text, one may be none of a text. Of compressed ones, every ninth is."""

_HTML: Final = re.compile(
    rb"(?:<!--.{0,1000}?-->|\s)*+<(?:!doctype\s+html|html|head|body|script|iframe|h1|div|font|table|a|style|title|b|br|p)"
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
    head = content[:_HEAD]
    kind = _by_magic(head) or _by_places(head) or _by_structure(head)
    if kind and kind not in _MAY_BE_ASCII and head[:_MARK].isascii() and not _BINARY.search(head):
        kind = None  # "The free people" and "GIF89a is a format": a file of that kind has other bytes as well
    return kind or _text_type(head)


def looked_up_as(content: bytes) -> str:
    """Return the media type that a file is looked up by, or nothing where it is of no kind.

    As `media_type`, but what has only a few bytes that are no text's is a text: one would be too easy a way to
    hide all others. What files say of themselves is read by the stricter rule: the bytes may be a container's.
    """
    if kind := media_type(content):
        return kind
    head = content[:_HEAD]
    return "text/plain" if head and _STRANGE * len(_BINARY.findall(head)) <= len(head) else ""


def _by_magic(head: bytes) -> str | None:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    # PDF Reference 1.7, implementation note 13: readers accept a PDF header anywhere in the first 1024 bytes.
    return "application/pdf" if b"%PDF-" in head else None


def _by_places(head: bytes) -> str | None:
    """Tell a kind by marks that alone would be too short, and are not at the beginning alone."""
    for place, magic, kind in _MAGIC_WITHIN:
        if head[place : place + len(magic)] == magic:
            return kind
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return "image/bmp"
    if head.startswith(b"OggS"):
        return "video/ogg" if b"\x80theora" in head else "audio/ogg"
    if head[: 3 * _TS_PACKET : _TS_PACKET] == b"GGG":
        return "video/mp2t"
    return "application/x-tar" if _is_old_tar(head) else None


def _is_old_tar(head: bytes) -> bool:
    """Tell by its checksum a tar of the time before the mark (Version 7): bytes, the checksum's own as blanks."""
    said = _OCTAL.match(head[_TAR_CHECKSUM])
    if not said or len(head) < _TAR_HEADER:
        return False
    blanked = head[: _TAR_CHECKSUM.start] + b" " * 8 + head[_TAR_CHECKSUM.stop : _TAR_HEADER]
    return sum(blanked) == int(said[1], 8)


def _by_structure(head: bytes) -> str | None:
    if head.startswith(b"PK\x03\x04"):
        return "application/epub+zip" if head[30:].startswith(_EPUB) else "application/zip"
    if head.startswith(b"RIFF"):
        return _RIFF_FORMS.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[4:8] in _OLD_QUICKTIME:
        return "video/quicktime"
    return "audio/mpeg" if _MP3_FRAME.match(head) else None


def _text_type(head: bytes) -> str | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text/plain"
    text = head.removeprefix(b"\xef\xbb\xbf")
    if not text:
        return None
    if _BINARY.search(text):
        return "text/plain" if utf16_order(text) else None
    return _markup_type(text) or "text/plain"


def _markup_type(text: bytes) -> str | None:
    if _HTML.match(text):
        return "text/html"
    if _XML.match(text):
        return "image/svg+xml" if _SVG.search(text) else "text/xml"
    return None
