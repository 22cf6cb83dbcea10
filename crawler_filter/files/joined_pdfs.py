"""Several PDFs in one file: of what was joined end to end a reader shows the last alone, or none."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from crawler_filter.files.at_most import at_most
from crawler_filter.files.budget import Skipped

MOST: Final = 64
"""PDFs of one file that are read."""

_JOINT: Final = re.compile(rb"%%EOF[^%]{0,1024}(?=%PDF-[12])")


def starts(content: bytes) -> list[int]:
    """Return where each PDF of a file begins: at 0 alone where it is one."""
    return [0, *(found.end() for found in _JOINT.finditer(content))]


def are_several(content: bytes) -> bool:
    """Tell whether a file is more than one PDF."""
    return _JOINT.search(content) is not None


def pieces(content: bytes) -> Iterator[bytes | Skipped]:
    """Yield the PDFs of a file, MOST of them; the file alone where it is one."""
    found = (content[start:end] for start, end in pairwise([*starts(content), len(content)]))
    yield from at_most(found, MOST, "PDFs that were joined end to end")
