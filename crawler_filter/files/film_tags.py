"""What films say of themselves in words: comments, descriptions, titles of chapters, by the extra `[video]`.

FFmpeg knows where each container keeps them: chunks of AVI, atoms of QuickTime, descriptors of ASF, objects of
Flash, comments of Ogg, chapters of MP4 and Matroska. What an encoder notes down is passed over.
"""

import io
from collections.abc import Iterator
from typing import Any, Final

from crawler_filter.errors import extra_of
from crawler_filter.files.at_most import at_most
from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.media_type import BESIDE
from crawler_filter.reason import Reason

KINDS: Final = frozenset(
    {
        "video/mp4",
        "video/quicktime",
        "video/x-matroska",
        "video/x-msvideo",
        "video/x-ms-asf",
        "video/x-flv",
        "video/ogg",
    }
)
"""The media types of films whose words are read."""

_CHAPTERS: Final = {"video/mp4": (b"chpl", b"chap"), "video/x-matroska": (b"\x10\x43\xa7\x70",)}
"""Kinds of which tags are read without the extra (`lyrics`), so that titles of chapters are left. One of these
stands in every film that has some (`chpl` and `chap` of QuickTime, the element Chapters of RFC 9559).
"""

MOST: Final = 4_096
"""Texts of one film that are read: long ones have a thousand chapters."""

_LEAST: Final = 10
_OF_PROGRAMS: Final = (
    "encoder",
    "software",
    "creation_time",
    "handler_name",
    "vendor_id",
    "major_brand",
    "compatible_brands",
)


def may_speak(content: bytes, kind: str) -> bool:
    """Tell whether a film may say something of itself that is read here."""
    return kind in KINDS and (kind not in _CHAPTERS or any(mark in content for mark in _CHAPTERS[kind]))


def said(content: bytes, kind: str, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the words of a film: each text that may be a work, and all titles of chapters together."""
    try:
        import av  # noqa: PLC0415 - an optional dependency
    except ImportError as error:
        lacking = f"what a film says of itself cannot be read ({error}): install {extra_of(error)}"
        yield Skipped("", lacking, Reason.UNCHECKED_EXTRA)
        return
    try:
        with av.open(io.BytesIO(content), "r", metadata_errors="replace") as film:
            tagged = () if kind in _CHAPTERS else (film, *film.streams)
            tags = [text for each in tagged for text in _of(each)]
            titles = [chapter["metadata"].get("title", "") for chapter in film.chapters()]
    except Exception:  # whatever FFmpeg stumbles over: who looks the film up says so
        return
    texts = dict.fromkeys([*tags, "\n".join(titles)])
    for text in at_most((each for each in texts if len(each) >= _LEAST), MOST, "texts of a film"):
        budget.parts -= 1
        yield text if isinstance(text, Skipped) else Member("words", BESIDE, text)


def _of(tagged: Any) -> Iterator[str]:  # noqa: ANN401 - a container of PyAV or a stream
    for name, value in tagged.metadata.items():
        if name.lower() not in _OF_PROGRAMS:
            yield str(value)
