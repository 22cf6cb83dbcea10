"""Families of plain pictures, and what the best of each leaves of a picture's edges.

Each family is fitted: a profile along a line or around a point, a sum or a product of two, a few waves; what
repeats itself is compared with itself (`repeated.py`). Measured is the share of the picture's edges that the best
of a family leaves over. Of a drawing or a photograph most is left, whatever is fitted.

The directions of slopes tell at once that most families cannot fit, so that works cost little.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from crawler_filter.fingerprints.repeated import left_of_patterns

Array = npt.NDArray[Any]

_SIDE: Final = 64
_PLACES: Final = np.arange(_SIDE) - (_SIDE - 1) / 2
_X: Final = np.tile(_PLACES, _SIDE)
_Y: Final = np.repeat(_PLACES, _SIDE)
_TINY: Final = 1e-9

_MOST_OFF: Final = {"stripes": 0.1, "pair": 0.2, "rings": 0.25, "rays": 0.2}
"""Share of the slopes that do not lie as a family has them, from which on it is not fitted."""
_HOPELESS: Final = 0.9
"""What is left by the first fit, from which on no better one is sought."""
_ROUNDS: Final = 4
_HELD: Final = 0.5
"""Samples of nothing that each place of a profile is given, so that one that few samples tell of stays near 0."""
_SECTORS: Final = 32.0
"""Places in a radian of a profile around a point."""
_RINGS: Final = 4.0
"""Samples in a place of how rays fade."""
_FINE: Final = 2.0
"""Places of a profile in a sample across rings, which may be narrow."""
_ROBUST: Final = 0.03
_ITERATIONS: Final = 20
_HALVINGS: Final = 6
_TURN: Final = 0.04
"""The first step by which a direction is bettered, in radians."""
_MOVE: Final = 2.0
"""The first step by which a centre is bettered, in samples."""
_STRETCH: Final = 0.15
"""The first step by which the logarithm of how long rings are is bettered."""
_PROMISING: Final = 0.35
"""Share of the slopes off rings that are round, from which on no stretched ones are sought: that takes time."""
_STRETCHES: Final = (-1.2, -0.9, -0.6, -0.3, 0.3, 0.6, 0.9, 1.2)
"""How long rings may be, beside those that are round in the picture or in its samples."""
_WAVES: Final = 8
_SLOWEST: Final = 3.5
"""Waves across a picture at least: what changes more slowly is in every picture, and is no pattern."""

Place = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Profile:
    """A function of one coordinate, linear between whole numbers: which two a sample lies between, and where."""

    place: Array
    part: Array
    size: int

    @classmethod
    def over(cls, coordinate: Array) -> "_Profile":
        start = coordinate - coordinate.min()
        place = start.astype(np.intp)
        return cls(place, start - place, int(place.max()) + 2)

    def gather(self, values: Array) -> Array:
        """Return for each whole number the sum of the samples near it."""
        far = values * self.part
        sums: Array = np.bincount(self.place, values - far, self.size)
        sums[1:] += np.bincount(self.place, far, self.size)[:-1]
        return sums

    def read(self, profile: Array) -> Array:
        """Return the function's value at each sample."""
        low = profile[self.place]
        between: Array = low + self.part * (profile[self.place + 1] - low)
        return between


class Slopes:
    """The slopes of samples, and how many of them lie as they do in a family."""

    def __init__(self, samples: Array) -> None:
        square = samples.reshape(_SIDE, _SIDE)
        self.x = np.pad(square[1:-1, 2:] - square[1:-1, :-2], 1).ravel()
        self.y = np.pad(square[2:, 1:-1] - square[:-2, 1:-1], 1).ravel()
        self.energy = self.x**2 + self.y**2
        self.total = float(self.energy.sum()) + _TINY

    def line(self) -> tuple[float, float]:
        """Return the direction that most slopes have, and the share of those across it."""
        across, along = 2 * float(self.x @ self.y), float((self.x**2 - self.y**2).sum())
        return 0.5 * math.atan2(across, along), 0.5 - 0.5 * math.hypot(across, along) / self.total

    def pair(self) -> tuple[Place, float]:
        """Return the two directions that slopes have where stripes cross, and the share of those off both."""
        terms = np.stack([self.x**2, self.x * self.y, self.y**2]) / np.sqrt(self.energy + _TINY)
        weight = np.ones_like(self.x)
        for _ in range(_ROUNDS):
            quadratic = _weakest((terms * weight) @ terms.T)
            off = (quadratic @ terms) ** 2 / (self.energy + _TINY)
            weight = 1 / (off + _ROBUST)
        return _roots(*quadratic.tolist()), float(off @ self.energy) / self.total * 4

    def middle(self, stretched: float) -> tuple[Place, float]:
        """Return the centre of rings that are stretched so, with the stretch, and the share of slopes off it."""
        (x, y), off = self.centre(rays=False, stretched=stretched)
        return (x, y, stretched), off

    def centre(self, *, rays: bool, stretched: float = 0.0) -> tuple[Place, float]:
        """Return the point that slopes point to, or, of rays, turn around, and the share of those that do not.

        Rows are `exp(stretched)` times as far from each other as columns.
        """
        high = math.exp(stretched)
        one, other = (self.x, self.y / high) if rays else (self.y / high, -self.x)
        energy, down = one**2 + other**2, _Y * high
        moment = _X * one + down * other
        weight, x, y = np.ones_like(one), 0.0, 0.0
        for _ in range(_ROUNDS + 1):
            a, b, c = ((weight * p) @ q for p, q in ((one, one), (one, other), (other, other)))
            u, v = (weight * one) @ moment, (weight * other) @ moment
            found = a * c - b * b + _TINY
            x, y = float((c * u - b * v) / found), float((a * v - b * u) / found)
            apart = ((_X - x) ** 2 + (down - y) ** 2) * energy + _TINY
            off = (moment - x * one - y * other) ** 2 / apart
            weight = 1 / (off + _ROBUST)
        return (x, y / high), float(off @ energy) / (float(energy.sum()) + _TINY)


def left_over(samples: Array, wide: float) -> Iterator[tuple[str, float]]:
    """Yield each family that may fit 64 by 64 samples, and the share of the edges that its best leaves.

    `wide` is how many times as wide as high the picture is: what is round in it is so in its pixels.
    """
    samples, slopes = seen_of(samples)
    square = samples.reshape(_SIDE, _SIDE)
    yield "waves", _not_in_waves(square)
    yield from left_of_patterns(square)
    angle, off = slopes.line()
    if off < _MOST_OFF["stripes"]:
        yield "stripes", _least(samples, _stripes, [(angle,)], (_TURN,))
    pair, off = slopes.pair()
    if off < _MOST_OFF["pair"]:
        yield "plaid", _least(samples, _plaid, [pair], (_TURN, _TURN))
        yield "checks", _least(samples, _checks, [pair], (_TURN, _TURN))
    if middles := _middles(slopes, wide):
        yield "rings", _least(samples, _rings, middles, (_MOVE, _MOVE, _STRETCH))
    if (left := left_of_rays(samples, slopes)) < 1:
        yield "rays", left


def seen_of(samples: Array) -> tuple[Array, Slopes]:
    """Return what the measures look at: samples slightly blurred, around zero, and their slopes."""
    smooth = blurred(np.asarray(samples, dtype=np.float64)).ravel()
    smooth -= smooth.mean()
    return smooth, Slopes(smooth)


def left_of_rays(samples: Array, slopes: Slopes) -> float:
    """Return the share of the edges that the best rays leave; 1 where none may fit."""
    (x, y), off = slopes.centre(rays=True)
    if off >= _MOST_OFF["rays"]:
        return 1
    return _least(samples, _rays, [(x, y), (0.0, 0.0)], (_MOVE, _MOVE))


def _middles(slopes: Slopes, wide: float) -> list[Place]:
    """Return where rings may have their centre, and how much longer they may be than wide; nothing if nowhere."""
    round_one = -math.log(wide)
    found = [slopes.middle(stretched) for stretched in (0.0, round_one)]
    if min(map(_off, found)) >= _PROMISING:
        return []
    found.append(_bettered(slopes, min(*found, *map(slopes.middle, _STRETCHES), key=_off)))
    likely = [place for place, off in found if off < _MOST_OFF["rings"]]
    return [(0.0, 0.0, 0.0), (0.0, 0.0, round_one), *likely] if likely else []


def _bettered(slopes: Slopes, found: tuple[Place, float]) -> tuple[Place, float]:
    """Return the middle near another whose stretch fits the slopes best, by steps that are halved."""
    for halved in range(_HALVINGS):
        step = _STRETCH / 2**halved
        for stretched in (found[0][2] + step, found[0][2] - step):
            found = min(found, slopes.middle(stretched), key=_off)
    return found


def _off(found: tuple[Place, float]) -> float:
    return found[1]


def _stripes(samples: Array, angle: float) -> Array:
    return _sum(samples, _Profile.over(_along(angle)))


def _plaid(samples: Array, one: float, other: float) -> Array:
    return _sum(samples, _Profile.over(_along(one)), _Profile.over(_along(other)))


def _checks(samples: Array, one: float, other: float) -> Array:
    return _product(samples, _Profile.over(_along(one)), _Profile.over(_along(other)))


def _rings(samples: Array, x: float, y: float, stretched: float) -> Array:
    return _sum(samples, _Profile.over(_FINE * np.hypot(_X - x, (_Y - y) * math.exp(stretched))))


def _rays(samples: Array, x: float, y: float) -> Array:
    around = _Profile.over(np.arctan2(_Y - y, _X - x) * _SECTORS)
    outwards = _Profile.over(np.hypot(_X - x, _Y - y) / _RINGS)
    fit = _sum(samples, around, outwards)
    return fit + _product(samples - fit, around, outwards)


def _along(angle: float) -> Array:
    return _X * math.cos(angle) + _Y * math.sin(angle)


def _sum(samples: Array, *profiles: _Profile) -> Array:
    """Return the sum of a function of each coordinate that comes next to the samples."""
    masses = [each.gather(np.ones_like(samples)) + _HELD for each in profiles]
    fit = np.zeros_like(samples)
    for _ in range(_ROUNDS):
        for profile, mass in zip(profiles, masses, strict=True):
            fit += profile.read(profile.gather(samples - fit) / mass)
    return fit


def _product(samples: Array, one: _Profile, other: _Profile) -> Array:
    """Return the product of a function of each coordinate, and a constant, that comes next to the samples."""
    loudest = np.zeros(other.size)
    loudest[other.gather(samples**2).argmax()] = 1
    seen = other.read(loudest)
    first = one.read(one.gather(seen * samples) / (one.gather(seen * seen) + _HELD))
    second, constant = np.zeros_like(samples), 0.0
    for _ in range(_ROUNDS):
        for profile in (other, one):
            fixed = first if profile is other else second
            rest = samples - constant - first * second
            weight = profile.gather(fixed * fixed)
            more = profile.read(profile.gather(fixed * rest) / (weight + weight.mean() / _SIDE + _TINY))
            if profile is other:
                second = second + more
            else:
                first = first + more
        constant += float((samples - constant - first * second).mean())
    return first * second + constant


def _least(samples: Array, fit: Callable[..., Array], starts: Sequence[Place], steps: Place) -> float:
    """Return the least share of edges that is left near the best of the starts, by steps that are halved."""
    edges = edges_of(samples) + _TINY

    def left(place: Place) -> float:
        return edges_of(samples - fit(samples, *place)) / edges

    place = min(starts, key=left)
    best = left(place)
    for halved in range(_HALVINGS if best < _HOPELESS else 0):
        for _ in range(_ROUNDS):
            before = best
            for axis, step in enumerate(steps):
                for moved in (step / 2**halved, -step / 2**halved):
                    tried = (*place[:axis], place[axis] + moved, *place[axis + 1 :])
                    if (value := left(tried)) < best:
                        best, place = value, tried
                        break
            if best == before:
                break
    return best


def _weakest(matrix: Array) -> Array:
    """Return the direction of three in which a symmetric matrix is weakest, by inverse iteration."""
    inverse = np.linalg.inv(matrix / (np.trace(matrix) + _TINY) + _TINY * np.eye(3))
    direction = np.array([1.0, 0.7, -0.4])
    for _ in range(_ITERATIONS):
        direction = inverse @ direction
        direction /= math.sqrt(float(direction @ direction))
    return direction


def _roots(a: float, b: float, c: float) -> Place:
    """Return the directions in which a x² + b x y + c y² is zero."""
    far = math.sqrt(max(b * b - 4 * a * c, 0.0))
    if abs(a) >= abs(c):
        return math.atan2(2 * a, far - b), math.atan2(2 * a, -far - b)
    return math.atan2(far - b, 2 * c), math.atan2(-far - b, 2 * c)


def _not_in_waves(square: Array) -> float:
    """Return the share of the edges that is in none of the few strongest waves."""
    power = np.abs(np.fft.fft2(square * _WINDOW)) ** 2 * _STEEPNESS
    total = float(power.sum()) + _TINY
    slow = float(power[_SLOW].sum())
    power[_SLOW] = 0
    for _ in range(_WAVES):
        row, column = divmod(int(power.argmax()), _SIDE)
        for y, x in ((row, column), (-row, -column)):
            power[np.ix_(np.arange(y - 1, y + 2) % _SIDE, np.arange(x - 1, x + 2) % _SIDE)] = 0
    return (slow + float(power.sum())) / total


_HANN: Final = np.sin(np.pi * np.arange(1, _SIDE + 1) / (_SIDE + 1)) ** 2
_WINDOW: Final = np.outer(_HANN, _HANN)
_RISE: Final = 2 - 2 * np.cos(2 * np.pi * np.arange(_SIDE) / _SIDE)
_COUNTED: Final = np.minimum(np.arange(_SIDE), _SIDE - np.arange(_SIDE))
_SLOW: Final = np.hypot(_COUNTED[:, None], _COUNTED[None, :]) < _SLOWEST
_STEEPNESS: Final = _RISE[:, None] + _RISE[None, :]


def blurred(square: Array) -> Array:
    """Return samples slightly blurred."""
    padded = np.pad(square, 1, mode="edge")
    rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    smooth: Array = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 16
    return smooth


def edges_of(samples: Array) -> float:
    """Return the sum of the squares of all differences between samples side by side."""
    square = samples.reshape(_SIDE, _SIDE)
    down, across = np.diff(square, axis=0).ravel(), np.diff(square, axis=1).ravel()
    return float(down @ down + across @ across)
