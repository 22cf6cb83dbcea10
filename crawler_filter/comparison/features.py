"""Finds places of one picture in another: ORB features (Rublee et al. 2011), and one movement that explains them.

Copies that hashes miss are found: a quarter of the picture, a turn, a perspective, a picture within a picture.
Places that agree by chance do not move together: different works share a few, copies share hundreds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from crawler_filter.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST: Final = 800
"""Pixels of the longer side at which pictures are compared; larger ones are made smaller."""

ALIKE: Final = 15
"""Places that move together from which on one picture shows what the other shows."""

_FEATURES: Final = 2_000
_RATIO: Final = 0.8
_TOLERANCE: Final = 4.0
_CELL: Final = 8
"""Places closer to each other than that, in pixels, count once: they are corners of one thing."""
_SHORTEST: Final = 32
_SCALES: Final = (0.05, 20.0)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The places that two pictures have in common, as pairs of points, each in the pixels of its own picture.

    `share_of_first` and `share_of_second` are how much of each picture the common places span, from 0 to 1.
    `mirrored` and `negative` say how the second was read.
    """

    places: tuple[tuple[Point, Point], ...]
    share_of_first: float
    share_of_second: float
    mirrored: bool = False
    negative: bool = False

    @property
    def alike(self) -> bool:
        """Tell whether one shows what the other shows."""
        return len(self.places) >= ALIKE


def compare(first: "NDArray[np.uint8]", second: "NDArray[np.uint8]") -> Comparison:
    """Compare two pictures, as rows of pixels with one or three channels, by the reading that agrees best.

    Raises DataError for one that is too small to have features.
    """
    grey, small = _grey(first), _grey(second)
    found = _Features.of(grey)
    best = Comparison((), 0.0, 0.0)
    for picture, mirrored, negative in _readings(small):
        common = _common(found, _Features.of(picture))
        if len(common) > len(best.places):
            best = _described(common, grey, picture, mirrored=mirrored, negative=negative)
    return _in_own_pixels(best, first.shape[1] / grey.shape[1], second.shape[1] / small.shape[1], small.shape[1])


@dataclass(frozen=True, slots=True)
class _Features:
    points: Any
    codes: Any

    @classmethod
    def of(cls, picture: "NDArray[np.uint8]") -> "_Features":
        import cv2  # noqa: PLC0415 - the extra `compare`

        keypoints, codes = cv2.ORB.create(_FEATURES).detectAndCompute(picture, None)
        return cls(np.array([each.pt for each in keypoints], np.float32).reshape(-1, 2), codes)


def _readings(picture: "NDArray[np.uint8]") -> Iterator[tuple[Any, bool, bool]]:
    """Yield a picture as it is, mirrored, and both as a negative; turns are no matter to the features."""
    for negative, shown in ((False, picture), (True, 255 - picture)):
        yield shown, False, negative
        yield np.ascontiguousarray(shown[:, ::-1]), True, negative


def _common(first: _Features, second: _Features) -> "NDArray[np.float32]":
    """Return the pairs of points that one movement explains, as rows of four numbers."""
    import cv2  # noqa: PLC0415 - the extra `compare`

    nothing = np.empty((0, 4), np.float32)
    if first.codes is None or second.codes is None or len(second.codes) < 2:
        return nothing
    nearest = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(first.codes, second.codes, k=2)
    pairs = [one for one, other in nearest if one.distance < _RATIO * other.distance]
    if len(pairs) < ALIKE:
        return nothing
    here = first.points[[pair.queryIdx for pair in pairs]]
    there = second.points[[pair.trainIdx for pair in pairs]]
    cv2.setRNGSeed(1)  # the same answer each time
    movement, agree = cv2.findHomography(here, there, cv2.RANSAC, _TOLERANCE)
    if movement is None or not _is_plausible(movement):
        return nothing
    kept = agree.ravel().astype(bool)
    return _apart(np.hstack([here[kept], there[kept]]))


def _is_plausible(movement: Any) -> bool:  # noqa: ANN401 - a matrix of 3 by 3
    """Tell whether a movement keeps a picture a picture: it neither folds it nor makes a point of it."""
    area = np.linalg.det(movement[:2, :2])
    return bool(_SCALES[0] ** 2 < area < _SCALES[1] ** 2 and np.abs(movement[2, :2]).max() < 0.01)


def _apart(pairs: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Return pairs of which no two lie in one cell of either picture."""
    for columns in (slice(0, 2), slice(2, 4)):
        _cells, first = np.unique((pairs[:, columns] // _CELL).astype(int), axis=0, return_index=True)
        pairs = pairs[np.sort(first)]
    return pairs


def _described(pairs: Any, first: Any, second: Any, *, mirrored: bool, negative: bool) -> Comparison:  # noqa: ANN401
    places = tuple(((float(a), float(b)), (float(c), float(d))) for a, b, c, d in pairs)
    return Comparison(
        places, _share(pairs[:, :2], first), _share(pairs[:, 2:], second), mirrored=mirrored, negative=negative
    )


def _share(points: Any, picture: Any) -> float:  # noqa: ANN401 - arrays
    """Return the area of the box around points, as a share of the picture."""
    width, height = points.max(axis=0) - points.min(axis=0)
    return float(min(width * height / picture.size, 1.0))


def _in_own_pixels(found: Comparison, first: float, second: float, width: int) -> Comparison:
    places = tuple(
        ((a * first, b * first), ((width - 1 - c if found.mirrored else c) * second, d * second))
        for (a, b), (c, d) in found.places
    )
    return Comparison(
        places, found.share_of_first, found.share_of_second, mirrored=found.mirrored, negative=found.negative
    )


def _grey(pixels: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    import cv2  # noqa: PLC0415 - the extra `compare`

    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_RGB2GRAY)
    scale = LONGEST / max(grey.shape)
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = pixels.shape[:2]
    if min(height, width) < _SHORTEST:
        raise DataError(f"expected a picture of at least {_SHORTEST} pixels a side, got {width} x {height}")
    return np.asarray(grey, np.uint8)
