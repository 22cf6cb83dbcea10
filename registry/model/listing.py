"""Lists that may be long, a page at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")

PAGE_ROWS: Final = 50
"""Rows of one page that people read."""

PAGE_BYTES: Final = 1 << 20
"""Bytes of what the rows of one page are made from: fifty records may be large ones."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """Some rows of a list. `following` is the id after which the next page begins, None on the last."""

    rows: Sequence[T]
    following: str | None = None


def that_fit(rows: Iterable[T], size: Callable[[T], int], most: int = PAGE_BYTES) -> Iterator[T]:
    """Yield rows until they have `most` bytes, one at least; what comes after them is not asked for."""
    left = most
    for row in rows:
        yield row
        left -= size(row)
        if left <= 0:
            return
