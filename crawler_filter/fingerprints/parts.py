"""The parts of a picture that are pictures of their own: panels of a page, pages of a spread, a post on a phone.

`docs/formats/fingerprints.md`, section "pdq", defines them to the pixel. A picture is looked at through a grid of
samples. It is cut along gutters, where whole lines of samples are of nearly one grey, and where most of a line
differs from the next one: there two pictures meet (recursive XY-cut: Nagy and Seth, 1984). All of it is whole
numbers, so that every implementation finds the same parts.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from crawler_filter.fingerprints.borders import trimmed

Array = npt.NDArray[Any]

MOST_OF_A_PICTURE: Final = 8
MOST_OF_A_PAGE: Final = 12
"""Most parts of a picture, and of a page: of what falls into more than four that are not cut further."""

_MAX_SAMPLES: Final = 512
"""Most samples along a side."""
_QUIET: Final = 32
"""Most levels of grey between two samples of a line in a gutter."""
_EDGE: Final = 16
"""Least levels of grey between two samples on either side of an edge."""
_EDGE_TENTHS: Final = 7
"""How many tenths of a line's samples differ from the next line's where two pictures meet."""
_NARROWEST: Final = 2
"""Least lines of samples in a gutter."""
_LEAST_SIDE: Final = 32
"""Least samples along the shorter side of a part."""
_LEAST_SHARE: Final = 40
"""A part has at least the picture's samples divided by this."""
_LONGEST: Final = 6
"""A part is at most so many times as long as it is wide."""
_DEEPEST: Final = 6
_LOOKED_AT: Final = 64
"""How many rows and columns of a part's samples, about, tell whether there is enough to see in it."""
_EDGES_PERCENT: Final = 10
"""In how many per cent of those an edge is; two plain areas beside each other have two."""
_FEW_GREYS: Final = 4
_FEW_GREYS_PERCENT: Final = 80
"""How many classes of 8 levels of grey hold so many per cent of the samples where there are few plain areas."""
_LEAVES_OF_A_PAGE: Final = 5

Span = tuple[int, int]
"""The first line of several, and the line behind the last."""


class Box(NamedTuple):
    """The place of a part in the grid of samples: its first row and column, and those behind its last."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Count its rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Count its columns."""
        return self.right - self.left

    def rows(self, span: Span) -> "Box":
        """Return the part of it that has these of its rows."""
        return self._replace(top=self.top + span[0], bottom=self.top + span[1])

    def columns(self, span: Span) -> "Box":
        """Return the part of it that has these of its columns."""
        return self._replace(left=self.left + span[0], right=self.left + span[1])


def parts(pixels: Array) -> list[Array]:
    """Return views of the parts of a picture of (height, width, 3) bytes, the largest first."""
    step, samples = _sampled(pixels)
    return [
        trimmed(
            pixels[
                max(box.top - 1, 0) * step : (box.bottom + 1) * step,
                max(box.left - 1, 0) * step : (box.right + 1) * step,
            ]
        )
        for box in boxes(samples)
    ]


def is_detailed(pixels: Array) -> bool:
    """Tell whether a picture of (height, width, 3) bytes shows as much as one of its parts has to show."""
    _, samples = _sampled(pixels)
    return _is_detailed(samples, Box(0, 0, *samples.shape))


def boxes(samples: Array) -> list[Box]:
    """Return where the parts of a picture are, by its samples of grey; a gutter's first line is around each."""
    whole = Box(0, 0, *samples.shape)
    cut = _cut(samples, whole, _DEEPEST)[1:]
    leaves = sum(is_leaf for _, is_leaf in cut)
    found = {*_windows(whole), *(box for box, _ in cut)}
    fitting = (box for box in found if _is_part(box, whole) and _is_detailed(samples, box))
    kept = sorted(fitting, key=lambda box: (-box.height * box.width, box))
    return kept[: MOST_OF_A_PAGE if leaves >= _LEAVES_OF_A_PAGE else MOST_OF_A_PICTURE]


def _sampled(pixels: Array) -> tuple[int, Array]:
    """Return how many pixels lie from one sample to the next, and the samples of grey."""
    step = max(-(-max(pixels.shape[:2]) // _MAX_SAMPLES), 1)
    return step, _grey(pixels[step // 2 :: step, step // 2 :: step])


def _grey(pixels: Array) -> Array:
    grey = pixels[:, :, 0].astype(np.uint16)
    grey += pixels[:, :, 1]
    grey += pixels[:, :, 1]
    grey += pixels[:, :, 2]
    return (grey >> 2).astype(np.uint8)


def _is_part(box: Box, whole: Box) -> bool:
    short, long = sorted((box.height, box.width))
    share = _LEAST_SHARE * box.height * box.width
    return short >= _LEAST_SIDE and long <= _LONGEST * short and share >= whole.height * whole.width


def _is_detailed(samples: Array, box: Box) -> bool:
    """Tell whether there is more to see than a few plain areas, which parts of other works have as well."""
    down, across = max(box.height // _LOOKED_AT, 1), max(box.width // _LOOKED_AT, 1)
    seen = samples[box.top : box.bottom : down, box.left : box.right : across].astype(np.int16)
    edges = np.abs(np.diff(seen, axis=0))[:, 1:] >= _EDGE
    edges |= np.abs(np.diff(seen, axis=1))[1:] >= _EDGE
    if 100 * int(np.count_nonzero(edges)) >= _EDGES_PERCENT * edges.size:
        return True
    greys = np.sort(np.bincount((seen >> 3).ravel()))
    return 100 * int(greys[-_FEW_GREYS:].sum()) < _FEW_GREYS_PERCENT * seen.size


def _windows(whole: Box) -> Iterator[Box]:
    """Yield the halves of what may be a spread, and windows of a long strip, each half over the one before."""
    height, width = whole.height, whole.width
    if 5 * width >= 6 * height:
        yield whole.columns((0, width // 2 - 1))
        yield whole.columns((width // 2 + 1, width))
    elif 2 * height >= 5 * width:
        window = 3 * width // 2
        for top in range(0, height - window + 1, max(3 * width // 4, 1)):
            yield whole.rows((top, top + window))


def _cut(samples: Array, box: Box, depth: int) -> list[tuple[Box, bool]]:
    """Return a box without its margins, and all that it falls into; with each, whether it is not cut further."""
    if min(box.height, box.width) < _LEAST_SIDE:
        return []
    seen = samples[box.top : box.bottom, box.left : box.right]
    rows, columns = (_between_gutters(seen.max(axis=axis) - seen.min(axis=axis) <= _QUIET) for axis in (1, 0))
    if not rows or not columns:
        return []
    content = box.rows((rows[0][0], rows[-1][1])).columns((columns[0][0], columns[-1][1]))
    pieces: list[Box] = []
    if depth and max(map(_widest_gutter, (rows, columns))):
        if _widest_gutter(columns) > _widest_gutter(rows):
            pieces = [content._replace(left=box.left + left, right=box.left + right) for left, right in columns]
        else:
            pieces = [content._replace(top=box.top + top, bottom=box.top + bottom) for top, bottom in rows]
    elif depth:
        pieces = _where_pictures_meet(samples, content)
    below = [each for piece in pieces for each in _cut(samples, piece, depth - 1)]
    return [(content, not below), *below]


def _between_gutters(quiet: Array) -> list[Span]:
    """Return the spans of lines in which something is to be seen."""
    changes = np.flatnonzero(np.diff(np.concatenate([[True], quiet, [True]])))
    spans: list[Span] = []
    for start, end in changes.reshape(-1, 2).tolist():
        if spans and start - spans[-1][1] < _NARROWEST:
            spans[-1] = spans[-1][0], end
        else:
            spans.append((start, end))
    return spans


def _widest_gutter(spans: list[Span]) -> int:
    return max((start - end for (_, end), (start, _) in pairwise(spans)), default=0)


def _where_pictures_meet(samples: Array, box: Box) -> list[Box]:
    """Return the two halves of a box that falls apart at an edge through all of it; nothing if there is none."""
    seen = samples[box.top : box.bottom, box.left : box.right]
    (row, in_row), (column, in_column) = _strongest_edge(seen), _strongest_edge(seen.T)
    if max(in_row * box.height, in_column * box.width) == 0:
        return []
    if in_row * box.height >= in_column * box.width:
        return [box.rows((0, row)), box.rows((row, box.height))]
    return [box.columns((0, column)), box.columns((column, box.width))]


def _strongest_edge(lines: Array) -> tuple[int, int]:
    """Return the line that differs most from the one before, and in how many samples; 0 where that is too few."""
    one, other = lines[_LEAST_SIDE - 1 : -_LEAST_SIDE], lines[_LEAST_SIDE : len(lines) - _LEAST_SIDE + 1]
    if not len(one):
        return 0, 0
    counts = np.count_nonzero(np.maximum(one, other) - np.minimum(one, other) >= _EDGE, axis=1)
    line = int(counts.argmax())
    enough = 10 * int(counts[line]) >= _EDGE_TENTHS * lines.shape[1]
    return line + _LEAST_SIDE, int(counts[line]) if enough else 0
