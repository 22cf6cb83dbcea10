"""TIFFs whose samples are numbers of 16 bits and more in several channels, which Pillow cannot open.

Strips and tiles, chunky and planar, plain and packed, with the predictors of TIFF 6.0 section 14 and of Adobe's
Technical Note 3. The bytes of a piece are unpacked by Pillow, as those of a grey picture as wide as a row.
"""

import struct
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image
from PIL.ImageFile import _Tile
from PIL.TiffImagePlugin import ImageFileDirectory_v2, TiffImageFile

from crawler_filter.files.decoding_cost import NUMBERS, CountingFile
from crawler_filter.files.samples import levels, stretched

Array = npt.NDArray[Any]

_KINDS: Final = {1: "u", 2: "i", 3: "f"}
_BITS: Final = (16, 32, 64)
_PLAIN: Final = 1
_PACKED: Final = frozenset({5, 8, 32773, 32946, 50000})  # LZW, Deflate, PackBits, Deflate, Zstandard
_PLANAR: Final = 2
_DIFFERENCES, _OF_FLOATS = 2, 3
_SEEN_THROUGH, _OF_ITSELF = 1, 2
_COLOURS: Final = 3
_WITH_ALPHA: Final = (2, 4)
_SAMPLES: Final = {0: (1,), 1: (1, 2, 3, 4), 2: (3, 4)}
"""Samples of a pixel by what the file says they are: grey, grey, colours. What says grey of three has colours."""

_MOST_PIECES: Final = 1 << 14


@dataclass(frozen=True, slots=True)
class _Layout:
    """The way the numbers of one page are kept: `alpha` is what its last sample is, 0 for none."""

    type: np.dtype[Any]
    samples: int
    alpha: int
    is_planar: bool
    predictor: int
    packed: int
    box: tuple[int, int]
    pieces: tuple[tuple[int, int], ...]

    @property
    def mode(self) -> str:
        """Return Pillow's name for what is seen of it."""
        if self.alpha:
            return "RGBa" if self.alpha == _SEEN_THROUGH else "RGBA"
        return "RGB" if self.samples >= _COLOURS else "L"


class NumbersTiff(TiffImageFile):
    """A reader as Pillow asks for it: its own, and this one for what its own does not know or takes for less."""

    _layout: _Layout | None = None

    def _setup(self) -> None:
        self._layout = None
        try:
            super()._setup()
        except SyntaxError:
            self._layout = _layout_of(self.tag_v2, *self._tile_size)
            if self._layout is None:
                raise
        else:  # Pillow's own takes the first of several planes, and mistakes the order of bytes that it unpacked
            if self.mode in ("I", "F") or (self.tag_v2.get(284) == _PLANAR and self.tag_v2.get(277, 1) > 1):
                self._layout = _layout_of(self.tag_v2, *self._tile_size)
        if self._layout:
            self._mode = self._layout.mode
            self.use_load_libtiff = False
            self.tile = [_Tile(NUMBERS, (0, 0, *self._tile_size), 0, None)]

    def load(self) -> Any:  # noqa: ANN401 - what Pillow returns has no name to import
        """Make bytes of the numbers, or read as Pillow does. Raises ValueError and OSError for what is broken."""
        if self.tile and self._layout:
            content = self.fp.getvalue()  # type: ignore[union-attr]  # a CountingFile
            seen = _seen(_numbers(content, self._layout, *self._tile_size), self._layout)
            self.im = Image.frombytes(self.mode, self._tile_size, seen.tobytes()).im
            self.tile, self.readonly = [], 0
            self.load_end()
        return super().load()


def _layout_of(tags: ImageFileDirectory_v2, width: int, height: int) -> _Layout | None:
    """Return how a page of numbers is kept, None for one that is not read."""
    samples, bits, kinds = tags.get(277, 1), set(tags.get(258, (1,))), set(tags.get(339, (1,)))
    packed, photometric, predictor = tags.get(259, 1), tags.get(262, 0), tags.get(317, 1)
    kind, size = _KINDS.get(min(kinds), ""), min(bits)
    is_known = len(bits) == len(kinds) == 1 and size in _BITS and (packed == _PLAIN or packed in _PACKED)
    fits = samples in _SAMPLES.get(photometric, ())
    predicted = predictor in (1, _DIFFERENCES) or (predictor == _OF_FLOATS and kind == "f")
    if not (is_known and kind and fits and predicted and tags.get(266, 1) == 1):
        return None
    is_tiled = 324 in tags
    pieces = zip(tags.get(324 if is_tiled else 273, ()), tags.get(325 if is_tiled else 279, ()), strict=True)
    box = (tags[322], tags[323]) if is_tiled else (width, min(tags.get(278, height), height))
    extra = (0, *tags.get(338, ()))[-1] if samples in _WITH_ALPHA else 0
    return _Layout(
        np.dtype(f"{'<' if tags.prefix == b'II' else '>'}{kind}{size // 8}"),
        samples,
        extra if extra in (_SEEN_THROUGH, _OF_ITSELF) else 0,
        samples > 1 and tags.get(284, 1) == _PLANAR,
        predictor if packed != _PLAIN else 1,
        packed,
        box,
        tuple(pieces),
    )


def _numbers(content: bytes, layout: _Layout, width: int, height: int) -> Array:
    """Return all numbers of a page: (height, width, samples). Raises ValueError where pieces lack or are cut."""
    across, down = layout.box
    planes, together = (layout.samples, 1) if layout.is_planar else (1, layout.samples)
    places = [
        (plane, top, left)
        for plane in range(planes)
        for top in range(0, height, down)
        for left in range(0, width, across)
    ]
    if len(places) != len(layout.pieces) or len(places) > _MOST_PIECES:
        raise ValueError(f"a TIFF of {len(layout.pieces)} pieces, where {len(places)} were expected")
    numbers = np.zeros((height, width, layout.samples), dtype=layout.type.newbyteorder("="))
    is_tiled = across != width
    for (plane, top, left), (start, size) in zip(places, layout.pieces, strict=True):
        rows = down if is_tiled else min(down, height - top)
        piece = _piece(content[start : start + size], layout, rows, across, together)
        part = numbers[top : top + rows, left : left + across, plane : plane + together]
        part[:] = piece[: part.shape[0], : part.shape[1]]
    return numbers


def _piece(kept: bytes, layout: _Layout, rows: int, across: int, together: int) -> Array:
    """Return the numbers of one strip or tile."""
    row, size = across * together * layout.type.itemsize, layout.type.itemsize
    unpacked = kept[: row * rows] if layout.packed == _PLAIN else _unpacked(kept, layout.packed, row, rows)
    if len(unpacked) != row * rows:
        raise ValueError("a TIFF with a piece that is cut short")
    if layout.predictor == _OF_FLOATS:
        sums = np.frombuffer(unpacked, np.uint8).reshape(rows, -1, together).cumsum(axis=1, dtype=np.uint8)
        planes = np.ascontiguousarray(sums.reshape(rows, size, -1).swapaxes(1, 2))
        return planes.view(f">f{size}").reshape(rows, across, together)
    piece = np.frombuffer(unpacked, layout.type).reshape(rows, across, together)
    if layout.predictor == _DIFFERENCES:
        whole = np.dtype(f"u{size}")
        differences = piece.view(whole.newbyteorder(layout.type.byteorder))
        piece = differences.cumsum(axis=1, dtype=whole).view(layout.type.newbyteorder("="))
    return piece


def _unpacked(kept: bytes, packed: int, row: int, rows: int) -> bytes:
    """Unpack a piece as the strip of a grey TIFF. Raises OSError for a broken one."""
    fields = (
        (256, row),
        (257, rows),
        (258, 8),
        (259, packed),
        (262, 1),
        (273, 110),
        (278, rows),
        (279, len(kept)),
    )
    table = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in fields)
    file = struct.pack("<2sHIH", b"II", 42, 8, len(fields)) + table + bytes(4) + kept
    with TiffImageFile(CountingFile(file)) as image:
        return image.tobytes()


def _seen(numbers: Array, layout: _Layout) -> Array:
    """Return bytes of what is seen, all colours by one measure."""
    shown = numbers[:, :, : _COLOURS if layout.samples >= _COLOURS else 1]
    channels = [stretched(shown, *levels(shown))]
    if layout.alpha:
        opaque = 1.0 if layout.type.kind == "f" else float(np.iinfo(layout.type).max)
        channels = [np.broadcast_to(channels[0], (*shown.shape[:2], _COLOURS))]
        channels.append(stretched(numbers[:, :, -1:], 0.0, opaque))
    return np.concatenate(channels, axis=2)
