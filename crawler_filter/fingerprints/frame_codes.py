"""The codes that a model makes of a film's frames, as its owner registers them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from crawler_filter.fingerprints.embedding import MAX_CODES, Embedding
from crawler_filter.fingerprints.pace import Pace

MOST_FRAMES: Final = 128
"""Most frames of one film that are registered by a model, spread over all of it."""

Coder = Callable[[Any], Embedding]
"""Makes the codes of a picture, (height, width, 3) bytes, by a model."""


@dataclass(slots=True)
class FrameCodes:
    """Gathers one code of each frame that is shown to it; without a `coder` none."""

    coder: Coder | None
    _model: bytes = b""
    _codes: dict[bytes, int] = field(default_factory=dict)
    _pace: Pace = field(default_factory=Pace)

    def see(self, moment: float, pixels: Any) -> None:  # noqa: ANN401 - an array loads numpy
        """Take in a frame, by its second, unless it comes too soon after the one before."""
        if self.coder is not None and self._pace.takes(moment):
            made = self.coder(pixels)
            self._model = made.model
            self._codes.setdefault(made.codes[0], int(moment))

    def embeddings(self) -> Iterator[tuple[Embedding, tuple[int, int]]]:
        """Yield what to register, each with the seconds of its first and last frame."""
        step = max(1, -(-len(self._codes) // MOST_FRAMES))
        chosen = list(self._codes.items())[::step]
        for start in range(0, len(chosen), MAX_CODES):
            part = chosen[start : start + MAX_CODES]
            codes, seconds = tuple(code for code, _ in part), [second for _, second in part]
            yield Embedding(self._model, codes), (seconds[0], seconds[-1])
