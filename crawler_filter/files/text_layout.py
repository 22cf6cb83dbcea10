# ruff: noqa: RUF001 - full-width marks are what is looked for
"""Words without what a layout adds to them: timings, line numbers, chords, names of speakers, readings of kanji.

Subtitles, transcripts, lyrics and novels with readings hold a work's every word, with something between them on
each line. `docs/formats/text.md` §1a is normative for `authored`, which `registry/web/static/winnow.js` mirrors;
the others serve look-ups alone. Nothing raises for content, and every pattern is linear in the text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, NamedTuple

from crawler_filter.files.chat_turns import turns
from crawler_filter.files.elements import by_name, without_ttml_readings
from crawler_filter.files.furigana import without_furigana, without_rarer_readings
from crawler_filter.files.line_marks import (
    in_turns,
    lines_of,
    marked_lines,
    said_once,
    without_grammar,
    without_line_marks,
)
from crawler_filter.files.look_alikes import in_one_alphabet
from crawler_filter.files.note_numbers import without_addresses, without_notes
from crawler_filter.files.quoted_strings import columns, strings
from crawler_filter.files.shown_readings import without_reading_lines, without_shown_readings
from crawler_filter.files.written_letters import as_letters

_TIME: Final = r"[0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?(?:[.,:][0-9]{1,3})?"
_BOTH_TIMES: Final = rf"{_TIME}[ \t]{{0,3}}(?:-->|[,;~–-])[ \t]{{0,3}}{_TIME}"
_CUE: Final = re.compile(
    rf"^[ \t]{{0,3}}(?:{_TIME}[ \t]{{0,3}}-->[ \t]{{0,3}}{_TIME}(?:[ \t][^\n]{{0,200}})?"
    rf"|{_BOTH_TIMES}[ \t]{{0,3}}|{_TIME}[ \t]{{0,3}})$"
)
_CUE_BEFORE: Final = re.compile(rf"^[ \t]{{0,3}}{_BOTH_TIMES}[ \t]{{0,3}}[,;|]")
_CUE_WITHIN: Final = re.compile(rf"(?:(?<!\S)[0-9]{{1,6}}\s{{1,3}})?{_TIME}[ \t]{{0,3}}-->[ \t]{{0,3}}{_TIME}")
"""A cue of subtitles that have lost their line feeds, with its number."""

_PLACED: Final = re.compile(r"\{\\[^{}\n]{0,400}\}|\^[BIU]")
_TAGGED_TIME: Final = re.compile(rf"[\[<(（](?:{_BOTH_TIMES}|{_TIME})[\]>)）]")
_COUNTER: Final = re.compile(r"^\ufeff?[ \t]{0,3}[0-9]{1,6}[ \t]{0,3}$")
_HEADING: Final = re.compile(
    r"^\ufeff?(?:WEBVTT|NOTE|STYLE|REGION|Kind:|Language:|X-TIMESTAMP-MAP)(?:[ =:\t][^\n]*)?$"
)
_LRC_TAG: Final = re.compile(
    r"^\ufeff?\[(?:ar|ti|al|au|by|re|ve|la|id|offset|length|tool|lr|#):[^\]\n]{0,200}\][ \t]{0,3}$",
    re.IGNORECASE | re.ASCII,
)
_SPOKEN: Final = re.compile(r"^Dialogue:[ \t]{0,3}(?:[^,\n]{0,80},){9}([^\n]*)$")
_ASS_CODE: Final = re.compile(r"\{[^{}\n]{0,400}\}|\\[Nnh]")
_COMMENTED: Final = re.compile(r"^Comment:(?=[^,\n]{0,80},)", re.MULTILINE)
"""A line of ASS that no player shows: templates of karaoke keep the words there."""
_FEW: Final = 3
"""Timed lines from which on a text is subtitles or lyrics with times."""

_BLOCK: Final = re.compile(
    r"</?(?:p|div|li|tr|h[1-6]|br|d[dt]|option|blockquote)(?=[\s/>])[^<>]{0,400}>", re.IGNORECASE
)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,400}>")
"""Tags that begin or end a line, and all tags."""

_UNPARSED: Final = re.compile(r"<!\[CDATA\[|\]\]>")
"""Marks of XML around text, which are no tag of a page."""

_FEWEST_LETTERS: Final = 8
_MOST_LETTERS: Final = 64
"""Letters of a line that is set from top to bottom."""

_ENCODED: Final = re.compile(r"[A-Za-z0-9+/]{60,}={0,2}[\r\n]{0,2}")
"""Base64, which is most of many a mail and says nothing by lines: what it stands for is looked up by itself."""

_RUN: Final = 60 * b"a"
_AS_RUN: Final = bytes(97 if re.match(rb"[A-Za-z0-9+/]", bytes([octet])) else 32 for octet in range(256))
"""Shows a run of its letters to a search for one word, which costs a tenth of one for the pattern."""

_MOST_READINGS: Final = 256

MOST_CHARACTERS: Final = 1 << 20
"""Characters of a text that are read again at a time: two long novels."""

_MOST_TIMES: Final = 14
"""How many times as long as the text its further readings are together, at most."""

MOST_FURTHER: Final = 12 << 20
"""Characters of all further readings of one text."""

_LEAST: Final = 10
"""Characters of a reading that may be a work."""


class Reading(NamedTuple):
    """One way to read a text. `is_joined` tells that it puts together, by a guess, words that stand apart."""

    text: str
    is_joined: bool


class Further(NamedTuple):
    """Other things that a text may say to a reader; `is_whole` tells that no such reading was left out."""

    readings: tuple[Reading, ...]
    is_whole: bool


def authored(text: str) -> str:
    """Return the words that an author wrote: without readings of kanji, and without times if it is subtitles."""
    return without_times(without_furigana(text))


def pieces(text: str) -> Iterator[str]:
    """Yield a long text in pieces of `MOST_CHARACTERS` and less that end with a line; others as they are."""
    start = 0
    while len(text) - start > MOST_CHARACTERS:
        end = text.rfind("\n", start, start + MOST_CHARACTERS) + 1 or start + MOST_CHARACTERS
        yield text[start:end]
        start = end
    yield text[start:]


def further_readings(text: str, room: int = MOST_FURTHER) -> Further:
    """Return what else a text may say to a reader; nothing for most texts. It is one of `pieces`.

    There is `room` for so many characters.
    """
    room = min(_MOST_TIMES * len(text), room)
    found: dict[str, bool] = {}
    is_whole = True
    for each, is_joined in _readings(text):
        if len(each) < _LEAST or each == text:
            continue
        if each in found:
            found[each] = found[each] and is_joined
        elif len(each) > room or len(found) == _MOST_READINGS:
            is_whole = False
        else:
            room -= len(each)
            found[each] = is_joined
    return Further(tuple(Reading(*each) for each in found.items()), is_whole)


def _readings(text: str) -> Iterator[tuple[str, bool]]:
    """Yield readings, each with whether it joins what stands apart."""
    whole, text = text, _without_encoded(text)
    plain = without_furigana(without_ttml_readings(text))
    spoken = without_times(_COMMENTED.sub("Dialogue:", plain))
    unmarked = without_line_marks(spoken)
    yield from _joined(columns(marked_lines(plain)))
    for letters in as_letters(whole):
        read = _without_encoded(without_furigana(letters))
        yield read, False
        yield without_line_marks(read), True
        yield from _joined(strings(read))
    yield plain, False
    yield spoken, False
    yield said_once(spoken), True
    yield unmarked, True
    for each in without_shown_readings(without_times(_COMMENTED.sub("Dialogue:", text))):
        yield each, False
    if "<![CDATA[" in text:
        yield _UNPARSED.sub(" ", plain), False
    yield from _joined(chain(in_blocks(plain), turns(plain)))
    if plain.count("-->") > _FEW and spoken == plain:
        yield _CUE_WITHIN.sub("\n", plain), False
    if "[" in plain and len(_TAGGED_TIME.findall(plain)) > _FEW and spoken == plain:
        yield _TAGGED_TIME.sub("\n", plain), False
    yield from _joined(map(_timeless, strings(plain)))
    yield from _joined(chain(by_name(plain), set_vertically(marked_lines(plain))))
    yield from _joined(in_turns(unmarked))
    if spoken != unmarked and len(marked_lines(spoken)) != len(marked_lines(unmarked)):
        yield from _joined(in_turns(spoken))
    yield (rarer := without_rarer_readings(text)), False
    if "--&gt;" in text:
        yield without_times(rarer), False
    yield without_reading_lines(unmarked), True
    for each in (without_grammar(text), *without_notes(text)):
        yield each, False
    for each in in_one_alphabet(plain):
        yield each, False


def _without_encoded(text: str) -> str:
    has_run = _RUN in text.encode("utf-8", "surrogatepass").translate(_AS_RUN)
    return _ENCODED.sub("", text) if has_run else text


def _joined(texts: Iterable[str]) -> Iterator[tuple[str, bool]]:
    return ((each, True) for each in texts)


def _timeless(said: str) -> str:
    timeless = without_times(said)
    return without_line_marks(timeless) if timeless != said else without_addresses(said)


def in_blocks(text: str) -> Iterator[str]:
    """Yield a page without what its rows and paragraphs begin with alike, where no line feeds part them."""
    ends = text.count("</") + text.count("<br")
    if ends <= _FEW or ends <= 2 * text.count("\n"):
        return
    blocks = "\n".join(marked_lines(_TAG.sub(" ", _BLOCK.sub("\n", text))))
    said = without_line_marks(without_times(blocks))
    if said != blocks:
        yield said


def set_vertically(lines: list[str]) -> Iterator[str]:
    """Yield what stands in columns of one letter each, from right to left, as Japanese is set."""
    if _FEWEST_LETTERS <= len(lines) <= _MOST_LETTERS and len({len(line) for line in lines}) == 1:
        yield "\n".join("".join(column) for column in reversed(list(zip(*lines, strict=True))))


def without_times(text: str) -> str:
    """Return what is said in subtitles or lyrics with times (SRT, VTT, ASS, SBV, LRC); other texts as they are."""
    lines = lines_of(text)
    may_be_timed = Counter(line for line in lines if ":" in line)
    if sum(count for line, count in may_be_timed.items() if _is_timed(line)) < _FEW:
        return text
    if any(_SPOKEN.match(line) for line in lines):
        said = (spoken[1] for line in lines if (spoken := _SPOKEN.match(line)))
        return "\n".join(_ASS_CODE.sub(" ", each) for each in said)
    return "\n".join(_said(lines))


def _is_timed(line: str) -> bool:
    return bool(_CUE.match(line) or _TAGGED_TIME.search(line) or _SPOKEN.match(line) or _CUE_BEFORE.match(line))


def _said(lines: list[str]) -> Iterator[str]:
    """Yield the lines of subtitles without their times, counters and headings."""
    for before, line, following in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
        is_name = "-->" in following and _CUE.match(following) and (_COUNTER.match(line) or not before.strip())
        if not (is_name or _CUE.match(line) or _HEADING.match(line) or _LRC_TAG.match(line)):
            yield _PLACED.sub("", _TAGGED_TIME.sub("", _CUE_BEFORE.sub("", line)))
