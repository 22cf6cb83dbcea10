"""Whether a PDQ hash says that little is in the picture: its bits tell, without the picture.

PDQ sets each bit by one number of a 16 by 16 table, half of them. Of stripes, and of figures that are their own
mirror images, many of the numbers are equal, and fewer bits are set. Of what is a pattern across times a pattern
down, as boxes are, each row of the table is the first row or its negative: 32 choices in place of 256, which
others make as well.
`docs/formats/fingerprints.md`, section "pdq", defines both measures.
"""

import struct
from itertools import combinations
from typing import Final

BITS_SET: Final = range(112, 145)
"""How many of 256 bits may be set."""

_ROWS: Final = struct.Struct(">16H")
_HALF_A_ROW: Final = 8
_MOST_ALIKE: Final = 671
"""Of 960. Comic pages, drawings and photographs of packages have 448 at most, what is false has 834 or more."""


def bits_set(value: bytes) -> int:
    """Return how many bits of a hash of 32 bytes are set."""
    return int.from_bytes(value).bit_count()


def rows_alike(value: bytes) -> int:
    """Return how far each two rows of a hash agree, or are each other's negative: from 0 to 960 in all."""
    rows = _ROWS.unpack(value)
    return sum(abs(_HALF_A_ROW - (one ^ other).bit_count()) for one, other in combinations(rows, 2))


def says_little(value: bytes) -> bool:
    """Tell whether a hash of 32 bytes is that of a picture with too little in it to be somebody's."""
    return bits_set(value) not in BITS_SET or rows_alike(value) > _MOST_ALIKE
