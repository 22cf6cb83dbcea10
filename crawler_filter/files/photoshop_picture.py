"""The picture of all layers of a document of Photoshop together, as Photoshop saves it for others.

Pillow's own reader knows neither 16 bits a channel nor large documents, and takes any selection that was saved for
what is transparent.
"""

from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageChops, ImageFile, ImagePalette

from crawler_filter.files.photoshop import (
    BITMAP,
    CMYK,
    INDEXED,
    PLAIN,
    RUNS,
    Document,
    document,
    number_at,
    packed_sizes,
)

_PALETTE: Final = 768
_SAMPLES: Final = {1: "1;I", 8: "", 16: ";16B"}


class PhotoshopFile(ImageFile.ImageFile):
    """A reader as Pillow asks for it."""

    format = "PSD"

    def _open(self) -> None:
        content = self.fp.getvalue()  # type: ignore[union-attr]  # a CountingFile
        said = document(content)
        if said.bits not in _SAMPLES or len(said.bands) > said.channels:
            raise SyntaxError(f"{said.bits} bits a channel are not read")
        self._said = said
        self._mode = _mode(said)
        self._size = said.width, said.height
        if self._mode == "P":
            self.palette = ImagePalette.raw("RGB;L", content[said.colours + 4 :][:_PALETTE])
        self.tile = list(self._planes(content))

    def _planes(self, content: bytes) -> Iterator[ImageFile._Tile]:
        said, box = self._said, (0, 0, *self._size)
        coding, place = number_at(content, said.merged, 2), said.merged + 2
        bands = [""] if len(self._mode) == 1 else list(self._mode)
        samples = [
            _SAMPLES[said.bits] if said.bits == 1 else f"{band or self._mode}{_SAMPLES[said.bits]}"
            for band in bands
        ]
        if coding == PLAIN:
            size = -(-said.width * said.bits // 8) * said.height
            for number, sample in enumerate(samples):
                yield ImageFile._Tile("raw", box, place + number * size, sample)  # noqa: SLF001
        elif coding == RUNS:
            sizes = packed_sizes(content, place, said.height * said.channels, is_large=said.is_large)
            start = place + (4 if said.is_large else 2) * len(sizes)
            for number, sample in enumerate(samples):
                before = sum(sizes[: number * said.height])
                yield ImageFile._Tile("packbits", box, start + before, sample)  # noqa: SLF001
        else:
            raise SyntaxError(f"its picture is packed in a way that is not read: {coding}")

    def load_end(self) -> None:
        """Make inks of what was read as colours."""
        if self._said.mode == CMYK:
            inks = [ImageChops.invert(band) for band in self.split()]
            self.im = Image.merge("CMYK", inks).im
            self._mode = "CMYK"


def _mode(said: Document) -> str:
    if said.mode == BITMAP:
        return "1"
    if said.mode == INDEXED:
        return "P"
    return "RGBA" if said.mode == CMYK else said.bands
