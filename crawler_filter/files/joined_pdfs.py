"""Several PDFs in one file: of what was joined end to end a reader shows the last alone, or none."""

import re
from itertools import islice, pairwise
from typing import Final

MOST: Final = 64
"""PDFs of one file that are told apart; what follows belongs to the last of them."""

_JOINT: Final = re.compile(rb"%%EOF[^%]{0,1024}(?=%PDF-[12])")


def starts(content: bytes) -> list[int]:
    """Return where each PDF of a file begins: at 0 alone where it is one."""
    return [0, *(found.end() for found in islice(_JOINT.finditer(content), MOST - 1))]


def pieces(content: bytes) -> list[bytes]:
    """Return the PDFs of a file, the file alone where it is one."""
    return [content[start:end] for start, end in pairwise([*starts(content), len(content)])]
