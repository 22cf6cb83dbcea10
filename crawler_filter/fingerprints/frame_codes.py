"""The codes that a model makes of a film's frames, as its owner registers them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from crawler_filter.fingerprints.embedding import MAX_CODES, Embedding
from crawler_filter.fingerprints.pace import Pace

MOST_FRAMES: Final = 128
"""Most frames of one film that are registered by a model, spread over all of it."""


class Coder(Protocol):
    """Makes codes of pictures, (height, width, 3) bytes, by a model."""

    id: str
    """The SHA-256 of the model, in hex."""

    def codes(self, pixels: Any) -> Sequence[bytes]:  # noqa: ANN401 - an array loads numpy
        """Return the codes of a picture as a whole."""

    def embedding(self, pixels: Any) -> Embedding:  # noqa: ANN401
        """Return what to register of a picture: the codes of its parts too.

        Raises MalformedMediaError where too little is to be seen.
        """


@dataclass(slots=True)
class FrameCodes:
    """Gathers one code of each frame that is shown to it and tells something; without a `coder` none."""

    coder: Coder | None
    _codes: dict[bytes, int] = field(default_factory=dict)
    _pace: Pace = field(default_factory=Pace)

    def see(self, moment: float, pixels: Any) -> None:  # noqa: ANN401 - an array loads numpy
        """Take in a frame, by its second, unless it comes too soon after the one before."""
        if self.coder is None or not self._pace.takes(moment):
            return
        from crawler_filter.fingerprints.coded_parts import tells  # noqa: PLC0415 - loads numpy

        if tells(pixels):
            self._codes.setdefault(self.coder.codes(pixels)[0], int(moment))

    def embeddings(self) -> Iterator[tuple[Embedding, tuple[int, int]]]:
        """Yield what to register, each with the seconds of its first and last frame."""
        if self.coder is None:
            return
        model, step = bytes.fromhex(self.coder.id), max(1, -(-len(self._codes) // MOST_FRAMES))
        chosen = list(self._codes.items())[::step]
        for start in range(0, len(chosen), MAX_CODES):
            part = chosen[start : start + MAX_CODES]
            codes, seconds = tuple(code for code, _ in part), [second for _, second in part]
            yield Embedding(model, codes), (seconds[0], seconds[-1])
