"""What a binary property list of macOS and iOS holds: its strings as one text, and the files in it.

Systems and readers leave small ones beside pictures and in books, and programs keep notes and whole pages in
them (`.webarchive`). They are read by the standard library, up to a size: numbers in them name other parts.
"""

import plistlib
from collections.abc import Iterator
from typing import Any, Final

from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.media_type import looked_up_as

PROPERTY_LIST: Final = "application/x-bplist"

MOST_BYTES: Final = 1 << 20
"""Bytes of a property list that is read."""

_LEAST: Final = 256
"""Bytes of a file that may show anything."""


def members(content: bytes, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the text of a property list, and what else lies in it."""
    if len(content) > MOST_BYTES:
        yield Skipped("", f"a binary property list of more than {MOST_BYTES} bytes is not read")
        return
    try:
        value = plistlib.loads(content, fmt=plistlib.FMT_BINARY)
    except Exception as error:  # whatever its reader stumbles over, recursion too
        yield Skipped("", f"a broken property list: {error!s:.100}")
        return
    strings, pieces = _in(value)
    yield Member("text", "text/plain", "\n".join(strings))
    for number, piece in enumerate(pieces, 1):
        budget.parts, budget.unpacked = budget.parts - 1, budget.unpacked - len(piece)
        if budget.parts < 0 or budget.unpacked < 0:
            yield Skipped(f"part {number}", "it and what follows are too much for so small a file")
            return
        yield Member(f"part {number}", looked_up_as(piece), piece)


def _in(value: Any) -> tuple[list[str], list[bytes]]:  # noqa: ANN401 - whatever a property list holds
    """Return the strings and the files of a value in their order; parts that occur twice are taken once."""
    strings: list[str] = []
    pieces: list[bytes] = []
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            strings.append(each)
        elif isinstance(each, bytes) and len(each) >= _LEAST:
            pieces.append(each)
        elif isinstance(each, (list, dict)) and id(each) not in seen:
            seen.add(id(each))
            within = each if isinstance(each, list) else [part for pair in each.items() for part in pair]
            waiting.extend(reversed(within))
    return strings, pieces
