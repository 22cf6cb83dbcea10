"""So many of what a file holds, and a word where it holds more: nothing is passed over in silence."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from crawler_filter.files.budget import Skipped

Held = TypeVar("Held")


def at_most(found: Iterable[Held], most: int, what: str) -> Iterator[Held | Skipped]:
    """Yield the first ones, `most` of them, and a `Skipped` where there is one more; `what` names them."""
    for number, each in enumerate(found):
        if number == most:
            yield Skipped("", f"of {what} only the first {most} were looked at")
            return
        yield each


def within(pieces: Iterable[bytes], most: int, what: str) -> Iterator[bytes | Skipped]:
    """Yield pieces until they are more than `most` bytes together, then a `Skipped`; `what` names them.

    Pieces whose lengths a file tells may lie in one another, so that a short one tells of very many bytes.
    """
    for piece in pieces:
        most -= len(piece)
        if most < 0:
            yield Skipped("", f"{what} are longer than all that they stand in")
            return
        yield piece


def cut(size: int, most: int, what: str) -> Iterator[Skipped]:
    """Yield a `Skipped` where `what` has more than so many bytes, characters or parts."""
    if size > most:
        yield Skipped("", f"of {what} only the first {most} were read")
