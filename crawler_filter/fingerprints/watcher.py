"""Keeps what is new of the frames of a film or of an animated picture, as fingerprints."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy.typing as npt

from crawler_filter.fingerprints.pdq import distance
from crawler_filter.fingerprints.variants import Fingerprint
from crawler_filter.fingerprints.watched import FilmFrame, Watched

SAME_SCENE: Final = 10
"""A frame that is no more bits from the one before shows the same."""

CLOSELY_APART: Final = 3.0
"""Seconds from one frame that is hashed closely to the next one, but for the beginning."""

_AT_FIRST: Final = 10.0
_CLOSELY_APART_AT_FIRST: Final = 1.0
"""Seconds up to which, and how far apart, frames are hashed closely at first: short films have few."""


class FrameHashes(Protocol):
    """Hashes a frame; `closely` asks for more of its variants."""

    def __call__(self, pixels: npt.NDArray[Any], *, closely: bool) -> list[Fingerprint]:
        """Return the fingerprints of a frame, the whole of it first; none where too little is seen."""


See = Callable[[float, Any], None]
"""Takes in a frame that shows something new, by its second."""


@dataclass(slots=True)
class Watcher:
    """Gathers the fingerprints of frames in `watched`, but for frames that show the same as the last one.

    `see` is shown each of them too, for whoever recognises it by other means.
    """

    hashes: FrameHashes
    closely_apart: float = CLOSELY_APART
    see: See | None = None
    watched: Watched = field(default_factory=Watched)
    _last: bytes | None = None
    _closely_at: float | None = None
    _scene_is_close: bool = False

    def look_at(self, moment: float, pixels: npt.NDArray[Any]) -> None:
        """Take a frame in, by its time in seconds; frames come in their order."""
        self.watched.looks += 1
        closely = self._closely_at is None or moment - self._closely_at >= self._apart(moment)
        seen = self.hashes(pixels, closely=closely)
        if not seen:
            return
        is_same = self._last is not None and distance(self._last, seen[0].hash) <= SAME_SCENE
        if is_same and (self._scene_is_close or not closely):
            return
        self._last, self._scene_is_close = seen[0].hash, closely
        if closely:
            self._closely_at = moment
        if self.see is not None:
            self.see(moment, pixels)
        second = min(max(int(moment), 0), 0xFFFF_FFFF)
        self.watched.frames.extend(FilmFrame(second, key.variant, key.hash) for key in seen)

    def _apart(self, moment: float) -> float:
        return min(self.closely_apart, _CLOSELY_APART_AT_FIRST) if moment < _AT_FIRST else self.closely_apart
