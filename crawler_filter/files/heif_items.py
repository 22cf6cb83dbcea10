"""The pictures of a HEIF or AVIF that no reader shows at once: smaller copies, and those that are hidden.

A file lists items (ISO/IEC 14496-12 section 8.11). One is the picture that is shown, and others are named by
references: `thmb` is a smaller copy of one, which may show something else; `dimg` is a tile of one, `auxl` what
covers it or how far it is away. Readers give what is at the top; here a file is made in which another item is the
picture, neither hidden nor a copy, so that any reader shows it.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.containers import Block, boxes

HEIFS: Final = frozenset({"image/heif", "image/avif"})
MOST: Final = 64
"""Pictures of one file that are looked at."""

_CODED: Final = frozenset({b"hvc1", b"av01", b"avc1", b"jpeg", b"j2k1", b"grid", b"iovl", b"iden", b"vvc1"})
_HIDDEN: Final = 1
_LEAST: Final = 6
"""Bytes of a box that says something of items."""

_SHORT: Final = 2
_SMALLER: Final = b"thmb"
_NO_REFERENCE: Final = b"skip"


class _Item(NamedTuple):
    """A coded picture: its number, the place of its flags, and whether readers are to hide it."""

    number: int
    flags: int
    is_hidden: bool


class _Reference(NamedTuple):
    """A word of one item about others: its kind, where it stands, and the items that are parts by it."""

    kind: bytes
    place: int
    source: int
    used: tuple[int, ...]


def has_others(content: bytes, kind: str) -> bool:
    """Tell whether a file has a picture that its readers do not show."""
    return kind in HEIFS and next(_others(content), None) is not None


def others(content: bytes, kind: str, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield each of these pictures as a file of its own."""
    for number, piece in enumerate(_others(content), 1):
        budget.parts, budget.unpacked = budget.parts - 1, budget.unpacked - len(piece)
        if number > MOST or budget.parts < 0 or budget.unpacked < 0:
            yield Skipped(f"item {number}", "it and what follows are more pictures than are looked at")
            return
        yield Member(f"item {number}", kind, piece)


def _others(content: bytes) -> Iterator[bytes]:
    meta = next((box for box in _in(content, 0, len(content)) if box.type == b"meta"), None)
    if meta is None:
        return
    parts = {box.type: box for box in _in(content, meta.start + 4, meta.end)}
    primary, listed = parts.get(b"pitm"), parts.get(b"iinf")
    if primary is None or listed is None:
        return
    references = list(_references(content, parts.get(b"iref")))
    smaller = {each.source for each in references if each.kind == _SMALLER}
    used = {number for each in references for number in each.used}
    wide = 4 if content[primary.start] else 2
    at = primary.start + 4
    shown = int.from_bytes(content[at : at + wide])
    items = list(_items(content, listed))
    for item in items:
        if item.number != shown and (item.number in smaller or (item.is_hidden and item.number not in used)):
            changed = bytearray(content)
            changed[at : at + wide] = (item.number & ((1 << 8 * wide) - 1)).to_bytes(wide)
            for each in items:  # no other is hidden in what is made, or it would be looked for there again
                changed[each.flags] &= ~_HIDDEN
            for reference in references:
                if reference.kind == _SMALLER:
                    changed[reference.place : reference.place + 4] = _NO_REFERENCE
            yield bytes(changed)


def _in(content: bytes, start: int, end: int) -> Iterator[Block]:
    found = (box for box in boxes(content, start, end) if isinstance(box, Block))
    return (box for box in found if box.end - box.start >= _LEAST)


def _items(content: bytes, listed: Block) -> Iterator[_Item]:
    """Yield the items that are coded pictures."""
    for box in _in(content, listed.start + (8 if content[listed.start] else 6), listed.end):
        version, start = content[box.start], box.start + 4
        wide = 2 if version == _SHORT else 4
        if box.type == b"infe" and version >= _SHORT and content[start + wide + 2 :][:4] in _CODED:
            number, flags = int.from_bytes(content[start : start + wide]), box.start + 3
            yield _Item(number, flags, bool(content[flags] & _HIDDEN))


def _references(content: bytes, listed: Block | None) -> Iterator[_Reference]:
    if listed is None:
        return
    wide = 4 if content[listed.start] else 2
    for box in _in(content, listed.start + 4, listed.end):
        source, *named = (
            int.from_bytes(content[at : at + wide])
            for at in (box.start, *range(box.start + wide + 2, box.end - wide + 1, wide))
        )
        used = {b"dimg": named, b"auxl": [source]}.get(box.type, [])
        yield _Reference(box.type, box.start - 4, source, tuple(used))
