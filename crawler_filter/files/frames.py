"""The frames of an animated picture, looked at like a film's, and the pages of a TIFF: the extra `[media]`.

Each is decoded in turn, for it may be drawn on the one before. What they cost together is limited; `stopped` then
says how far it got.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from crawler_filter.errors import DataError, OversizedError, extra_of
from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.decoding_cost import LIMITS_FOR_CRAWLED, LIMITS_FOR_OWN, DecodingLimits, refuse_costly
from crawler_filter.files.image import opened, seen
from crawler_filter.files.media_type import media_type
from crawler_filter.files.rarer_pictures import jxl_header
from crawler_filter.reason import Reason

Array = npt.NDArray[Any]

_ANIMATED: Final = {"image/gif": 3.0, "image/webp": 1.5, "image/png": 1.0, "image/avif": 1.0, "image/heif": 1.0}
"""Kinds that may have several frames, and how many pixels of them cost as much as one of a still picture."""

_MOST_FRAMES: Final = 5_000
_SAMPLED: Final = 24
_SAME: Final = 1.0
"""Mean difference of samples, of 255, below which a frame shows the same as the last one that was looked at."""


class Frame(NamedTuple):
    """The picture that is seen from a second on."""

    second: float
    pixels: Array


@dataclass(slots=True)
class Animation:
    """Yields the frames of one picture that differ from the one before; then `stopped` says what was left."""

    content: bytes
    limits: DecodingLimits = LIMITS_FOR_CRAWLED
    stopped: str = ""
    pixels: int = 0

    def frames(self) -> Iterator[Frame]:
        """Yield the frames of a picture that has several. Raises as `image.decode`."""
        kind = media_type(self.content) or ""
        if kind == "image/jxl" and jxl_header(self.content).is_animated:
            self.stopped = "of an animation in JPEG XL only the first frame was looked up"
        if kind not in _ANIMATED:
            return
        with opened(self.content, self.limits) as image:
            count = getattr(image, "n_frames", 1)
            if count > 1:
                yield from self._moving(image, count, _ANIMATED[kind] * self.limits.pixels)

    def _moving(self, image: Any, count: int, most: float) -> Iterator[Frame]:  # noqa: ANN401 - a reader of Pillow's
        second, last = 0.0, None
        for number in range(count):
            self.pixels += image.width * image.height
            if number == _MOST_FRAMES or self.pixels > most:
                self.stopped = f"of {count} frames only the first {number} were looked up"
                return
            try:
                image.seek(number)
                image.load()
            except Exception as error:  # whatever its reader stumbles over
                self.stopped = f"it is broken after {number} of {count} frames: {error!s:.100}"
                return
            shown = seen(image)
            sampled = _sampled(shown)
            if last is None or np.abs(sampled - last).mean() > _SAME:
                last = sampled
                yield Frame(second, shown)
            second += max(float(image.info.get("duration", 0) or 0), 0.0) / 1000


def _sampled(pixels: Array) -> Array:
    rows, columns = (np.linspace(0, side - 1, _SAMPLED).astype(int) for side in pixels.shape[:2])
    samples: Array = pixels[np.ix_(rows, columns)].astype(np.int16)
    return samples


def pages(content: bytes, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield what is behind the first page of a TIFF or the first picture of a JPEG: that is the file's own."""
    limits = LIMITS_FOR_OWN if budget.is_own else LIMITS_FOR_CRAWLED
    try:
        with opened(content, limits) as first:
            image, number = _as_several(first), 1
            while budget.pixels > 0 and _has_page(image, number):
                yield _page(image, number, content, limits, budget)
                number += 1
            if budget.pixels <= 0 and _has_page(image, number):
                yield Skipped(f"page {number + 1}", "it and what follows are more than is decoded for this file")
    except DataError as error:
        yield Skipped("", str(error))
    except ImportError as error:
        lacking = f"its pages cannot be read ({error}): install {extra_of(error)}"
        yield Skipped("", lacking, Reason.UNCHECKED_EXTRA)


def _as_several(image: Any) -> Any:  # noqa: ANN401 - a reader of Pillow's
    """Return a reader that can seek; a JPEG's own knows one picture only. Raises whatever it stumbles over."""
    if image.format != "JPEG":
        return image
    from PIL.MpoImagePlugin import MpoImageFile  # noqa: PLC0415 - few files need it

    return MpoImageFile.adopt(image, image._getmp())  # noqa: SLF001 - as Pillow's own factory of JPEGs does


def _page(image: Any, number: int, content: bytes, limits: DecodingLimits, budget: Budget) -> Member | Skipped:  # noqa: ANN401
    name = f"page {number + 1}"
    try:
        refuse_costly(image, content, limits)
        budget.pay_for_picture(image.height, image.width)
        image.load()
        return Member(name, "image/x-pixels", seen(image))
    except OversizedError as error:
        return Skipped(name, str(error))
    except Exception as error:  # whatever its reader stumbles over
        return Skipped(name, f"a broken page: {error!s:.100}")


def _has_page(image: Any, number: int) -> bool:  # noqa: ANN401
    try:
        image.seek(number)
    except (EOFError, ValueError):
        return False
    return True
