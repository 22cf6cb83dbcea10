"""Everything inside a file that holds others, at any depth: files in archives, pages of PDFs in them."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from crawler_filter.errors import extra_of
from crawler_filter.files import (
    archive,
    film_tags,
    heif_items,
    icons,
    isolation,
    joined_pdfs,
    matroska,
    picture_texts,
    portable_maps,
    property_list,
    rich_text,
)
from crawler_filter.files.behind import behind, files_behind
from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.containers import tiff_directories
from crawler_filter.files.cover_art import covers, has_covers
from crawler_filter.files.in_text import MOST_BYTES, embedded, may_embed
from crawler_filter.files.lyrics import words
from crawler_filter.files.media_type import BESIDE, TEXTS
from crawler_filter.files.photoshop import PHOTOSHOP, has_layers
from crawler_filter.files.picture_texts import has_words
from crawler_filter.files.subtitles import has_subtitles, subtitles
from crawler_filter.files.thumbnails import has_thumbnail, thumbnails
from crawler_filter.files.tiff_previews import has_previews, previews
from crawler_filter.reason import Reason

PDF: Final = "application/pdf"
TIFF: Final = "image/tiff"
CLIP: Final = "image/x-clip-studio"
_OTHER_ARCHIVES: Final = frozenset(
    {
        "application/vnd.rar",
        "application/x-7z-compressed",
        "application/x-lzh",
        "application/vnd.ms-cab-compressed",
        "application/x-cpio",
        "application/x-archive",
        "application/x-xar",
        "application/x-iso9660-image",
    }
)
HOLDING: Final = archive.ARCHIVES | _OTHER_ARCHIVES | {PDF, rich_text.RTF, property_list.PROPERTY_LIST}
"""The media types of files that hold others."""

_READERS: Final = {PDF: "pdf", CLIP: "clip"}
"""What reads a file in a process of its own; any other is an archive."""

MAX_DEPTH: Final = 3
"""Archives in archives that are looked into: a series is a ZIP of volumes, and may come as a `.tar.gz`."""

PREVIEWED: Final = frozenset({CLIP})
"""The media types of files of which only previews are read."""

JPEG: Final = "image/jpeg"
PICTURES: Final = frozenset(
    {
        TIFF,
        JPEG,
        "image/png",
        "image/gif",
        "image/webp",
        "image/heif",
        "image/avif",
        "image/jxl",
        "image/bmp",
        icons.ICON,
        icons.ICON_OF_MACOS,
        portable_maps.PORTABLE,
        PHOTOSHOP,
    }
)
"""The media types of pictures that may hold others, or have other files behind them."""
_SEVERAL: Final = b"MPF\0"
"""The mark of a JPEG that has others behind it (CIPA DC-007): of stereo cameras, burst shots, larger previews."""
_MARKED_WITHIN: Final = 1 << 17
_MOST_NAME: Final = 200


def held_as(content: object, kind: str, *, is_own: bool = False) -> tuple[str, ...]:
    """Return the types by which a file is looked into, given its `kind`: a ZIP may stand behind any other.

    Who declares a file that `is_own` declares what a picture shows, not the words beside it.
    """
    if kind in archive.ARCHIVES or not isinstance(content, bytes):
        return (kind,) if kind in HOLDING else ()
    may_hold = (
        (files_behind, has_pages, has_thumbnail, has_previews, has_layers, *(() if is_own else (has_words,)))
        if kind in PICTURES
        else (has_tags, files_behind, may_embed)
    )
    holds = kind in HOLDING | PREVIEWED or any(tell(content, kind) for tell in may_hold)
    return (*((kind,) if holds else ()), *((archive.ZIP,) if archive.ends_as_zip(content) else ()))


def walk(content: bytes, kind: str, budget: Budget, *, depth: int = 0) -> Iterator[Member | Skipped]:
    """Yield what lies in a file of one of the HOLDING types, and what in that; files that hold others too.

    Names are `volume.cbz/003.png` or `book.pdf/page 3`, without what a terminal would not show.
    """
    for part in _with_strips(content, kind, budget):
        name = _printable(part.name[:_MOST_NAME])
        yield part._replace(name=name)
        if isinstance(part, Skipped):
            continue
        if part.kind in TEXTS and isinstance(part.content, bytes):
            budget.searched -= len(part.content)
            if budget.searched < 0:
                yield Skipped(name, "in the texts of a file of this size, no more is searched for other files")
                continue
        for held in held_as(part.content, part.kind):
            deeper = depth + (held not in TEXTS)  # base64 in a text is shorter than the text: it ends by itself
            if deeper == MAX_DEPTH:
                yield Skipped(name, f"files that lie {MAX_DEPTH} deep in others are not looked into")
                break
            for inner in walk(part.content, held, budget, depth=deeper):
                yield inner._replace(name=f"{name}/{inner.name}".strip("/")[:_MOST_NAME])


def _with_strips(content: bytes, kind: str, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield what lies in a file, and where that may be strips of a picture also the picture they make."""
    parts = _within(content, kind, budget)
    if budget.is_own or not budget.pictures or kind not in archive.ARCHIVES | _OTHER_ARCHIVES | TEXTS:
        return parts
    try:
        from crawler_filter.files.strips import with_joined  # noqa: PLC0415 - an optional dependency
    except ImportError:
        return parts  # of each picture in it will be said what is missing
    return with_joined(parts, budget)


def has_tags(content: bytes, kind: str) -> bool:
    """Tell whether a file of sound or a film may carry pictures, files or words."""
    return (
        film_tags.may_speak(content, kind)
        or has_covers(content, kind)
        or matroska.has_attachments(content, kind)
        or has_subtitles(content, kind)
        or next(words(content, kind), None) is not None
    )


def has_pages(content: bytes, kind: str) -> bool:
    """Tell whether a picture has others beside the first: a TIFF of several pages, a JPEG of several pictures."""
    if any(each(content, kind) for each in (icons.has_several, portable_maps.has_several, heif_items.has_others)):
        return True
    if kind == JPEG:
        return content.find(_SEVERAL, 0, _MARKED_WITHIN) >= 0
    return kind == TIFF and next(islice(tiff_directories(content), 1, None), None) is not None


def _pages(content: bytes, kind: str, budget: Budget) -> Iterator[Member | Skipped]:
    if not budget.pictures:
        return
    if kind not in (TIFF, JPEG):
        yield from portable_maps.further(content, budget) if kind == portable_maps.PORTABLE else ()
        yield from icons.further(content, kind, budget)
        yield from heif_items.others(content, kind, budget) if kind in heif_items.HEIFS else ()
        return
    try:
        from crawler_filter.files.frames import pages  # noqa: PLC0415 - an optional dependency
    except ImportError as error:
        yield Skipped("", f"its pages cannot be read ({error}): install {extra_of(error)}", Reason.UNCHECKED_EXTRA)
        return
    yield from pages(content, budget)


def _layers(content: bytes, budget: Budget) -> Iterator[Member | Skipped]:
    if not budget.pictures:
        return
    try:
        from crawler_filter.files.photoshop_layers import layers  # noqa: PLC0415 - an optional dependency
    except ImportError as error:
        yield Skipped(
            "", f"its layers cannot be read ({error}): install {extra_of(error)}", Reason.UNCHECKED_EXTRA
        )
        return
    yield from layers(content, budget)


def _written_in(content: bytes, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the text of an RTF, and the pictures in it."""
    text, beside = rich_text.words(content[:MOST_BYTES])
    budget.unpacked -= len(text) + len(beside)
    yield Member("text", "text/plain", text)
    if beside.strip() and not budget.is_own:
        yield Member("beside the text", BESIDE, beside)
    yield from embedded(content, "text/plain", budget)
    if unread := rich_text.unread_parts(content):
        yield Skipped("", unread)
    if len(content) > MOST_BYTES:
        yield Skipped("", f"only the first {MOST_BYTES} bytes of it were read")


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)


def _within(content: bytes, kind: str, budget: Budget) -> Iterator[Member | Skipped]:
    if kind in archive.ARCHIVES:
        yield from archive.parts(content, kind, budget)
    elif kind in PICTURES:
        several = has_pages(content, kind)
        yield from _pages(content, kind, budget) if several else ()
        yield from thumbnails(content, kind, budget)
        yield from previews(content, budget) if kind == TIFF else ()
        yield from _layers(content, budget) if has_layers(content, kind) else ()
        yield from picture_texts.words(content, kind, budget)
        yield from behind(content, kind, budget, but=JPEG if several and kind == JPEG else "")
    elif kind.startswith(("audio/", "video/")):
        yield from covers(content, kind, budget)
        yield from behind(content, kind, budget)
        yield from matroska.attachments(content, budget) if kind == matroska.MATROSKA else ()
        for text in words(content, kind):
            yield text if isinstance(text, Skipped) else Member("lyrics", BESIDE, text)
        yield from film_tags.said(content, kind, budget) if film_tags.may_speak(content, kind) else ()
        yield from subtitles(content, kind, budget) if has_subtitles(content, kind) else ()
    elif kind == rich_text.RTF:
        yield from _written_in(content, budget)
    elif kind == property_list.PROPERTY_LIST:
        yield from property_list.members(content, budget)
    elif may_embed(content, kind):
        yield from embedded(content, kind, budget)
    elif kind == PDF and joined_pdfs.are_several(content):
        for number, piece in enumerate(joined_pdfs.pieces(content), 1):
            budget.parts -= 1
            yield piece if isinstance(piece, Skipped) else Member(f"PDF {number}", PDF, piece)
    else:
        yield from isolation.parts(_READERS.get(kind, "archive"), content, budget)
        yield from behind(content, kind, budget)
