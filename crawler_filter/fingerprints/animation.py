"""The frames of an animated picture as what a film's are looked up and registered by: the extra `[media]`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy.typing as npt

from crawler_filter.files.decoding_cost import LIMITS_FOR_CRAWLED, LIMITS_FOR_OWN, DecodingLimits
from crawler_filter.files.frames import Animation
from crawler_filter.fingerprints.pdq import distance
from crawler_filter.fingerprints.variants import Fingerprint, of_frame_for_lookup, of_frame_for_registration
from crawler_filter.fingerprints.watched import SAME_SCENE, FilmFrame, Watched

Array = npt.NDArray[Any]

_FEWEST_PIXELS: Final = 1


def for_lookup(content: bytes, pixels: int | None = None) -> Watched:
    """Return what to look up for the frames of a picture, none where it has but one.

    As many `pixels` are decoded at most as a still picture may have, times what frames of its kind cost less.
    Raises as `image.decode`.
    """
    limits = LIMITS_FOR_CRAWLED
    if pixels is not None:
        limits = replace(limits, pixels=max(_FEWEST_PIXELS, min(limits.pixels, pixels)))
    return _watched(Animation(content, limits), of_frame_for_lookup)


def for_registration(content: bytes, limits: DecodingLimits = LIMITS_FOR_OWN) -> Watched:
    """Return what to register of the frames of a picture. Raises as `image.decode`."""
    return _watched(Animation(content, limits), of_frame_for_registration)


def _watched(animation: Animation, hashes: Callable[[Array], list[Fingerprint]]) -> Watched:
    watched, last = Watched(), None
    for second, pixels in animation.frames():
        watched.looks += 1
        seen = hashes(pixels)
        if not seen or (last is not None and distance(last, seen[0].hash) <= SAME_SCENE):
            continue
        last = seen[0].hash
        watched.frames.extend(FilmFrame(int(second), key.variant, key.hash) for key in seen)
    watched.pixels, watched.stopped = animation.pixels, animation.stopped or None
    return watched
