"""Which way up a picture is seen, by what is said in it: Exif tag 274, "Orientation" (Exif 2.32, section 4.6.4).

Browsers and viewers follow the tag in the Exif block and nothing else, so that is how a picture is registered,
here and in the browser alike. Some programs follow what XMP says, others what is hidden in texts of a PNG, others
turn nothing: who looks for a copy sees it each of these ways.
"""

import re
import struct
from collections.abc import Callable
from typing import Any, Final

import numpy.typing as npt

Array = npt.NDArray[Any]

UPRIGHT: Final = 1
TURNED: Final[dict[int, Callable[[Array], Array]]] = {
    1: lambda stored: stored,
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.swapaxes(0, 1),
    6: lambda stored: stored.swapaxes(0, 1)[:, ::-1],
    7: lambda stored: stored.swapaxes(0, 1)[::-1, ::-1],
    8: lambda stored: stored.swapaxes(0, 1)[::-1],
}
"""How to turn the stored rows upright, by the value of the tag."""

_TAG: Final = 274
_SHORT: Final = 3
_MOST_FIELDS: Final = 4096
_BEGINNING: Final = b"Exif\0\0"
_IN_XMP: Final = re.compile(rb"tiff:Orientation(?:\s{0,9}=\s{0,9}[\"']|\s{0,9}>\s{0,9})([1-8])\s{0,9}[\"'<]")


def in_exif(block: bytes) -> int:
    """Return what the first directory of an Exif block says, UPRIGHT where it says nothing that is one."""
    block = block.removeprefix(_BEGINNING)
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None:
        return UPRIGHT
    try:
        (start,) = struct.unpack_from(order + "I", block, 4)
        (count,) = struct.unpack_from(order + "H", block, start)
        for field in range(min(count, _MOST_FIELDS)):
            tag, kind, values, value = struct.unpack_from(order + "HHIH", block, start + 2 + 12 * field)
            if (tag, kind, values) == (_TAG, _SHORT, 1):
                return value if value in TURNED else UPRIGHT
    except struct.error:
        pass
    return UPRIGHT


def in_xmp(packet: bytes) -> int:
    """Return what an XMP packet says, UPRIGHT where it says nothing that is one."""
    said = _IN_XMP.search(packet)
    return int(said[1]) if said else UPRIGHT
