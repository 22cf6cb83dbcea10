"""Documents of Photoshop, large ones (PSB) too: where the picture of all layers lies, and where each layer does.

Read by Adobe's "Photoshop File Formats Specification" (2019).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from crawler_filter.errors import MalformedMediaError

PHOTOSHOP: Final = "image/vnd.adobe.photoshop"
BITMAP, GREY, INDEXED, RGB, CMYK = range(5)
"""Modes of colours that are told apart; of all others the first channel tells light and dark."""

PLAIN, RUNS, ZIPPED, DIFFERENCES = range(4)
"""How samples are kept: as they are, in runs as in PackBits, in zlib, and there as steps from the one before."""

_HEADER: Final = struct.Struct(">4sH6xHIIHH")
_LARGE: Final = 2
_LEAST_SIDE: Final = 32
"""Rows and columns of a layer that may show anything."""

_RECORD: Final = struct.Struct(">iiiiH")
_BLOCK: Final = (b"8BIM", b"8B64")
_DEEP: Final = (b"Lr16", b"Lr32", b"Layr")
_LONG: Final = frozenset(b"LMsk Lr16 Lr32 Layr Mt16 Mt32 Mtrn Alph FMsk lnk2 FEid FXid PxSD".split())
"""Blocks whose lengths are of 64 bits in a large document."""


@dataclass(frozen=True, slots=True)
class Document:
    """The header of a document, and where its parts begin."""

    version: int
    channels: int
    height: int
    width: int
    bits: int
    mode: int
    colours: int
    layers: int
    merged: int

    @property
    def is_large(self) -> bool:
        """Tell whether lengths are of 64 bits, and those of rows of 32."""
        return self.version == _LARGE

    @property
    def bands(self) -> str:
        """Return the bands that are seen; of Lab and of several inks the first one tells light and dark."""
        return {RGB: "RGB", CMYK: "CMYK"}.get(self.mode, "L")


def document(content: bytes) -> Document:
    """Read the header and the sections of a document. Raises MalformedMediaError for one that ends before them."""
    try:
        _, version, channels, height, width, bits, mode = _HEADER.unpack_from(content)
        colours = _HEADER.size
        resources = colours + 4 + number_at(content, colours, 4)
        layers = resources + 4 + number_at(content, resources, 4)
        wide = 8 if version == _LARGE else 4
        merged = layers + wide + number_at(content, layers, wide)
    except struct.error as error:
        raise MalformedMediaError("a document of Photoshop that ends too early") from error
    return Document(version, channels, height, width, bits, mode, colours, layers, merged)


@dataclass(slots=True)
class Layer:
    """One layer: the edges of its pixels on the canvas, and its channels: -1 is what covers, from 0 on colours."""

    top: int
    left: int
    bottom: int
    right: int
    channels: list[tuple[int, int]] = field(default_factory=list)
    """The number and the length of each."""

    planes: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Where each channel starts and ends."""

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height."""
        return self.right - self.left, self.bottom - self.top


def has_layers(content: bytes, kind: str) -> bool:
    """Tell whether a document of Photoshop has layers beside the picture of all of them, or is broken."""
    if kind != PHOTOSHOP:
        return False
    try:
        return next(layers(content, document(content)), None) is not None
    except (struct.error, MalformedMediaError):
        return True


def layers(content: bytes, said: Document) -> Iterator[Layer]:
    """Yield the layers that are large enough to show anything. Raises struct.error where they break."""
    for start in _tables(content, said):
        for layer in _of_table(content, start, said):
            width, height = layer.size
            if min(width, height) >= _LEAST_SIDE and 0 in layer.planes:
                yield layer


def _tables(content: bytes, said: Document) -> Iterator[int]:
    """Yield where lists of layers begin: those of more than 8 bits lie in a block behind that of the others."""
    place = said.layers + (8 if said.is_large else 4)
    if place >= said.merged:
        return
    size, place = _long(content, place, is_long=said.is_large)
    if size:
        yield place
    place += size
    masks, place = _long(content, place, is_long=False) if place + 4 <= said.merged else (0, place)
    place += masks
    while place + 12 <= said.merged and content[place : place + 4] in _BLOCK:
        name = content[place + 4 : place + 8]
        size, place = _long(content, place + 8, is_long=said.is_large and name in _LONG)
        if name in _DEEP:
            yield place
            return
        place += -(-size // 4) * 4


def _of_table(content: bytes, place: int, said: Document) -> list[Layer]:
    count = abs(struct.unpack_from(">h", content, place)[0])
    place += 2
    found = []
    for _ in range(count):
        *box, channels = _RECORD.unpack_from(content, place)
        layer, place = Layer(*box), place + _RECORD.size
        for _ in range(channels):
            number = struct.unpack_from(">h", content, place)[0]
            size, place = _long(content, place + 2, is_long=said.is_large)
            layer.channels.append((number, size))
        size, place = _long(content, place + 12, is_long=False)
        place += size
        found.append(layer)
    for layer in found:
        for number, size in layer.channels:
            layer.planes[number] = place, place + size
            place += size
    return found


def _long(content: bytes, place: int, *, is_long: bool) -> tuple[int, int]:
    """Return a length, and where what follows it begins."""
    code = ">Q" if is_long else ">I"
    return struct.unpack_from(code, content, place)[0], place + struct.calcsize(code)


def packed_sizes(content: bytes, place: int, rows: int, *, is_large: bool) -> tuple[int, ...]:
    """Return how many bytes each row takes that is kept in runs. Raises MalformedMediaError where they are cut."""
    table = struct.Struct(f">{rows}{'I' if is_large else 'H'}")
    if place + table.size > len(content):
        raise MalformedMediaError("a document of Photoshop that ends within its picture")
    return table.unpack_from(content, place)


def number_at(content: bytes, place: int, size: int) -> int:
    """Return a number of so many bytes. Raises struct.error where the document ends before."""
    if place + size > len(content):
        raise struct.error("cut")
    return int.from_bytes(content[place : place + size])
