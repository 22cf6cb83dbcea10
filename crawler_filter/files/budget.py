"""How much of an archive or a PDF is examined.

An archive of a few hundred bytes can unpack to gigabytes, and one of a few thousand can hold a hundred pictures of
thirty megapixels. So all members of one file, at any depth, share one budget that grows with the file's size.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self

from crawler_filter.reason import Reason

MAX_HELD: Final = 64 << 20
"""Most bytes of one part: all of it is held in memory."""

MAX_MEMBERS: Final = 65_535
"""Files of an archive, the most a ZIP without the 64-bit extension has; the directory is read whole."""

PIXELS_OF_ANY: Final = 1 << 16
"""Pixels that every picture counts as, however few it has: about what it costs to look one up."""

PIXELS_OF_BROKEN: Final = 10_000_000
"""Pixels that a broken picture counts as: how many were decoded before it broke is not known."""

_PIXELS: Final = 20_000_000
_PIXELS_A_BYTE: Final = 20
_SECONDS: Final = 3.0
_SECONDS_A_BYTE: Final = 2 / (1 << 20)
_UNPACKED_A_BYTE: Final = 8
_OWN_PIXELS: Final = 1_000_000_000
_OWN_PIXELS_A_BYTE: Final = 400
_OWN_SECONDS: Final = 600.0
_OWN_SECONDS_A_BYTE: Final = 20 / (1 << 20)
_OWN_UNPACKED: Final = 8 * MAX_HELD
_OWN_UNPACKED_A_BYTE: Final = 32
_SEARCHED: Final = 16 << 20
_SEARCHED_A_BYTE: Final = 16
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
    the processor time that PDFium takes. Where nobody looks for `pictures`, a PDF's are not decoded. Of a file
    that `is_own` the largest pictures are decoded too, in as much memory as they take. `searched` are the bytes of
    texts that are searched for files in them.
    """

    parts: int
    unpacked: int
    pixels: int
    characters: int
    short_texts: int
    seconds: float
    pictures: bool
    is_own: bool = False
    searched: int = MAX_HELD

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
            searched=_SEARCHED + _SEARCHED_A_BYTE * size,
        )

    @classmethod
    def of_own_file(cls, size: int) -> Self:
        """Return what a file of so many bytes may cost its owner, who waits for it alone.

        A volume of line art, or a thousand pages of print, is far within it; a bomb among downloads is not.
        """
        return cls(
            parts=MAX_MEMBERS,
            unpacked=_OWN_UNPACKED + _OWN_UNPACKED_A_BYTE * size,
            pixels=_OWN_PIXELS + _OWN_PIXELS_A_BYTE * size,
            characters=MAX_HELD,
            short_texts=0,
            seconds=_OWN_SECONDS + _OWN_SECONDS_A_BYTE * size,
            pictures=True,
            is_own=True,
            searched=MAX_HELD + _OWN_UNPACKED_A_BYTE * size,
        )

    def pay_for_picture(self, height: int, width: int) -> None:
        """Count a picture of this size; `pixels` may fall below zero by one picture's least cost."""
        self.pixels -= max(height * width, PIXELS_OF_ANY)
