"""Sound without a container, told by the frames that follow one another: the mark of one alone is two bytes long.

Sound has nothing that is looked for, so that what is no sound must not be taken for it: a fax or a piece of a film
may begin with any two bytes. The lengths are those of ISO/IEC 11172-3 and 13818-3, 13818-7, and ETSI TS 102 366.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

_MPEG: Final = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xfd][\x10-\xeb]")
_ADTS: Final = re.compile(rb"\xff[\xf0\xf1\xf8\xf9][\x40-\x7f]")
_AC3: Final = re.compile(rb"\x0b\x77")
_HEADER: Final = 7
_FRAMES: Final = 3
"""Frames that follow one another in sound, as far as the first bytes of a file show them."""

_RATES: Final = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits a second by version and layer."""

_SAMPLED: Final = (44_100, 48_000, 32_000)
_SLOWER: Final = {3: 1, 2: 2, 0: 4}
"""By the two bits of the version: MPEG-1, MPEG-2, and 2.5, which has a quarter of the samples."""

_AC3_KILOBITS: Final = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640)
_AC3_SAMPLES: Final = 1536
_LAST_AC3: Final = 10
"""The last version of AC-3; from the next one on it is Enhanced AC-3, which states its length."""


def by_frames(head: bytes) -> str | None:
    """Return the media type of sound whose first frames are in `head`, the beginning of a file; or None."""
    for mark, length, kind in _KINDS:
        if mark.match(head) and all(mark.match(head, place) for place in _starts(head, length)):
            return kind
    return None


def _starts(head: bytes, length: Callable[[bytes], int]) -> Iterator[int]:
    """Yield where the frames behind the first begin, as far as `head` has their marks; a negative one for none."""
    place = 0
    for _ in range(_FRAMES - 1):
        step = length(head[place : place + _HEADER]) if len(head) >= place + _HEADER else len(head)
        if step <= 0:
            yield len(head)  # a frame of no length: nothing matches there
            return
        place += step
        if place + _HEADER > len(head):
            return
        yield place


def _of_mpeg(header: bytes) -> int:
    slower = _SLOWER.get(header[1] >> 3 & 3)
    layer = 4 - (header[1] >> 1 & 3)
    rate, sampled = header[2] >> 4, header[2] >> 2 & 3
    if slower is None or not 1 <= rate <= len(_RATES[1, 1]) or sampled == len(_SAMPLED):
        return 0
    bits = 1000 * _RATES[min(slower, 2), layer][rate - 1]
    samples, padding = _SAMPLED[sampled] // slower, header[2] >> 1 & 1
    if layer == 1:
        return 4 * (12 * bits // samples + padding)
    return (144 if layer == 2 or slower == 1 else 72) * bits // samples + padding


def _of_adts(header: bytes) -> int:
    return int.from_bytes(header[3:6]) >> 5 & 0x1FFF


def _of_ac3(header: bytes) -> int:
    if header[5] >> 3 > _LAST_AC3:
        return 2 * (1 + (int.from_bytes(header[2:4]) & 0x7FF))
    sampled, size = header[4] >> 6, header[4] & 0x3F
    if sampled == len(_SAMPLED) or size >> 1 >= len(_AC3_KILOBITS):
        return 0
    rate = (48_000, 44_100, 32_000)[sampled]
    words = _AC3_SAMPLES * 1000 * _AC3_KILOBITS[size >> 1] // rate // 16
    return 2 * (words + (size & 1 if rate == _SAMPLED[0] else 0))


_KINDS: Final = (
    (_MPEG, _of_mpeg, "audio/mpeg"),
    (_ADTS, _of_adts, "audio/aac"),
    (_AC3, _of_ac3, "audio/ac3"),
)
