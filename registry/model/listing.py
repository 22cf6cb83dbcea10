"""Lists that may be long, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")

PAGE_ROWS: Final = 50
"""Rows of one page that people read."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """Some rows of a list. `following` is the id after which the next page begins, None on the last."""

    rows: Sequence[T]
    following: str | None = None
