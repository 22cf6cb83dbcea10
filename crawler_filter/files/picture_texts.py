"""The words that pictures carry beside what they show: descriptions, captions, prompts, comments, layers of text.

Programs of pictures write whole poems there, generators the prompt, and a document of Photoshop has the dialogue
of a comic in layers of letters. Read are the strings of Exif blocks and of TIFFs, captions of IPTC, XMP, the texts
of PNG, the comments of JPEG and GIF. What is no sentence (a name of a program, a date) is passed over.
"""

import re
import zlib
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from crawler_filter.files.at_most import at_most, cut, within
from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.charset import likely_reading
from crawler_filter.files.containers import (
    Block,
    Damage,
    TiffField,
    gif_blocks,
    gif_pieces,
    jpeg_segments,
    png_chunks,
    tiff_bytes,
    tiff_directories,
    tiff_directory_at,
    tiff_numbers,
)
from crawler_filter.files.exif_blocks import exif_blocks
from crawler_filter.files.media_type import BESIDE
from crawler_filter.files.photoshop import PHOTOSHOP
from crawler_filter.files.thumbnails import photoshop_resources

MOST: Final = 256
"""Texts of one picture that are read."""

_LEAST: Final = 10
_MOST_TEXT: Final = 1 << 24
_MOST_DIRECTORIES: Final = 16
_MOST_CAPTIONS: Final = 4_096
_MOST_TIMES: Final = 4
"""How many times as long as all of them captions are together: one may begin in another by chance."""
_SAYS: Final = re.compile(r"[^\W\d_]\s+[^\W\d_]|[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
"""Two words, or letters of a script that parts none."""

_TIFF: Final = "image/tiff"
_COMMENT_OF_JPEG: Final = b"\xfe"
_EXIF_BELOW: Final = 34665
_IPTC: Final = 33723
_ASCII: Final = 2
_COMMENT: Final = 37510
_OF_WINDOWS: Final = range(40091, 40096)
"""Title, comment, author, keywords and subject, in UTF-16."""

_ENCODED: Final = {
    b"ASCII\0\0\0": "utf-8",
    b"UNICODE\0": "utf-16",
    b"JIS\0\0\0\0\0": "iso2022_jp",
    bytes(8): "utf-8",
}

_PACKET: Final = re.compile(rb"<((?:[\w.-]{1,30}:)?RDF)[\s>]")
_MOST_PACKETS: Final = 16
_OF_ELEMENTS: Final = re.compile(r">([^<>]{10,})<|=\s{0,4}\"([^\"<>]{10,})\"|=\s{0,4}'([^'<>]{10,})'")
_TEXTS_OF_PNG: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_DATASET: Final = re.compile(rb"\x1c\x02[\x05\x19\x28\x69\x74\x78](?:([\x00-\x7f].)|\x80\x04(.{4}))", re.DOTALL)
"""Title, keywords, instructions, headline, rights, caption (IPTC IIM 4.2 section 6), and how long each is."""
_COMMENT_OF_GIF: Final = b"!\xfe"
_OF_LAYER: Final = re.compile(rb"Txt TEXT(.{4})", re.DOTALL)


def has_words(content: bytes, kind: str) -> bool:
    """Tell whether a picture carries a text."""
    return next(_texts(content, kind), None) is not None


def words(content: bytes, kind: str, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the texts of a picture; of its owner's file none, who declares what it shows."""
    if budget.is_own:
        return
    for number, text in enumerate(at_most(_texts(content, kind), MOST, "texts in a picture"), 1):
        budget.parts -= 1
        yield text if isinstance(text, Skipped) else Member(f"words {number}", BESIDE, text)


def _texts(content: bytes, kind: str) -> Iterator[str | Skipped]:
    seen = set()
    for text in _found(content, kind):
        if isinstance(text, Skipped):
            yield text
        elif len(text := text.strip("\0 \r\n\t")) >= _LEAST and text not in seen and _SAYS.search(text):
            seen.add(text)
            yield text[:_MOST_TEXT]


def _found(content: bytes, kind: str) -> Iterator[str | Skipped]:
    for block in (content,) if kind == _TIFF else exif_blocks(content, kind):
        yield from (block,) if isinstance(block, Skipped) else _in_tiff(block)
    for section in photoshop_resources(content, kind):
        yield from _captions(section)
    for packet in at_most(_packets(content), _MOST_PACKETS, "XMP packets"):
        yield from (packet,) if isinstance(packet, Skipped) else _in_xml(packet)
    yield from _OWN[kind](content) if kind in _OWN else ()


def _in_tiff(block: bytes) -> Iterator[str | Skipped]:
    fields = list(_fields_of_text(block))
    pieces = within((tiff_bytes(block, field) for field in fields), _MOST_TEXT, "strings of a TIFF")
    for field, raw in zip(fields, pieces, strict=False):  # there may be a last word about those that are left
        if isinstance(raw, Skipped):
            yield raw
        elif field.tag == _IPTC:
            yield from _captions(raw)
        else:
            yield _string(raw, field)


def _fields_of_text(block: bytes) -> Iterator[TiffField]:
    for number, directory in enumerate(tiff_directories(block)):
        if isinstance(directory, Damage) or number == _MOST_DIRECTORIES:
            return
        below = (tiff_directory_at(block, place) for place in tiff_numbers(block, directory, _EXIF_BELOW)[:1])
        for field in chain(directory, *below):
            if field.kind == _ASCII or field.tag in (_COMMENT, _IPTC) or field.tag in _OF_WINDOWS:
                yield field


def _string(raw: bytes, field: TiffField) -> str:
    if field.tag in _OF_WINDOWS:
        return raw.decode("utf-16-le", "replace")
    if raw[:8] in _ENCODED:
        encoding = _ENCODED[raw[:8]]
        if encoding == "utf-16" and not raw.startswith((b"\xff\xfe", b"\xfe\xff"), 8):
            encoding = "utf-16-le" if raw[9:10] == b"\0" else "utf-16-be"
        return raw[8:].decode(encoding, "replace")
    return likely_reading(raw.rstrip(b"\0")) or ""


def _captions(section: bytes) -> Iterator[str | Skipped]:
    found = list(islice(_DATASET.finditer(section), _MOST_CAPTIONS + 1))
    yield from cut(len(found), _MOST_CAPTIONS, "captions in a picture")
    pieces = (section[each.end() : each.end() + int.from_bytes(each[1] or each[2])] for each in found)
    for caption in within(pieces, _MOST_TIMES * len(section), "captions in a picture"):
        yield caption if isinstance(caption, Skipped) else likely_reading(caption) or ""


def _packets(content: bytes) -> Iterator[bytes]:
    end = 0
    while opening := _PACKET.search(content, end):
        end = content.find(b"</" + opening[1], opening.end())
        if end < 0:
            return
        yield content[opening.start() : end]


def _in_xml(packet: bytes) -> Iterator[str]:
    from xml.sax.saxutils import unescape  # noqa: PLC0415 - loads urllib, and with it the network

    for found in _OF_ELEMENTS.finditer(packet.decode("utf-8", "replace")):
        yield unescape(found[1] or found[2] or found[3], {"&quot;": '"', "&apos;": "'", "&#xA;": "\n"})


def _of_png(content: bytes) -> Iterator[str]:
    for chunk in png_chunks(content):
        if isinstance(chunk, Block) and chunk.type in _TEXTS_OF_PNG:
            yield _of_chunk(chunk.type, content[chunk.start : chunk.end])


def _of_chunk(name: bytes, chunk: bytes) -> str:
    """Return the text of a chunk behind its keyword (PNG section 11.3.3)."""
    _, _, text = chunk.partition(b"\0")
    packed = name == b"zTXt" or (name == b"iTXt" and text.startswith(b"\1"))
    text = text[1:] if name == b"zTXt" else text[2:].split(b"\0", 2)[-1] if name == b"iTXt" else text
    try:
        text = zlib.decompressobj().decompress(text, _MOST_TEXT) if packed else text
    except zlib.error:
        return ""
    return likely_reading(text) or ""


def _of_jpeg(content: bytes) -> Iterator[str]:
    for segment in jpeg_segments(content):
        if isinstance(segment, Block) and segment.type == _COMMENT_OF_JPEG:
            yield likely_reading(content[segment.start : segment.end]) or ""


def _of_gif(content: bytes) -> Iterator[str]:
    for block in gif_blocks(content):
        if isinstance(block, Block) and block.type == _COMMENT_OF_GIF:
            yield likely_reading(b"".join(gif_pieces(content, block))) or ""


def _of_photoshop(content: bytes) -> Iterator[str | Skipped]:
    """Yield the words of layers of text: `TySh` keeps them in UTF-16, with their length before them."""
    layers = list(_OF_LAYER.finditer(content))
    pieces = (content[layer.end() : layer.end() + 2 * int.from_bytes(layer[1])] for layer in layers)
    for said in within(pieces, len(content), "layers of text"):
        yield said if isinstance(said, Skipped) else said.decode("utf-16-be", "replace")
    if content.count(b"8BIMTySh") + content.count(b"8BIMtySh") > len(layers):
        yield Skipped("", "a layer of text in it is kept in a way that is not read")


_OWN: Final = {
    "image/png": _of_png,
    "image/jpeg": _of_jpeg,
    "image/gif": _of_gif,
    PHOTOSHOP: _of_photoshop,
}
