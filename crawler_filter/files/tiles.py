"""Pictures that were cut into a grid of tiles, each a file of its own, as viewers that zoom keep them.

The last two numbers of a name are the column and the row of a tile, in either order (Deep Zoom, Zoomify, maps).
Tiles are a picture where no place of the grid is empty, all but those at its end are of one size, and there are
several rows and columns. Tiles may share a line or two with their neighbours, which changes nothing that is seen.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from crawler_filter.errors import DataError
from crawler_filter.files.budget import MAX_HELD, Budget, Member, Skipped
from crawler_filter.files.decoding_cost import LIMITS_FOR_CRAWLED
from crawler_filter.files.image import decode

Array = npt.NDArray[Any]
Place = tuple[int, int]

_LARGEST: Final = 1_100
"""Pixels of a tile's longer side: of 1,024 with what it shares with its neighbours."""

_NUMBERS: Final = re.compile(r"([0-9]{1,6})([^0-9]{1,8})([0-9]{1,6})([^0-9]*)$")


class Tiles:
    """Collects the tiles of one file by what their names have in common."""

    def __init__(self) -> None:
        self._grids: dict[str, dict[Place, Member]] = {}
        self._sizes: dict[str, dict[Place, Place]] = {}
        self._held = 0

    def add(self, part: Member, height: int, width: int) -> None:
        """Keep a picture that may be a tile; of very many, only so much that they can be held."""
        found = _NUMBERS.search(part.name)
        self._held += len(part.content)
        if found is None or max(height, width) > _LARGEST or self._held > MAX_HELD:
            return
        series, place = part.name[: found.start()] + found[2] + found[4], (int(found[1]), int(found[3]))
        self._grids.setdefault(series, {})[place] = part
        self._sizes.setdefault(series, {})[place] = height, width

    def pictures(self, budget: Budget) -> Iterator[Member | Skipped]:
        """Yield the pictures that they make."""
        for series, tiles in self._grids.items():
            for turned in (False, True):
                grid = {(place[::-1] if turned else place): tile for place, tile in tiles.items()}
                sizes = {(place[::-1] if turned else place): size for place, size in self._sizes[series].items()}
                if _is_whole(sizes):
                    yield from _joined(grid, sizes, budget)


def _is_whole(sizes: dict[Place, Place]) -> bool:
    """Tell whether tiles by row and column fill a grid, equally high in a row and equally wide in a column."""
    rows, columns = (sorted({place[axis] for place in sizes}) for axis in (0, 1))
    if min(len(rows), len(columns)) < 2 or len(rows) * len(columns) != len(sizes):
        return False
    heights = {row: {sizes[row, column][0] for column in columns} for row in rows}
    widths = {column: {sizes[row, column][1] for row in rows} for column in columns}
    if any(len(each) > 1 for each in (*heights.values(), *widths.values())):
        return False
    inner = (
        [next(iter(heights[row])) for row in rows[1:-1]],
        [next(iter(widths[each])) for each in columns[1:-1]],
    )
    return all(len(set(each)) <= 1 for each in inner)


def _joined(grid: dict[Place, Member], sizes: dict[Place, Place], budget: Budget) -> Iterator[Member | Skipped]:
    first, last = min(grid), max(grid)
    name = f"{grid[first].name} to {grid[last].name}"
    rows, columns = (sorted({place[axis] for place in grid}) for axis in (0, 1))
    height = sum(sizes[row, columns[0]][0] for row in rows)
    width = sum(sizes[rows[0], column][1] for column in columns)
    if height * width > min(LIMITS_FOR_CRAWLED.pixels, max(budget.pixels, 0)):
        yield Skipped(name, "these tiles of a picture are more than is put together for this file")
        return
    budget.pay_for_picture(height, width)
    try:
        pixels = np.concatenate(
            [np.concatenate([decode(grid[row, column].content) for column in columns], axis=1) for row in rows]
        )
    except (DataError, ImportError):
        return  # as of each of them was said
    yield Member(name, "image/x-pixels", pixels)
