"""The frames of an animated picture as what a film's are looked up and registered by: the extra `[media]`."""

from dataclasses import replace
from typing import Final

from crawler_filter.files.decoding_cost import LIMITS_FOR_CRAWLED, LIMITS_FOR_OWN
from crawler_filter.files.frames import Animation
from crawler_filter.fingerprints.variants import of_frame_for_lookup, of_frame_for_registration
from crawler_filter.fingerprints.watched import Watched
from crawler_filter.fingerprints.watcher import FrameHashes, See, Watcher

_FEWEST_PIXELS: Final = 1


def for_lookup(content: bytes, pixels: int | None = None, see: See | None = None) -> Watched:
    """Return what to look up for the frames of a picture, none where it has but one.

    `see` is shown what is new in them. As many `pixels` are decoded at most as a still picture may have, times
    what frames of its kind cost less. Raises as `image.decode`.
    """
    limits = LIMITS_FOR_CRAWLED
    if pixels is not None:
        limits = replace(limits, pixels=max(_FEWEST_PIXELS, min(limits.pixels, pixels)))
    return _watched(Animation(content, limits), of_frame_for_lookup, see)


def for_registration(content: bytes, *, see: See | None = None) -> Watched:
    """Return what to register of the frames of a picture. Raises as `image.decode`."""
    return _watched(Animation(content, LIMITS_FOR_OWN), of_frame_for_registration, see)


def _watched(animation: Animation, hashes: FrameHashes, see: See | None) -> Watched:
    watcher = Watcher(hashes, see=see)
    for second, pixels in animation.frames():
        watcher.look_at(second, pixels)
    watcher.watched.pixels, watcher.watched.stopped = animation.pixels, animation.stopped or None
    return watcher.watched
