r"""Texts that stand in elements and attributes of XML, one piece each, with others between them.

Lyrics in MusicXML and words that were recognised in a scan (ALTO, hOCR, PAGE) are kept in one element or attribute
each, beside lengths and places. What is joined are those of one name, and of one language where a memory of
translations (TMX) has several. Look-ups alone ask; nothing raises for content.
"""

import re
from bisect import bisect
from collections.abc import Iterator
from typing import Final

_FEW: Final = 8
"""Pieces up to which nothing is taken to be kept so."""

_WHOSE: Final = (
    ("lang=", re.compile(r"\blang=\"([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})\"")),
    ("<lyric", re.compile(r"<lyric\s[^<>]{0,200}\b(?:number|n)=\"([^\"<>]{1,20})\"")),
    ("<verse", re.compile(r"<verse\s[^<>]{0,200}\bn=\"([^\"<>]{1,20})\"")),
    ("<target", re.compile(r"<((?:seg-)?source|target)(?=[\s>])")),
)
"""What says of the elements that follow whose they are: a language, a verse that is sung, or one of two texts."""

_LEAF: Final = re.compile(r"<([A-Za-z_][\w:.-]{0,40})(?:\s[^<>]{0,400})?>([^<>]{1,2000})</")
_NODE: Final = re.compile(r"<(/?[A-Za-z_][\w:.-]{0,40})(?:\s[^<>]{0,400})?>([^<>]{1,2000})")
_AS_IT_IS: Final = re.compile(r"<!\[CDATA\[([^<>\[\]]{0,2000})\]\]>")
_ATTRIBUTE: Final = re.compile(r"\s([A-Za-z_][\w:.-]{0,40})=\"([^\"<>]{1,2000})\"")
_TTML_READING: Final = re.compile(
    r"<(span|tt:span)\s[^<>]{0,200}ruby=\"(?:text|textContainer|delimiter)\"[^<>]{0,200}>[^<>]{0,80}</\1>"
)
_TAG: Final = re.compile(r"<[^<>]{0,400}>")
_DIALOGUE: Final = re.compile(
    r"<Paragraph\s[^<>]{0,200}Type=\"Dialogue\"[^<>]{0,200}>(.{0,4000}?)</Paragraph>", re.DOTALL
)
_PAGE: Final = re.compile(r"<(?:html|div|p|a|table|script)[\s>]", re.IGNORECASE)
_DRAWING: Final = re.compile(r"<(?:\w{1,20}:)?svg[\s>]")
_HEAD: Final = 4096
"""Characters that tell pages and drawings, whose words stand one after another, from records."""
_LETTERS: Final = re.compile(r"[^\W\d_]")
_LONGEST_SUM: Final = 1024
"""Letters of a line or a paragraph that stands behind its words."""


def by_name(text: str) -> Iterator[str]:
    """Yield what the elements of one name say together, and the attributes, those that say most first."""
    if not text.lstrip("\ufeff \t\r\n").startswith("<") or _PAGE.search(text, 0, _HEAD):
        return
    text = _AS_IT_IS.sub(r"\1", text)
    if "<FinalDraft" in text[:_HEAD]:
        yield "\n".join(_TAG.sub("", spoken[1]) for spoken in _DIALOGUE.finditer(text))
    yield from _joined(_LEAF, text)
    for sign, stated in _WHOSE:
        yield from _by_group(stated, text) if sign in text else ()
    if not _DRAWING.search(text, 0, _HEAD):
        yield from _joined(_ATTRIBUTE, text)


def _by_group(whose: re.Pattern[str], text: str) -> Iterator[str]:
    """Yield the words of each group, and its elements of one name, where several groups take turns."""
    stated = list(whose.finditer(text))
    if len(stated) <= _FEW:
        return
    starts = [each.start() for each in stated]
    said: dict[str, list[str]] = {}
    named: dict[tuple[str, str], list[str]] = {}
    for node in _NODE.finditer(text, starts[0]):
        group = stated[bisect(starts, node.start(2)) - 1][1].lower()
        said.setdefault(group, []).append(node[2])
        named.setdefault((group, node[1]), []).append(node[2])
    if len(said) > 1:
        for groups in (named, said):
            several = [pieces for pieces in groups.values() if len(pieces) > _FEW]
            yield from (" ".join(pieces) for pieces in sorted(several, key=_said, reverse=True))


def without_ttml_readings(text: str) -> str:
    """Return subtitles in TTML without the readings of kanji (TTML 2 section 10.2.36)."""
    return _TTML_READING.sub("", text) if "ruby=" in text else text


def _joined(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    named: dict[str, list[str]] = {}
    for piece in pattern.finditer(text):
        named.setdefault(piece[1], []).append(piece[2])
    once = {name: list(_without_sums(pieces)) for name, pieces in named.items()}
    several = [pieces for pieces in once.values() if len(pieces) > _FEW and _said(pieces)]
    if len(named) > 1 or pattern is _ATTRIBUTE or once != named:
        yield from (" ".join(pieces) for pieces in sorted(several, key=_said, reverse=True))


def _said(pieces: list[str]) -> int:
    """Return how many letters distinct pieces have."""
    return sum(len(piece) for piece in dict.fromkeys(pieces) if _LETTERS.search(piece))


def _without_sums(pieces: list[str]) -> Iterator[str]:
    """Yield pieces without those that say again what those before them say together: a line behind its words."""
    said = last = ""
    for piece in pieces:
        letters = "".join(piece.split())
        if len(letters) > len(last) and letters.endswith(last) and said.endswith(letters):
            continue
        said, last = (said + letters)[-_LONGEST_SUM:], letters
        yield piece
