"""What files in other files say of themselves: pages of a comic, pictures of a book or a page, a record beside it.

Archives in archives, packed files and pictures that stand in texts are looked into too. A permission there is
about one of them, so only what forbids is believed of the whole.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.files import isolation, pdf_unshown
from crawler_filter.files.archive import ARCHIVES, parts
from crawler_filter.files.budget import MAX_HELD, MAX_MEMBERS, Budget, Member, Skipped
from crawler_filter.files.charset import as_utf8
from crawler_filter.files.cover_art import covers, has_covers
from crawler_filter.files.in_text import embedded, may_embed
from crawler_filter.files.media_type import HEAD, TEXTS, media_type
from crawler_filter.files.rich_text import RTF
from crawler_filter.files.zip_reader import Entry, ZipArchive, opened
from crawler_filter.preference import Preference
from crawler_filter.signals.saved_pages import is_saved
from crawler_filter.signals.signal import MAX_RULE, Family, Signal, believed, unread

Reader = Callable[[bytes], tuple[Signal, ...]]

MAX_SAID: Final = 64
"""Statements of members that are told; a comic has as many as pages."""
MAX_DEPTH: Final = 3
"""Archives in archives that are looked into."""

ISOLATED: Final = frozenset({"application/vnd.rar", "application/x-7z-compressed"})
"""Archives that are read in a process of their own."""
HOLDING: Final = ARCHIVES | ISOLATED
PDF: Final = "application/pdf"
_OPENED: Final = TEXTS | {PDF, RTF}
_SOUND: Final = ("audio/", "video/")
_POSTSCRIPT: Final = "application/postscript"
_MORE: Final = Sentence("this file and those that follow are more than is read")
_PAGE_HEAD: Final = 1 << 16
"""Bytes of a page in which its tags are looked for: styles and programs may stand before them."""

_PAGE_SPEAKS: Final = re.compile(
    rb"<meta\b[^<>]{0,300}?(?:robots|no-?(?:image)?ai|tdm|content-(?:usage|signal)|train|llm)", re.IGNORECASE
)
"""A tag of a page in a book or an archive that may refuse."""
_IN_BASE64: Final = b";base64,"
"""In a page, what begins a picture that it holds itself."""
_ABOUT: Final = re.compile(
    rb"<(?:[\w.-]{1,30}:)?(?:ONIX[Mm]essage|(?:news|package|concept|knowledge|planning)Item|newsMessage|xmpmeta|xapmeta|RDF)[\s>]"
)
"""XML that is a record of something. A book's own pages are what it says, not what is said of it."""


def read(content: bytes, reader: Reader) -> Iterator[Signal]:
    """Yield what the files in a ZIP forbid, and what of them `reader` could not read."""
    try:
        archive = opened(content, MAX_MEMBERS)
    except ValueError:
        return  # no archive: `epub` says so of what should have been a book
    budget = _budget(content)
    told = 0
    for entry in archive.entries:
        if budget.unpacked <= 0 or told > MAX_SAID:
            yield unread(Family.PLUS, entry.name, _MORE)
            return
        member = _speaking(archive, entry, min(budget.unpacked, MAX_HELD))
        budget.unpacked -= HEAD + len(member)
        for signal in _of_member(entry.name, member, reader, budget):
            told += 1
            yield signal


def within(content: bytes, kind: str, reader: Reader) -> tuple[Signal, ...]:
    """Return what the files in an archive of another kind, or in a text, forbid."""
    said = chain.from_iterable(
        _statements(each.name, reader(each.content)) for each in _inside(content, kind, _budget(content), depth=0)
    )
    told = tuple(islice(said, MAX_SAID))
    more = next(said, None)
    return told if more is None else (*told, unread(Family.PLUS, more.locator, _MORE))


def may_hold(content: bytes, kind: str) -> bool:
    """Tell whether a file that is no archive is looked into: a text, a PDF, sound with a picture."""
    return kind in _OPENED or (kind.startswith(_SOUND) and has_covers(content, kind))


def _budget(content: bytes) -> Budget:
    return Budget.of_file(len(content), characters=0, pictures=False)


def _of_member(name: str, member: bytes, reader: Reader, budget: Budget) -> Iterator[Signal]:
    kind = media_type(member) if member else None
    if kind in HOLDING:
        for each in _inside(member, kind, budget, depth=1):
            yield from _statements(f"{name}/{each.name}".rstrip("/"), reader(each.content))
        return
    if member:
        yield from _statements(name, reader(member))
        if kind and may_hold(member, kind):
            for each in _inside(member, kind, budget, depth=1):
                yield from _statements(f"{name}/{each.name}", reader(each.content))


def _inside(content: bytes, kind: str, budget: Budget, *, depth: int) -> Iterator[Member]:
    """Yield the files in a file that may say something of themselves, at any depth to MAX_DEPTH."""
    for part in _parts(content, kind, budget):
        if isinstance(part, Skipped) or not isinstance(part.content, bytes):
            continue  # whoever looks the file up says it
        budget.unpacked -= len(part.content) if kind in ISOLATED else 0
        part_kind = media_type(part.content) or ""
        if part_kind in HOLDING and depth < MAX_DEPTH:
            yield from _inside(part.content, part_kind, budget, depth=depth + 1)
        elif _may_speak(part.content[:_PAGE_HEAD], part_kind):
            yield part


def _parts(content: bytes, kind: str, budget: Budget) -> Iterable[Member | Skipped]:
    if kind in ARCHIVES:
        return parts(content, kind, budget)
    if kind in ISOLATED:
        return isolation.parts("archive", content, budget)
    if kind == PDF:
        attached = (raw for raw in pdf_unshown.files(content) if raw)
        return (Member(f"attachment {number}", "", raw) for number, raw in enumerate(attached, 1))
    if kind.startswith(_SOUND):
        return covers(content, kind, budget)
    kind = "text/plain" if kind == RTF else kind
    return embedded(content, kind, budget) if may_embed(content, kind) else ()


def _statements(name: str, said: Iterable[Signal]) -> Iterator[Signal]:
    for signal in map(_restricting, said):
        if signal.preferences or signal.unchecked:
            yield replace(signal, locator=f"{name[: MAX_RULE // 2]}: {signal.locator}"[:MAX_RULE])


def _speaking(archive: ZipArchive, entry: Entry, most: int) -> bytes:
    """Return a file of an archive that may say something of itself, nothing for all others."""
    try:
        head = archive.read(entry, HEAD)
        kind = media_type(head) or ""
        head = archive.read(entry, min(_PAGE_HEAD, most)) if is_page(head, kind) else head
        return archive.read(entry, most) if kind in HOLDING or _may_speak(head, kind) else b""
    except (EOFError, ImportError, ValueError):
        return b""  # whoever looks the archive up says it


def is_page(head: bytes, kind: str) -> bool:
    """Tell whether a member is a page, by its kind and how it begins: of such a one its tags count alone."""
    return kind == "text/html" or (kind == "text/xml" and b"<html" in head)


def _may_speak(head: bytes, kind: str) -> bool:
    if is_page(head, kind):
        return _PAGE_SPEAKS.search(as_utf8(head)) is not None or _IN_BASE64 in head
    if kind in ("text/xml", "text/plain", ""):
        return _ABOUT.search(as_utf8(head)) is not None or is_saved(head)
    return kind.startswith(("image/", "video/", "audio/")) or kind in (PDF, _POSTSCRIPT, RTF)


def _restricting(signal: Signal) -> Signal:
    signal = believed(signal, may_allow=False)
    forbids = Preference.DISALLOWED in signal.preferences.values()
    return signal if forbids or signal.unchecked else replace(signal, preferences={})
