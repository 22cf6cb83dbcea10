"""What was seen of a film or of an animated picture: values that need neither to be read again."""

from dataclasses import dataclass, field
from typing import NamedTuple


class FilmFrame(NamedTuple):
    """One variant of what is seen in a film, and the whole second in which it is seen."""

    second: int
    variant: str
    hash: bytes


@dataclass(slots=True)
class Watched:
    """The frames of a video that were hashed, in order of time.

    `looks` counts the frames that were examined, also those that show nothing new. `pixels` counts the pixels of
    all decoded frames. `stopped` says why decoding ended before the end; it is None if the whole video was read.
    """

    frames: list[FilmFrame] = field(default_factory=list)
    looks: int = 0
    pixels: int = 0
    stopped: str | None = None
