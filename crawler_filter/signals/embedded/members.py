"""What the files in a ZIP archive say of themselves: pages of a comic, pictures of a book, a record beside it.

A permission there is about one of them, so only what forbids is believed of the whole.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.files.archive import MAX_MEMBERS
from crawler_filter.files.budget import MAX_HELD, Budget
from crawler_filter.files.media_type import HEAD, media_type
from crawler_filter.files.zip_reader import Entry, ZipArchive, opened
from crawler_filter.preference import Preference
from crawler_filter.signals.signal import MAX_RULE, Family, Signal, believed, unread

Reader = Callable[[bytes], tuple[Signal, ...]]

MAX_SAID: Final = 64
"""Statements of members that are told; a comic has as many as pages."""

_ABOUT: Final = re.compile(rb"<(?:[\w.-]{1,30}:)?(?:ONIX[Mm]essage|newsItem|newsMessage|xmpmeta|xapmeta|RDF)[\s>]")
"""XML that is a record of something. A book's own pages are what it says, not what is said of it."""


def read(content: bytes, reader: Reader) -> Iterator[Signal]:
    """Yield what the pictures, PDFs and records of an archive forbid, and what of them `reader` could not read."""
    try:
        archive = opened(content, MAX_MEMBERS)
    except ValueError:
        return  # no archive: `epub` says so of what should have been a book
    left = Budget.of_file(len(content), characters=0, pictures=False).unpacked
    told = 0
    for entry in archive.entries:
        if left <= 0 or told > MAX_SAID:
            yield unread(
                Family.PLUS, entry.name, Sentence("this file and those that follow are more than is read")
            )
            return
        member = _speaking(archive, entry, min(left, MAX_HELD))
        left -= HEAD + len(member)
        for signal in map(_restricting, reader(member) if member else ()):
            if signal.preferences or signal.unchecked:
                told += 1
                yield replace(signal, locator=f"{entry.name[: MAX_RULE // 2]}: {signal.locator}"[:MAX_RULE])


def _speaking(archive: ZipArchive, entry: Entry, most: int) -> bytes:
    """Return a file of an archive that may say something of itself, nothing for all others."""
    try:
        head = archive.read(entry, HEAD)
        kind = media_type(head) or ""
        is_record = kind in ("text/xml", "text/plain") and _ABOUT.search(head) is not None
        if not (kind.startswith("image/") or kind == "application/pdf" or is_record):
            return b""
        return archive.read(entry, most)
    except (EOFError, ImportError, ValueError):
        return b""  # whoever looks the archive up says it


def _restricting(signal: Signal) -> Signal:
    signal = believed(signal, may_allow=False)
    forbids = Preference.DISALLOWED in signal.preferences.values()
    return signal if forbids or signal.unchecked else replace(signal, preferences={})
