"""Text reduced to what copies of it share: letters and digits, without markup, readings, case and width.

`docs/formats/text.md` §1 is normative; `registry/web/static/winnow.js` gives the same code points. Every step is
linear in the text, whatever the text is, and nothing raises for content.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html.entities import name2codepoint
from typing import Final

import numpy as np
import numpy.typing as npt

from crawler_filter.fingerprints.book_frames import without_frame
from crawler_filter.fingerprints.nfkc import code_points, nfkc, table_of

NORMALISATION: Final = 1
"""Number of this normalisation, named in every value that depends on it."""

MAX_TEXT: Final = 1 << 22
"""Most code points of a text that are read, and most that are kept: War and Peace has three quarters of it."""

_SLICE: Final = 1 << 18

_ANY_CASE: Final = re.IGNORECASE | re.ASCII
_OPENING: Final = re.compile(r"<(script|style|template|rt|rp)(?![0-9A-Za-z:-])[^<>]*>|<!--", _ANY_CASE)
_READING_END: Final = re.compile(r"</r[tp][^<>]*>|(?=</?(?:ruby|rb|rt|rp|rtc)(?![0-9A-Za-z-]))", _ANY_CASE)
_CLOSING: Final = {
    "script": re.compile(r"</script[^<>]*>", _ANY_CASE),
    "style": re.compile(r"</style[^<>]*>", _ANY_CASE),
    "template": re.compile(r"</template[^<>]*>", _ANY_CASE),
    "rt": _READING_END,
    "rp": _READING_END,
    "comment": re.compile(r"-->"),
}
_MAIN: Final = re.compile(
    r"<(main)(?![0-9A-Za-z-])[^<>]*>|<([a-z]+)\s(?=[^<>]{0,400}role=[\"']?main\b)[^<>]*>", _ANY_CASE
)
_ARTICLE: Final = re.compile(r"<(article)(?![0-9A-Za-z-])[^<>]*>", _ANY_CASE)
_AROUND: Final = re.compile(
    r"<(nav|header|footer|aside|form|noscript|dialog|button|select|symbol)(?![0-9A-Za-z-])[^<>]*>"
    r"|<(div|ul|ol|dl|table|section|p)\s(?=[^<>]{0,400}"
    r"(?:role=[\"']?(?:navigation|banner|contentinfo|complementary|search|doc-(?:index|toc|bibliography))\b"
    r"|epub:type=[\"'](?:[^\"'<>]{0,200}\s)?(?:index|toc|bibliography|landmarks|page-list)[\s\"']"
    r"|(?:class|id)=[\"'](?:[^\"'<>]{0,200}[\s_-])?"
    r"(?:nav|navbar|navigation|navheader|navfooter|navpath|menu|sidebar|sphinxsidebar|breadcrumbs?|footer|cookies?|comments?"
    r"|respond|related|share|toc|bibliography|reflist|printindex|indextable|genindextable|index-(?:cp|fn|ky|pg|tp|vr)"
    r"|consent|gdpr|cky|cmplz|borlabs|cli-(?:modal|bar)|onetrust-[a-z-]{1,40}|sharedaddy|sharing|shariff|addtoany|jp-post-flair"
    r"|newsletter|subscribe|disclosure|disclaimer|copyright|pagination|bibliographical_information|notation_notes"
    r"|widget_(?:archive|calendar|categories|links|meta|nav_menu|pages|recent_comments|recent_entries|rss|search|tag_cloud))"
    r"[\s\"'_-]))[^<>]*>",
    _ANY_CASE,
)
_PARAGRAPH: Final = re.compile(r"<p(?![0-9A-Za-z-])", _ANY_CASE)
_FEWEST_PARAGRAPHS: Final = 2
_LEVELS: Final = 3
"""How deep elements that have most paragraphs are looked into."""
_LIST: Final = re.compile(r"<(ul|ol)(?![0-9A-Za-z-])[^<>]*>", _ANY_CASE)
_LINK: Final = re.compile(r"<(/?)a(?![0-9A-Za-z-])[^<>]*>", _ANY_CASE)
_FEWEST_LINKS: Final = 3
_MOSTLY: Final = 0.75
"""Share of the letters of a list that stand in links, from which on it is a menu."""
_TAG: Final = re.compile(r"</?[A-Za-z!?][^<>]*>")
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_REFERENCE: Final = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z][0-9A-Za-z]{1,31}));?")
_AOZORA: Final = re.compile(r"《[\u3041-\u30ff\u3000 ]*》|\uff3b\uff03[^\uff3b\uff3d\n]*\uff3d")


def normalise(text: str) -> str:
    """Return the letters and digits of `text` under normalisation 1; of more than `MAX_TEXT`, the first ones."""
    plain = without_markup(text[:MAX_TEXT])
    composed = plain if plain.isascii() else nfkc(plain)
    slices = range(0, len(composed), _SLICE)
    return "".join(_letters_and_digits(composed[start : start + _SLICE].casefold()) for start in slices)[:MAX_TEXT]


def without_markup(text: str) -> str:
    """Return what a reader sees: no tags, scripts, comments, readings (ruby) or notes of the transcriber.

    HTML, and the marks of Aozora Bunko: `《…》` around a reading in kana, full-width `[#…]` around a note.
    """
    if "<" in text:
        text = _TAG.sub("", _without_hidden_elements(text))
    if "&" in text:
        text = _REFERENCE.sub(_referenced, text)
    if "《" in text or "\uff3b" in text:
        text = _AOZORA.sub("", text)
    return text


def main_content(text: str) -> str:
    """Return a page without what stands around its text on every page of a site: menus, headers, footers, forms.

    Nor are lists of hardly anything but links, nor registers that are marked as such: contents, indexes,
    bibliographies. Of a plain text the frames of libraries are left out, and a register at its end.
    Only what an author registers goes through this: a page is looked up with all it has.
    """
    if "</" not in text:
        return without_frame(text)
    inner = _elements(text, _MAIN) or _elements(text, _ARTICLE) or [(0, len(text))]
    own = "".join(_without_furniture(text[start:end]) for start, end in inner)
    return "".join(_between([each for each in _elements(own, _LIST) if _is_menu(own[slice(*each)])], own))


def _without_furniture(text: str, levels: int = _LEVELS) -> str:
    """Drop what stands around; of what has most paragraphs in it, however it is named, only what stands in it."""
    found = _elements(text, _AROUND)
    between = _between(found, text)
    most = max(_FEWEST_PARAGRAPHS, len(_PARAGRAPH.findall(text)) / 2) if found and levels else 0
    kept = [next(between)]
    for (start, end), after in zip(found, between, strict=True):
        if most and len(_PARAGRAPH.findall(text, start, end)) > most:
            kept.append(_without_furniture(text[text.index(">", start) + 1 : end], levels - 1))
        kept.append(after)
    return "".join(kept)


def _between(elements: Iterable[tuple[int, int]], text: str) -> Iterator[str]:
    at = 0
    for start, end in elements:
        yield text[at:start]
        at = end
    yield text[at:]


def _is_menu(element: str) -> bool:
    """Tell whether most letters of a list stand in links, of which there are some."""
    links, linked, start = 0, 0, None
    for tag in _LINK.finditer(element):
        if start is not None:
            links, linked = links + 1, linked + _length(element[start : tag.start()])
        start = None if tag[1] else tag.end()
    return links >= _FEWEST_LINKS and linked >= _MOSTLY * _length(element)


def _length(text: str) -> int:
    return len(_BLANKS.sub("", _TAG.sub("", text)))


def _elements(text: str, opens: re.Pattern[str]) -> list[tuple[int, int]]:
    """Return where elements begin and end that `opens` finds, the outermost ones. What is never closed is none."""
    found, at = [], 0
    unclosed: set[str] = set()
    while opening := opens.search(text, at):
        name = next(filter(None, opening.groups())).lower()
        end = None if name in unclosed else _end_of(name, text, opening.end())
        if end is None:
            unclosed.add(name)
        else:
            found.append((opening.start(), end))
        at = end or opening.end()
    return found


def _end_of(name: str, text: str, start: int) -> int | None:
    """Return where an element ends whose content begins at `start`, elements of the same name in it and all."""
    depth = 1
    for tag in _tags_of(name).finditer(text, start):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    return None


@cache
def _tags_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"<(/?){name}(?![0-9A-Za-z-])[^<>]*>", _ANY_CASE)


def _without_hidden_elements(text: str) -> str:
    """Drop the elements nobody reads. One that is not closed is kept: hiding too much would be a missed match."""
    kept, start = [], 0
    unclosed: set[str] = set()
    opening = _OPENING.search(text)
    while opening:
        kind = (opening[1] or "comment").lower()
        closing = None if kind in unclosed else _CLOSING[kind].search(text, opening.end())
        if closing:
            kept.append(text[start : opening.start()])
            start = closing.end()
        else:
            unclosed.add(kind)
        opening = _OPENING.search(text, closing.end() if closing else opening.end())
    return "".join([*kept, text[start:]])


def _referenced(reference: re.Match[str]) -> str:
    decimal, hexadecimal, name = reference.groups()
    code = name2codepoint.get(name, 0) if name else int(decimal or hexadecimal, 10 if decimal else 16)
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else " "


def _letters_and_digits(text: str) -> str:
    codes = code_points(text)
    return codes[_is_letter_or_digit()[codes]].tobytes().decode("utf-32-le")


@cache
def _is_letter_or_digit() -> npt.NDArray[np.bool_]:
    """Return for each code point whether it is a letter or digit (L or N) in this Python's Unicode version."""
    return table_of(str.isalnum, planes=4)
