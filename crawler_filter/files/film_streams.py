"""Films that have no mark at their beginning: known by what recurs in them, as broadcast and capture leave them.

A transport stream is packets of one length that each begin alike, and may be cut anywhere. An elementary stream
is what an encoder gave, without a container: units behind start codes (ISO/IEC 13818-2 section 6.2.1, ITU-T
H.264 and H.265 annex B).
"""

import re
from collections.abc import Iterator
from typing import Final

_SYNC: Final = 0x47
_PACKETS: Final = (188, 192, 204)
"""Bytes from packet to packet: plain, behind a time stamp of four (M2TS), before a check sum of sixteen."""

_FEWEST: Final = 3
"""Packets that a whole file has at least, where it begins with one."""

_FEWEST_CUT: Final = 5
"""Packets that must follow, where the first is cut."""

_STAMP: Final = 4
_SEQUENCE: Final = b"\0\0\1\xb3"
_VISUAL_OBJECTS: Final = (b"\0\0\1\xb0", b"\0\0\1\xb5")
_H264: Final = re.compile(rb"\x00\x00\x01[\x27\x47\x67][\x2c\x42\x4d\x53\x56\x58\x64\x6e\x76\x7a\x80\x8a\xf4]")
"""A sequence parameter set, and the profiles there are."""
_H265: Final = re.compile(rb"\x00\x00\x01[\x40\x42]\x01")
"""A video or a sequence parameter set."""
_H264_FIRST: Final = frozenset({1, 5, 6, 7, 8, 9})
_H265_FIRST: Final = frozenset({32, 33, 34, 35, 39})


def by_recurrence(head: bytes) -> str | None:
    """Return the media type of a film that its first bytes show by what recurs in them, None for all else."""
    if _is_transport_stream(head):
        return "video/mp2t"
    start = head.lstrip(b"\0")
    zeros = len(head) - len(start)
    if zeros < 2 or not start.startswith(b"\1") or len(start) < 2:
        return None
    return _elementary(head[zeros - 2 :])


def _elementary(head: bytes) -> str | None:
    """Tell an elementary stream that begins with a start code by its first unit and its parameters."""
    first = head[3]
    if head.startswith(_SEQUENCE):
        return "video/x-mpeg-es"
    if head.startswith(_VISUAL_OBJECTS):
        return "video/x-mpeg4-es"
    if first & 0x1F in _H264_FIRST and first < 0x80 and _H264.search(head):
        return "video/h264"
    if first >> 1 in _H265_FIRST and _H265.search(head):
        return "video/h265"
    return None


def _is_transport_stream(head: bytes) -> bool:
    return any(_recurs(head, packet, first) for packet in _PACKETS for first in _places(head, packet))


def _recurs(head: bytes, packet: int, first: int) -> bool:
    found = head[first::packet]
    fewest = _FEWEST if first in (0, _STAMP) else _FEWEST_CUT
    return len(found) >= fewest and found.count(_SYNC) == len(found)


def _places(head: bytes, packet: int) -> Iterator[int]:
    """Yield where a packet may begin first: each is some byte of the first packet's length."""
    place = head.find(_SYNC, 0, packet)
    while place >= 0:
        yield place
        place = head.find(_SYNC, place + 1, packet)
