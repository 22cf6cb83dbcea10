"""How much of an archive or a PDF is examined.

An archive of a few hundred bytes can unpack to gigabytes, and one of a few thousand can hold a hundred pictures of
thirty megapixels. So all members of one file, at any depth, share one budget that grows with the file's size.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self

from crawler_filter.reason import Reason

MAX_HELD: Final = 64 << 20
"""Most bytes of one part: all of it is held in memory."""

PIXELS_OF_ANY: Final = 1 << 16
"""Pixels that every picture counts as, however few it has: about what it costs to look one up."""

PIXELS_OF_BROKEN: Final = 10_000_000
"""Pixels that a broken picture counts as: how many were decoded before it broke is not known."""

_PIXELS: Final = 20_000_000
_PIXELS_A_BYTE: Final = 20
_SECONDS: Final = 3.0
_SECONDS_A_BYTE: Final = 2 / (1 << 20)
_UNPACKED_A_BYTE: Final = 8
_PARTS: Final = 4_096
_BYTES_A_PART: Final = 512
_CHARACTERS_A_BYTE: Final = 2
_SHORT_TEXTS: Final = 1_024
_BYTES_A_SHORT_TEXT: Final = 4_096


class Member(NamedTuple):
    """One thing inside a file: a file of the media type `kind`, a text, or a picture.

    `kind` is empty for a file of no kind that is looked up by more than its digest. The pixels of a picture are
    an array of (height, width, 3) bytes.
    """

    name: str
    kind: str
    content: Any


class Skipped(NamedTuple):
    """Something inside a file that could not be looked at. Without a name it is the file itself, or its rest.

    `cause` tells whether the file is to blame or what this machine lacks.
    """

    name: str
    reason: str
    cause: Reason = Reason.UNCHECKED_ASSET


@dataclass(slots=True)
class Budget:
    """The budget left for one file: for unpacking it, and for looking up what it holds.

    `parts` are files that any archive in it lists, `unpacked` their bytes, `characters` those of texts in all
    their readings, `short_texts` those that are looked up as a whole each, `pixels` those of pictures, `seconds`
    the processor time that PDFium takes. Where nobody looks for `pictures`, a PDF's are not decoded.
    """

    parts: int
    unpacked: int
    pixels: int
    characters: int
    short_texts: int
    seconds: float
    pictures: bool

    @classmethod
    def of_file(cls, size: int, *, characters: int, pictures: bool) -> Self:
        """Return what a file of so many bytes may cost, and so many `characters` in any case."""
        return cls(
            parts=_PARTS + size // _BYTES_A_PART,
            unpacked=MAX_HELD + _UNPACKED_A_BYTE * size,
            pixels=_PIXELS + _PIXELS_A_BYTE * size,
            characters=characters + _CHARACTERS_A_BYTE * size,
            short_texts=_SHORT_TEXTS + size // _BYTES_A_SHORT_TEXT,
            seconds=_SECONDS + _SECONDS_A_BYTE * size,
            pictures=pictures,
        )

    def pay_for_picture(self, height: int, width: int) -> None:
        """Count a picture of this size; `pixels` may fall below zero by one picture's least cost."""
        self.pixels -= max(height * width, PIXELS_OF_ANY)
