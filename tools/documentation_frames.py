"""What generators of documentation write around an author's words, with gaps where a name or number stands.

`{}` is a gap that each project fills with something of its own: what stands on either side of it is listed, and
nothing across. `{a|b}` is a gap that everybody fills with the same few words, and `{1-9}` one with a number: there
the passages across are listed too. The frames are in the words that these generators are known to write.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

_GAP: Final = re.compile(r"\{([^{}]*)\}")
_NUMBERS: Final = re.compile(r"(\d+)-(\d+)")

FRAMES: Final = Path(__file__).with_suffix(".txt")
"""A frame in a line, below the name of its generators."""


def frames() -> Iterator[str]:
    """Yield every text without a gap of its own that the frames have."""
    for line in FRAMES.read_text("utf-8").splitlines():
        if not line.startswith("# "):
            yield from filled(line)


def filled(frame: str) -> Iterator[str]:
    """Yield what stands between gaps that each fills with something of its own, once for each common filling."""
    for piece in re.split(r"\{\}", frame):
        texts, kinds = _GAP.split(piece)[::2], _GAP.split(piece)[1::2]
        for words in itertools.product(*map(_fillers, kinds)):
            yield texts[0] + "".join(word + text for word, text in zip(words, texts[1:], strict=True))


def _fillers(kind: str) -> Sequence[str]:
    if numbers := _NUMBERS.fullmatch(kind):
        return [str(number) for number in range(int(numbers[1]), int(numbers[2]) + 1)]
    return kind.split("|")
