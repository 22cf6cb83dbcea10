"""The words that films carry in streams of their own: subtitles in Matroska, WebM and MP4, by the extra `[video]`.

They are read as they are kept, in lines: SRT, ASS, WebVTT, TTML and the timed text of phones. Subtitles that are
pictures are not read. What a film shows is looked up elsewhere.
"""

import io
import zlib
from collections.abc import Iterator
from typing import Final

from crawler_filter.errors import extra_of
from crawler_filter.files.at_most import cut
from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.reason import Reason

_READERS: Final = {"video/x-matroska": "matroska", "video/mp4": "mov", "video/quicktime": "mov"}
_MARKS: Final = {
    "video/x-matroska": (b"S_TEXT/", b"S_ASS", b"S_SSA", b"D_WEBVTT/"),
    "video/mp4": (b"tx3g", b"wvtt", b"stpp", b"sbtl", b"\0\0\0\0text"),
    "video/quicktime": (b"tx3g", b"sbtl", b"clcp", b"mhlrtext"),
}
"""One of which stands in every film that has subtitles in letters."""
_TEXTS: Final = frozenset({"subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "ttml", "text"})
_FIELDS_OF_ASS: Final = 8
MOST_STREAMS: Final = 64
MOST_LETTERS: Final = 1 << 22
"""Streams of one film that are read, and characters of each."""


def has_subtitles(content: bytes, kind: str) -> bool:
    """Tell whether a film may carry subtitles in letters."""
    return any(mark in content for mark in _MARKS.get(kind, ()))


def subtitles(content: bytes, kind: str, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the words of each stream of subtitles."""
    try:
        import av  # noqa: PLC0415 - an optional dependency
    except ImportError as error:
        lacking = f"its subtitles cannot be read ({error}): install {extra_of(error)}"
        yield Skipped("subtitles", lacking, Reason.UNCHECKED_EXTRA)
        return
    said: dict[int, list[str]] = {}
    try:
        with av.open(io.BytesIO(content), "r", format=_READERS[kind]) as container:
            streams = [each for each in container.streams.subtitles if each.codec_context.name in _TEXTS]
            yield from cut(len(streams), MOST_STREAMS, "streams of subtitles")
            for packet in container.demux(streams[:MOST_STREAMS]) if streams else ():
                said.setdefault(packet.stream.index, []).append(
                    _line(bytes(packet), packet.stream.codec_context.name)
                )
    except Exception as error:  # FFmpeg's errors, and whatever PyAV stumbles over
        yield Skipped("subtitles", f"they cannot be read to their end: {error!s:.100}")
    for number, lines in enumerate(said.values(), 1):
        budget.parts -= 1
        text = "\n".join(lines)
        yield Member(f"subtitles {number}", "text/plain", text[:MOST_LETTERS])
        yield from cut(len(text), MOST_LETTERS, "subtitles, in characters,")


def _line(packet: bytes, codec: str) -> str:
    if packet.startswith((b"\x78\x01", b"\x78\x9c", b"\x78\xda")):  # as Matroska may pack its blocks
        try:
            packet = zlib.decompressobj().decompress(packet, 4 * MOST_LETTERS + 4)
        except zlib.error:
            return ""
    if codec == "mov_text":
        packet = packet[2 : 2 + int.from_bytes(packet[:2])]
    text = packet.decode("utf-8", "replace")
    if codec in ("ass", "ssa"):
        return text.split(",", _FIELDS_OF_ASS)[-1]
    return text
