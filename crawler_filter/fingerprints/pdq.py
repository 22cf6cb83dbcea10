"""PDQ, the perceptual hash of pictures that Meta published in 2019: 256 bits and a quality from 0 to 100.

`docs/formats/fingerprints.md`, section "pdq", defines it. Blurring, sampling and the cosine transform are linear:
here the first two are one banded matrix for each axis, made once for each length, and the third is a constant.
Products are exact or in double precision and rounded where the definition says so, so that every implementation
gets the same bits.

Decoding is not done here: pixels come in as an array, and nothing is read or scaled.
"""

from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from crawler_filter.files.pixels import distinct_channels

Array = npt.NDArray[Any]

HASH_SIZE: Final = 32
MIN_SIDE: Final = 5
"""Pictures with a shorter side have the hash of zeros and quality 0."""

_SIDE: Final = 64
_BLOCK: Final = 4
_ONE_THREAD: Final = 1 << 18
"""Most multiplications of one product. For more, OpenBLAS wakes threads that have other pictures to do."""

_LUMA: Final = np.array([0.299, 0.587, 0.114])
_DCT: Final = np.sqrt(2 / _SIDE) * np.cos(
    np.pi / (2 * _SIDE) * np.outer(np.arange(1, 17), 2 * np.arange(_SIDE) + 1)
)
_COEFFICIENT_UNIT: Final = 2.0**-16
_EXACT: Final = 1 << 24
"""Below it, single precision holds every whole number, and a sum of such is the same in any order."""


class Pdq(NamedTuple):
    """A hash, its bytes in the order in which Meta's tools print them, and how much there is to see in it."""

    hash: bytes
    quality: int


_NOTHING: Final = Pdq(bytes(HASH_SIZE), 0)


class Way(StrEnum):
    """A way to turn a picture before it is hashed."""

    UPRIGHT = "upright"
    MIRRORED = "mirrored"
    UPSIDE_DOWN = "upside-down"
    HALF_TURN = "half-turn"
    TRANSPOSED = "transposed"
    LEFT_TURN = "left-turn"
    RIGHT_TURN = "right-turn"
    TRANSVERSED = "transversed"


Band = tuple[slice, Array]
"""Neighbouring rows of an operator where they are not zero: which inputs they weigh, and the weights."""


def pdq(pixels: Array) -> Pdq:
    """Return the PDQ of an upright picture: (height, width, 3) bytes of red, green and blue."""
    return _NOTHING if min(pixels.shape[:2]) < MIN_SIDE else _of_samples(samples_of(pixels))


def samples_of(pixels: Array) -> Array:
    """Return the luma of the blurred picture at 64 by 64 places, each rounded to a number of 32 bits."""
    samples: Array = _apply(_operator(pixels.shape[1]), _sampled_rows(pixels)).T
    return samples.astype(np.float32).astype(np.float64)


def pdq_and_mirrored(pixels: Array) -> tuple[Pdq, Pdq]:
    """Return the PDQ of a picture and of its mirror image, for little more than the price of one."""
    if min(pixels.shape[:2]) < MIN_SIDE:
        return _NOTHING, _NOTHING
    plain, mirrored = map(_of_samples, _both_ways(pixels))
    return plain, mirrored


def pdq_each_way(pixels: Array) -> dict[Way, Pdq]:
    """Return the PDQ of a picture turned and mirrored in every way that keeps it upright or lays it on a side."""
    if min(pixels.shape[:2]) < MIN_SIDE:
        return dict.fromkeys(Way, _NOTHING)
    samples = (*_both_ways(pixels), *_both_ways(pixels[::-1]))
    return dict(zip(Way, map(_of_samples, (*samples, *(each.T for each in samples))), strict=True))


def complement(value: bytes) -> bytes:
    """Return the hash of a picture's negative, by that of the picture: every coefficient changes its sign."""
    return bytes(0xFF ^ each for each in value)


def distance(one: bytes, other: bytes) -> int:
    """Return how many bits of two hashes differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def _both_ways(pixels: Array) -> tuple[Array, Array]:
    """Return the samples of a picture and of its mirror image."""
    width, columns = pixels.shape[1], _sampled_rows(pixels)
    return _apply(_operator(width), columns).T, _apply(_mirrored_operator(width), columns).T


def _sampled_rows(pixels: Array) -> Array:
    """Return the luma of the blurred rows that are sampled, column by column: (width, 64)."""
    height, width, _ = pixels.shape
    channels = distinct_channels(pixels)
    columns = np.empty((width, _SIDE))
    for block, (used, weights, luma) in enumerate(_row_operator(height)):
        rows = slice(block * _BLOCK, (block + 1) * _BLOCK)
        step = max(_ONE_THREAD // (3 * weights.size), 1)
        for left in range(0, width, step):
            part = channels[used, left : left + step].astype(weights.dtype, order="C")
            blurred = (weights @ part.reshape(len(part), -1)).reshape(_BLOCK, *part.shape[1:])
            seen = blurred if channels is pixels else blurred.repeat(3, axis=2)
            columns[left : left + step, rows] = (seen @ luma).T
    return columns


def _of_samples(samples: Array) -> Pdq:
    samples = samples.astype(np.float32).astype(np.float64)
    coefficients = np.rint(_DCT @ samples @ _DCT.T / _COEFFICIENT_UNIT).reshape(-1)
    median = np.partition(coefficients, 127)[127]
    bits = np.packbits(coefficients > median, bitorder="little")
    return Pdq(bits[::-1].tobytes(), _quality(samples))


def _quality(samples: Array) -> int:
    gradients = sum(int(np.abs(np.trunc(np.diff(samples, axis=axis) * 100 / 255)).sum()) for axis in (0, 1))
    return min(gradients // 90, 100)


def _apply(operator: tuple[Band, ...], lines: Array) -> Array:
    return np.concatenate([weights @ lines[used] for used, weights in operator])


@lru_cache(maxsize=32)
def _row_operator(length: int) -> tuple[tuple[slice, Array, Array], ...]:
    """Return the bands of `_operator` and what makes luma of their products; single precision where it is exact.

    Away from the edges all windows are whole, and the weights are whole numbers over the square of their size.
    """
    return tuple((used, *_exact(weights, _window(length) ** 2)) for used, weights in _operator(length))


def _exact(weights: Array, denominator: int) -> tuple[Array, Array]:
    numerators = np.rint(weights * denominator)
    whole = np.allclose(numerators, weights * denominator, rtol=0, atol=1e-6)
    if whole and 255 * numerators.sum(axis=1).max() < _EXACT:
        return numerators.astype(np.float32), _LUMA / denominator
    return weights, _LUMA


@lru_cache(maxsize=32)
def _operator(length: int) -> tuple[Band, ...]:
    """Return the 64 rows of an axis's operator, in blocks: two box blurs, then the middle of each 64th part."""
    sampled = (2 * np.arange(_SIDE) + 1) * length // (2 * _SIDE)
    return tuple(_band(length, sampled[block : block + _BLOCK]) for block in range(0, _SIDE, _BLOCK))


def _band(length: int, sampled: Array) -> Band:
    size = _window(length)
    before, after = size - (size + 2) // 2, (size + 2) // 2 - 1
    outer = sampled[:, None] + np.arange(-before, after + 1)
    inside = (outer >= 0) & (outer < length)
    outer = outer.clip(0, length - 1)
    low, high = np.maximum(outer - before, 0), np.minimum(outer + after + 1, length)
    weights = inside / (inside.sum(axis=1, keepdims=True) * (high - low))
    used = slice(int(low.min()), int(high.max()))
    # a weight counts from where its window begins to where it ends: what is added there is summed up along the row
    steps = np.zeros((len(sampled), used.stop - used.start + 1))
    row = np.broadcast_to(np.arange(len(sampled))[:, None], outer.shape)
    np.add.at(steps, (row, low - used.start), weights)
    np.subtract.at(steps, (row, high - used.start), weights)
    return used, np.cumsum(steps, axis=1)[:, :-1]


def _window(length: int) -> int:
    return (length + 2 * _SIDE - 1) // (2 * _SIDE)


@lru_cache(maxsize=32)
def _mirrored_operator(length: int) -> tuple[Band, ...]:
    return tuple(
        (slice(length - used.stop, length - used.start), np.ascontiguousarray(weights[:, ::-1]))
        for used, weights in _operator(length)
    )
