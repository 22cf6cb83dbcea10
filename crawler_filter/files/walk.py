"""Everything inside a file that holds others, at any depth: files in archives, pages of PDFs in them."""

from collections.abc import Iterator
from typing import Final

from crawler_filter.files import archive, isolation
from crawler_filter.files.budget import Budget, Member, Skipped

PDF: Final = "application/pdf"
_OTHER_ARCHIVES: Final = frozenset(
    {
        "application/vnd.rar",
        "application/x-7z-compressed",
        "application/x-lzh",
        "application/vnd.ms-cab-compressed",
    }
)
HOLDING: Final = archive.ARCHIVES | _OTHER_ARCHIVES | {PDF}
"""The media types of files that hold others."""

MAX_DEPTH: Final = 3
"""Archives in archives that are looked into: a series is a ZIP of volumes, and may come as a `.tar.gz`."""

_MOST_NAME: Final = 200


def held_as(content: object, kind: str) -> tuple[str, ...]:
    """Return the HOLDING types by which a file is looked into, given its `kind`: a ZIP may stand behind others."""
    if kind in archive.ARCHIVES or not isinstance(content, bytes):
        return (kind,) if kind in HOLDING else ()
    return (*((kind,) if kind in HOLDING else ()), *((archive.ZIP,) if archive.ends_as_zip(content) else ()))


def walk(content: bytes, kind: str, budget: Budget, *, depth: int = 0) -> Iterator[Member | Skipped]:
    """Yield what lies in a file of one of the HOLDING types, and what in that; files that hold others too.

    Names are `volume.cbz/003.png` or `book.pdf/page 3`, without what a terminal would not show.
    """
    for part in _within(content, kind, budget):
        name = _printable(part.name[:_MOST_NAME])
        yield part._replace(name=name)
        if isinstance(part, Skipped):
            continue
        for held in held_as(part.content, part.kind):
            if depth + 1 == MAX_DEPTH:
                yield Skipped(name, f"files that lie {MAX_DEPTH} deep in others are not looked into")
                break
            for inner in walk(part.content, held, budget, depth=depth + 1):
                yield inner._replace(name=f"{name}/{inner.name}".strip("/")[:_MOST_NAME])


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)


def _within(content: bytes, kind: str, budget: Budget) -> Iterator[Member | Skipped]:
    if kind in archive.ARCHIVES:
        yield from archive.parts(content, kind, budget)
    else:
        yield from isolation.parts("pdf" if kind == PDF else "archive", content, budget)
