"""The pictures that are hashed in place of one: what copies do to a picture that PDQ alone does not survive.

`docs/formats/fingerprints.md`, section "pdq", defines each variant to the pixel. Whoever registers a work foresees
what will be taken away, and hashes its middle and its parts too. Whoever looks for a copy undoes what was added: a
border is cut off, parts are looked up by themselves, and all is turned, mirrored and made a negative. PDQ stands
the loss of one per cent or so at each edge; registered steps of four per cent would leave gaps. The middle of the
copy, two per cent smaller, closes them.

A variant below `MIN_QUALITY` is no key, on neither side: too many other pictures look like it. Nor is a
picture, or a part of one, registered that a formula draws (`plain.py`), or whose hash says little (`few_bits.py`):
others have drawn it as well. A view that is no more than one plain figure is left out, but not the rest: a small
drawing on a large ground is such a figure, and without its border it is a work.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import numpy.typing as npt

from crawler_filter.fingerprints.borders import trimmed
from crawler_filter.fingerprints.few_bits import says_little
from crawler_filter.fingerprints.parts import parts
from crawler_filter.fingerprints.pdq import Pdq, Way, complement, pdq, pdq_and_mirrored, pdq_each_way
from crawler_filter.fingerprints.plain import is_pattern, is_plain, shows_a_figure
from crawler_filter.fingerprints.registered import PARTS, Variant

Array = npt.NDArray[Any]

MIN_QUALITY: Final = 50
"""Least PDQ quality of a hash that is registered or looked up, as Meta recommends."""

_REGISTERED_CROPS: Final = {Variant.CROP_4: 4, Variant.CROP_8: 8, Variant.CROP_12: 12}
_CROP_2: Final = "crop2"

Hashed = Iterator[tuple[str, Pdq]]


class Fingerprint(NamedTuple):
    """The PDQ of one variant of a picture: of a `Variant`, or named after it and how that was turned."""

    variant: str
    hash: bytes
    quality: int


def for_lookup(pixels: Array) -> list[Fingerprint]:
    """Return what to look up for a picture of (height, width, 3) bytes; nothing where too little is seen."""
    return _with_negatives(_keys(_looked_up(pixels)))


def for_registration(pixels: Array) -> list[Fingerprint]:
    """Return what to register for a picture of (height, width, 3) bytes; nothing where too little is seen.

    Too little is seen in what is plain as well, with its border or without.
    """
    inner = trimmed(pixels)
    plain = is_pattern(inner) or (inner.shape != pixels.shape and is_pattern(pixels))
    keys = [] if plain else _keys(every_variant(pixels, without=is_plain))
    if keys and keys[0].variant == Variant.WHOLE and says_little(keys[0].hash):
        return []
    figures = _figures(pixels, inner) if keys else frozenset()
    return [key for key in _telling(keys) if key.variant not in figures]


def of_frame_for_lookup(pixels: Array, *, closely: bool) -> list[Fingerprint]:
    """Return what to look up for a frame of a film; its middle and parts only where that is done `closely`."""
    return _with_negatives(_keys(_of_frame(pixels, closely=closely)))


def of_frame_for_registration(pixels: Array, *, closely: bool) -> list[Fingerprint]:
    """Return what to register for a frame of a film: there are thousands, of which a few are hashed `closely`.

    A plain frame is registered: alone it decides nothing, and there are too many to measure each.
    """
    variants = every_variant(pixels) if closely else _bordered(pixels)
    return _telling(_keys(variants))


def every_variant(pixels: Array, without: Callable[[Array], bool] | None = None) -> Hashed:
    """Yield each variant that may be registered with its PDQ, but for the parts that are `without`."""
    whole, *without_border = _bordered(pixels)
    yield whole
    for variant, percent in _REGISTERED_CROPS.items():
        yield variant, pdq(cropped(pixels, percent))
    yield from without_border
    for variant, part in zip(PARTS, parts(pixels), strict=False):
        if without is None or not without(part):
            yield variant, pdq(part)


def cropped(pixels: Array, percent: int) -> Array:
    """Return a view of a picture without `percent` of its height or width at each of its edges, rounded down."""
    height, width, _ = pixels.shape
    rows, columns = height * percent // 100, width * percent // 100
    return pixels[rows : height - rows, columns : width - columns]


def _looked_up(pixels: Array) -> Hashed:
    inner = trimmed(pixels)
    whole = [*_each_way(pixels, Variant.WHOLE)]
    yield from whole
    if inner.shape != pixels.shape:
        yield from _each_way(inner, Variant.TRIMMED)
    yield from _both_ways(cropped(inner, 2), _CROP_2)
    if not _is_key(whole[0][1]):  # of a work in wide margins the middle alone may be registered
        for variant, percent in _REGISTERED_CROPS.items():
            yield from _both_ways(cropped(pixels, percent), variant)
    yield from _of_parts_both_ways(pixels)


def _figures(pixels: Array, inner: Array) -> frozenset[str]:
    """Return which views of a picture show no more than one plain figure; its middle shows what the whole does."""
    whole = {Variant.WHOLE, *_REGISTERED_CROPS} if shows_a_figure(pixels) else set()
    bordered = inner.shape != pixels.shape and shows_a_figure(inner)
    return frozenset(whole | {Variant.TRIMMED} if bordered else whole)


def _bordered(pixels: Array) -> Hashed:
    yield Variant.WHOLE, pdq(pixels)
    inner = trimmed(pixels)
    if inner.shape != pixels.shape:
        yield Variant.TRIMMED, pdq(inner)


def _of_frame(pixels: Array, *, closely: bool) -> Hashed:
    inner = trimmed(pixels)
    yield from _both_ways(pixels, Variant.WHOLE)
    if inner.shape != pixels.shape:
        yield from _both_ways(inner, Variant.TRIMMED)
    if closely:
        yield from _both_ways(cropped(inner, 2), _CROP_2)
        yield from _of_parts_both_ways(pixels)


def _of_parts_both_ways(pixels: Array) -> Hashed:
    for variant, part in zip(PARTS, parts(pixels), strict=False):
        yield from _both_ways(part, variant)


def _each_way(pixels: Array, variant: Variant) -> Hashed:
    for way, found in pdq_each_way(pixels).items():
        yield _turned(variant, way), found


def _both_ways(pixels: Array, variant: str) -> Hashed:
    for way, found in zip((Way.UPRIGHT, Way.MIRRORED), pdq_and_mirrored(pixels), strict=True):
        yield _turned(variant, way), found


def _turned(variant: str, way: Way) -> str:
    if way is Way.UPRIGHT:
        return variant
    return str(way) if variant == Variant.WHOLE else f"{variant}-{way}"


def _keys(hashed: Hashed) -> list[Fingerprint]:
    return [Fingerprint(variant, *found) for variant, found in hashed if _is_key(found)]


def _is_key(found: Pdq) -> bool:
    return found.quality >= MIN_QUALITY


def _telling(keys: list[Fingerprint]) -> list[Fingerprint]:
    return [key for key in keys if not says_little(key.hash)]


def _with_negatives(keys: list[Fingerprint]) -> list[Fingerprint]:
    negatives = [Fingerprint(_negative(name), complement(value), quality) for name, value, quality in keys]
    return [*keys, *negatives]


def _negative(name: str) -> str:
    return "negative" if name == Variant.WHOLE else f"{name}-negative"
