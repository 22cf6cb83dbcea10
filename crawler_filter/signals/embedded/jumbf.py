"""C2PA manifest stores in files, and the assertions in them (JUMBF, ISO/IEC 19566-5; C2PA 2.2 section 11.1).

A store is one contiguous superbox in most kinds of file, so it is found by its signature wherever it lies: PNG
caBX, RIFF C2PA, a uuid box, a TIFF field, an ID3 frame, a file embedded in a PDF, a .c2pa sidecar. JPEG cuts it
into APP11 segments, GIF into sub-blocks, and SVG has it in base64. What is signed is not checked here; that can
only matter to a permission.
"""

import binascii
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Final

from crawler_filter.files.containers import Block, Damage, boxes, jpeg_segments
from crawler_filter.files.media_type import media_type

MAX_STORES: Final = 16
"""Manifest stores of one file that are read; a sound file has one, an archive of pictures one each."""
MAX_STORE: Final = 64 << 20
"""Bytes of a store that are put together from JPEG segments. Stores hold thumbnails of every ingredient."""
MAX_DEPTH: Final = 8
"""Superboxes inside one another: store, manifest, assertion store, assertion are four."""
MAX_ASSERTION: Final = 64 << 10
"""Bytes of an assertion that is read; one about training takes a few hundred."""
MAX_ASSERTIONS: Final = 256
"""Assertions with wanted labels that are read; one for each manifest of the chain is usual."""

_VERSION: Final = re.compile(r"\.v[0-9]{1,3}\Z")
"""The version of an assertion's own, behind its label (C2PA 2.2 section 6.2)."""
_STORE_TYPE: Final = b"jumd" + bytes.fromhex("63327061 00110010 800000aa00389b71")
_JPEG_APP11: Final = b"\xeb"
_COMMON_IDENTIFIER: Final = b"JP"
_GIF_EXTENSION: Final = b"\x21\xff\x0bC2PA_GIF"
_GIF_EXTENSION_LENGTH: Final = len(_GIF_EXTENSION) + 3
_SVG_MANIFEST: Final = re.compile(rb"<c2pa:manifest[^<>]{0,200}>([A-Za-z0-9+/=\s]*+)<")
_HAS_LABEL: Final = 0x02


@dataclass(frozen=True, slots=True)
class Assertion:
    """One assertion: its label without instance number, its manifest's label, and the content as stored.

    `is_active` tells whether its manifest is the last of its store, which is the one about this file.
    """

    label: str
    manifest: str
    is_active: bool
    format: bytes
    content: bytes
    offset: int


def assertions(content: bytes, labels: frozenset[str]) -> Iterator[Assertion | Damage]:
    """Yield the assertions of a file that have one of `labels`, in every manifest, and what could not be read.

    Offsets are in the file, or in the joined store where a JPEG cuts it up.
    """
    found = 0
    for store, outer in _stores(content):
        pieces = [outer] if isinstance(outer, Damage) else _Walk(store, labels).store(outer)
        for piece in pieces:
            found += 1
            if found > MAX_ASSERTIONS:
                yield Damage(piece.offset, f"more than {MAX_ASSERTIONS} assertions about training, or faults")
                return
            yield piece


def has_store(content: bytes) -> bool:
    """Tell whether any part of a C2PA manifest store can be seen in the file."""
    return any(_STORE_TYPE in whole for whole in _wholes(content))


def _wholes(content: bytes) -> list[bytes]:
    """Return the bytes in which stores lie in one piece."""
    join = _JOINS.get(media_type(content) or "")
    return join(content) if join else [content]


def _stores(content: bytes) -> Iterator[tuple[bytes, Block | Damage]]:
    """Yield the bytes that hold a store, and its superbox in them. Stores in thumbnails of a store are skipped."""
    count = 0
    for whole in _wholes(content):
        position = 0
        while (description := whole.find(_STORE_TYPE, position)) >= 0:
            count += 1
            if count > MAX_STORES:
                yield whole, Damage(description, f"more than {MAX_STORES} C2PA manifest stores")
                return
            position = description + len(_STORE_TYPE)
            for piece in boxes(whole, _superbox_start(whole, description), len(whole)):
                yield whole, piece
                if isinstance(piece, Block):
                    position = max(piece.end, position)
                    break


def _superbox_start(content: bytes, description: int) -> int:
    """Return where the superbox starts whose description box has its type at `description`."""
    long_type = content[max(0, description - 16) : max(0, description - 12)]
    is_long = long_type == b"jumb" and content[description - 8 : description - 4] != b"jumb"
    return max(0, description - (20 if is_long else 12))


def _joined_segments(content: bytes) -> list[bytes]:
    """Put together the boxes that APP11 segments hold (ISO/IEC 19566-5 annex D.2), by their box instance number.

    Each segment repeats the header of the box; its packet sequence number gives the order. Where the segments
    cannot be followed, the file as it is comes last: a store that lies in one segment can still be found.
    """
    pieces: dict[bytes, list[tuple[int, bytes, Block]]] = {}
    rest = []
    for segment in jpeg_segments(content):
        if isinstance(segment, Damage):
            rest = [content]
        elif segment.type == _JPEG_APP11:
            fields = content[segment.start : segment.start + 16]
            if fields.startswith(_COMMON_IDENTIFIER) and len(fields) == 16:
                piece = (int.from_bytes(fields[4:8]), fields[8:16], segment)
                pieces.setdefault(fields[2:4], []).append(piece)
    joined = [_join(content, sorted(instance, key=lambda piece: piece[0])) for instance in pieces.values()]
    return joined + rest


def _join(content: bytes, instance: list[tuple[int, bytes, Block]]) -> bytes:
    joined = bytearray()
    for _, header, segment in instance:
        length = 16 if header[:4] == b"\0\0\0\1" else 8
        body = segment.start + 8 + (length if joined else 0)
        joined += content[body : segment.end]
        if len(joined) > MAX_STORE:
            break
    return bytes(joined)


def _joined_blocks(content: bytes) -> list[bytes]:
    """Put together the sub-blocks of each application extension C2PA_GIF (GIF89a sections 15 and 26)."""
    joined: list[bytes] = []
    position = 0
    while (found := content.find(_GIF_EXTENSION, position)) >= 0 and len(joined) <= MAX_STORES:
        store = bytearray()
        position = found + _GIF_EXTENSION_LENGTH
        while position < len(content) and content[position]:
            store += content[position + 1 : position + 1 + content[position]]
            position += 1 + content[position]
        joined.append(bytes(store))
    return joined


def _decoded_elements(content: bytes) -> list[bytes]:
    """Return what the `c2pa:manifest` elements of an SVG hold, as far as it is base64."""
    decoded = []
    for element in islice(_SVG_MANIFEST.finditer(content), MAX_STORES + 1):
        with suppress(binascii.Error):
            decoded.append(binascii.a2b_base64(element[1]))
    return decoded


_JOINS: Final = {"image/jpeg": _joined_segments, "image/gif": _joined_blocks, "image/svg+xml": _decoded_elements}


class _Walk:
    """One pass over the superboxes of a store."""

    def __init__(self, content: bytes, labels: frozenset[str]) -> None:
        self._content = content
        self._labels = labels

    def store(self, outer: Block) -> Iterator[Assertion | Damage]:
        """Yield the wanted assertions of every manifest of the store."""
        if outer.type != b"jumb":
            yield Damage(outer.start, "a C2PA manifest store has no box around it")
            return
        children = list(boxes(self._content, outer.start, outer.end))
        manifests = [child for child in children if isinstance(child, Block) and child.type == b"jumb"]
        yield from (child for child in children if isinstance(child, Damage))
        for manifest in manifests:
            yield from self._superbox(manifest, self._label(manifest), manifest is manifests[-1], MAX_DEPTH)

    def _superbox(self, box: Block, manifest: str, is_active: bool, depth: int) -> Iterator[Assertion | Damage]:
        label = _VERSION.sub("", self._label(box).partition("__")[0])
        for child in boxes(self._content, box.start, box.end):
            if isinstance(child, Damage):
                yield child
            elif child.type == b"brob":
                yield Damage(child.start, "the C2PA manifest is compressed")
            elif child.type == b"jumb" and depth == 0:
                yield Damage(child.start, f"more than {MAX_DEPTH} superboxes inside one another")
            elif child.type == b"jumb":
                yield from self._superbox(child, manifest, is_active, depth - 1)
            elif label in self._labels and child.type in {b"cbor", b"json"}:
                yield self._assertion(child, label, manifest, is_active)

    def _assertion(self, box: Block, label: str, manifest: str, is_active: bool) -> Assertion | Damage:
        if box.end - box.start > MAX_ASSERTION:
            return Damage(box.start, f"{label} has more than {MAX_ASSERTION} bytes")
        content = self._content[box.start : box.end]
        return Assertion(label, manifest, is_active, box.type, content, box.start)

    def _label(self, box: Block) -> str:
        """Return the label in the description box a superbox starts with: type, toggles, zero-ended label."""
        description = self._content[box.start : min(box.end, box.start + 1024)]
        if description[4:8] != b"jumd" or len(description) < 26 or not description[24] & _HAS_LABEL:
            return ""
        return description[25:].partition(b"\0")[0].decode("utf-8", "replace")
