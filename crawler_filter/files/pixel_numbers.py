"""Pictures that stand in texts as numbers, a pixel each: tables in CSV, arrays in JSON, what NumPy and R print.

A grid of numbers is a picture where it has enough rows and columns, and its numbers are those of a byte or from 0
to 1. What is read is looked up and no more, so that a table of measurements loses nothing. The extra `[media]`.
"""

import json
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from crawler_filter.files.at_most import at_most, cut
from crawler_filter.files.budget import Skipped
from crawler_filter.files.text_bytes import ENUMERATION

Array = npt.NDArray[Any]

LEAST_SIDE: Final = 32
"""Rows and columns of a picture that may show anything."""

MOST: Final = 4 << 20
"""Characters of a text that are read as numbers."""

_MOST_ENUMERATED: Final = 16 << 20
"""Bytes of an enumeration of pixels that are read: of a third of a million of them."""

_SIZES: Final = re.compile(rb"(\d{1,5}),(\d{1,5}),(?:0,)?(\d{1,10}),")
_PIXELS: Final = re.compile(rb"^\d{1,5},\d{1,5}: ?\(([ \d.,]{1,80})\)", re.MULTILINE)
_MOST_GRIDS: Final = 64
_DEEPEST: Final = 4
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?")
_CHANNELS: Final = (1, 3, 4)
_BYTE: Final = 255


def grids(content: bytes) -> Iterator[Array | Skipped]:
    """Yield the pictures of a text of numbers as pixels of (height, width, 3) bytes."""
    if content.startswith(ENUMERATION):
        yield from _enumerated(content)
        return
    text = content[:MOST].decode("utf-8", "replace")
    found = (pixels for each in _arrays(text) if (pixels := _pixels(each)) is not None)
    yield from at_most(found, _MOST_GRIDS, "pictures whose pixels are numbers")
    yield from cut(len(content), MOST, "a text of numbers, in bytes,")


def _enumerated(content: bytes) -> Iterator[Array | Skipped]:
    """Yield the picture whose pixels ImageMagick has written a line each, in the order of their places."""
    said = _SIZES.match(content, len(ENUMERATION))
    width, height, white = map(int, said.groups()) if said else (0, 0, 0)
    lines = _PIXELS.findall(content[:_MOST_ENUMERATED])
    if not white or min(width, height) < LEAST_SIDE or len(lines) != width * height:
        yield Skipped("", "an enumeration of pixels is cut, or more than is read")
        return
    values = [[float(each) for each in line.split(b",")[:3]] for line in lines]
    samples = np.array([each if len(each) == len("rgb") else each[:1] * 3 for each in values])
    yield (samples * (_BYTE / white)).clip(0, _BYTE).astype(np.uint8).reshape(height, width, 3)


def _arrays(text: str) -> Iterator[Array]:
    start = min((place for place in (text.find("["), text.find("{")) if place >= 0), default=-1)
    if start >= 0 and not text[:start].strip():
        try:
            yield from _in_json(json.loads(text), _DEEPEST)
        except (ValueError, RecursionError):
            pass
        else:
            return
    yield from _in_lines(text)


def _in_json(value: Any, deeper: int) -> Iterator[Array]:  # noqa: ANN401 - what JSON holds
    if isinstance(value, list):
        found = _array(value)
        if found is not None:
            yield from _images(found)
        elif deeper:
            for each in value:
                yield from _in_json(each, deeper - 1)
    elif isinstance(value, dict):
        yield from _stated(value)
        for each in value.values() if deeper else ():
            yield from _in_json(each, deeper - 1)


def _stated(value: dict[str, Any]) -> Iterator[Array]:
    """Yield the picture of an object that says how wide and high a flat list is, such as a canvas' ImageData."""
    width, height = value.get("width"), value.get("height")
    if not (isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0):
        return
    for each in value.values():
        found = _array(each) if isinstance(each, list) else None
        if found is not None and found.ndim == 1 and len(found) // (width * height) in _CHANNELS:
            channels = len(found) // (width * height)
            yield found[: width * height * channels].reshape(height, width, channels)


def _array(value: list[Any]) -> Array | None:
    try:
        found = np.array(value)
    except (ValueError, OverflowError):
        return None
    return found if found.dtype.kind in "if" else None


def _images(found: Array) -> Iterator[Array]:
    """Yield an array of one picture, or of several one after another."""
    if found.ndim == len("hwc") and found.shape[2] not in _CHANNELS and found.shape[0] in _CHANNELS:
        yield np.moveaxis(found, 0, 2)
    elif found.ndim == len("hw") or (found.ndim == len("hwc") and found.shape[2] in _CHANNELS):
        yield found
    elif found.ndim in (len("hwc"), len("nhwc")):
        for each in found[: _MOST_GRIDS + 1]:
            yield from _images(each)


def _in_lines(text: str) -> Iterator[Array]:
    """Yield runs of lines that have equally many numbers."""
    rows = (_NUMBER.findall(line) for line in text.splitlines())
    for count, run in groupby(rows, key=len):
        if count >= LEAST_SIDE:
            yield np.array(list(run), dtype=float)


def _pixels(found: Array) -> Array | None:
    if found.ndim == len("hw"):
        found = found[:, :, np.newaxis]
    if min(found.shape[:2]) < LEAST_SIDE or not np.isfinite(found).all() or found.min() < 0:
        return None
    if found.max() > _BYTE:
        return None
    grey = found * _BYTE if found.dtype.kind == "f" and found.max() <= 1 else found
    return np.repeat(grey, 3, axis=2).astype(np.uint8) if found.shape[2] == 1 else grey[:, :, :3].astype(np.uint8)
