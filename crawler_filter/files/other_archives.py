"""Archives that libarchive reads: RAR, 7z, LZH, cabinets, cpio, ar, xar and images of discs.

It takes the extra `[archives]`, and the system's libarchive.

Only read in a process of its own (`isolation`): it is a large library in C.
"""

from collections.abc import Iterator
from typing import Any, Final

import libarchive

from crawler_filter.files.archive import part_of
from crawler_filter.files.budget import MAX_HELD, Budget, Member, Skipped
from crawler_filter.files.media_type import media_type

_FORMATS: Final = {
    "application/vnd.rar": ("rar", "rar5"),
    "application/x-7z-compressed": ("7zip",),
    "application/x-lzh": ("lha",),
    "application/vnd.ms-cab-compressed": ("cab",),
    "application/x-cpio": ("cpio",),
    "application/x-archive": ("ar",),
    "application/x-xar": ("xar",),
    "application/x-iso9660-image": ("iso9660",),
}
"""What libarchive calls the formats of each kind. It is not left to guess."""

_RAR_5: Final = b"Rar!\x1a\x07\x01\0"


def parts(content: bytes, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the files in an archive in its own order; broken and encrypted ones are `Skipped`, and end it."""
    formats = _FORMATS[media_type(content) or ""]
    chosen = formats[-1] if content.startswith(_RAR_5) else formats[0]
    try:
        with libarchive.memory_reader(content, format_name=chosen, filter_name="none") as archive:
            found = False
            for entry in archive:
                found = True
                budget.parts -= 1
                if budget.parts < 0 or budget.unpacked <= 0:
                    yield Skipped("", "it has too much in it for so small a file")
                    return
                if not entry.isdir:
                    yield from _part(entry, budget)
            if not found:
                yield Skipped("", "a broken archive: no file is found in it")
    except Exception as error:  # its errors, and what its bindings stumble over
        yield Skipped("", f"a broken archive: {error!s:.100}")


def _part(entry: Any, budget: Budget) -> Iterator[Member | Skipped]:  # noqa: ANN401 - the library is not typed
    name = str(entry.pathname or "")
    most, read = min(MAX_HELD, budget.unpacked), bytearray()
    for block in entry.get_blocks():
        read += block
        if len(read) > most:
            break
    budget.unpacked -= len(read)
    if len(read) > most:
        yield Skipped(name, f"it cannot be unpacked: more than {most} bytes")
        return
    yield from part_of(name, bytes(read))
