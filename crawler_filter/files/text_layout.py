# ruff: noqa: RUF001, RUF002 - full-width marks are what is looked for
"""Words without what a layout adds to them: timings, line numbers, chords, names of speakers, readings of kanji.

Subtitles, transcripts, lyrics and novels with readings hold a work's every word, with something between them on
each line. `docs/formats/text.md` §1a is normative for `authored`, which `registry/web/static/winnow.js` mirrors;
the others serve look-ups alone. Nothing raises for content, and every pattern is linear in the text.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

_KANJI: Final = "\u3005-\u3007\u303b\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u30f6"
_KANA: Final = "\u3041-\u30ff\uff66-\uff9f\u3000 "
_OPEN: Final = "(（《≪〈⟪«\\[［〔{｛【"
_CLOSE: Final = ")）》≫〉⟫»\\]］〕}｝】"
_EMPHASIS: Final = re.compile("《《([^《》\n]{1,80})》》")
_PIXIV: Final = re.compile("\\[\\[rb:([^\\]>＞\n]{1,80})[>＞][^\\]\n]{0,80}\\]\\]")
_DENDEN: Final = re.compile("\\{([^{}|｜\n]{1,40})[|｜][^{}\n]{1,80}\\}")
_BARRED: Final = re.compile(
    f"[|｜]([^|｜ \t\u3000\n{_OPEN}{_CLOSE}]{{1,40}})[{_OPEN}][^\n{_OPEN}{_CLOSE}]{{1,60}}[{_CLOSE}]"
)
_READING: Final = re.compile(f"(?<=[{_KANJI}])[ \u3000]?[{_OPEN}][{_KANA}]{{1,40}}[{_CLOSE}]")

_TIME: Final = r"[0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?(?:[.,:][0-9]{1,3})?"
_BOTH_TIMES: Final = rf"{_TIME}[ \t]{{0,3}}(?:-->|[,;~–-])[ \t]{{0,3}}{_TIME}"
_CUE: Final = re.compile(rf"^[ \t]{{0,3}}(?:{_BOTH_TIMES}(?:[ \t][^\n]{{0,200}})?|{_TIME}[ \t]{{0,3}})$")
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
_MICRO_DVD: Final = re.compile(r"^(?:\{[0-9]{1,9}\}\{[0-9]{1,9}\}|\[[0-9]{1,9}\]\[[0-9]{1,9}\])")
_FEW: Final = 3
"""Timed lines from which on a text is subtitles or lyrics with times."""

_LINES: Final = re.compile(r"\r\n?|\n")
_FIRST: Final = re.compile(
    r"^[\s|「『\"'(\[（［【<#>*-]{0,8}([^\s:：.、,;|)\]】］）>=\"]{1,40})[\s:：.、,;|)\]】］）>=\"]+"
)
_LAST: Final = re.compile(r"[\s|,;(\[]([^\s|,;(\[]{1,40})[\s)\]\"]{0,4}$")
_DIGITS: Final = re.compile(r"[0-9]+")
_SPEAKER: Final = re.compile(r"^[\s>-]{0,6}([^\s:：\n]{1,24})[ \t]{0,2}[:：]\s{0,4}")
_SCRIPT_LINE: Final = re.compile(r"^[\s]{0,4}[^\s「」『』]{1,16}[\s]{0,4}[「『](.*)[」』]\s{0,4}$")
_CHORD: Final = (
    r"[A-G][#b♯♭]?(?:maj|min|dim|aug|sus|add|m|M|Δ|°|ø|\+)?[0-9]{0,2}"
    r"(?:(?:sus|add|b|#|-|\+)[0-9]{0,2}){0,2}(?:/[A-G][#b♯♭]?)?"
)
_CHORD_WORD: Final = re.compile(rf"{_CHORD}|N\.?C\.?|x[0-9]")
_BETWEEN_CHORDS: Final = re.compile(r"[\s|/%.:()\[\]-]+")
_INLINE_CHORD: Final = re.compile(rf"\[{_CHORD}\]")
_MARK_LINE: Final = re.compile(
    r"^\s{0,8}(?:\[[^\[\]\n]{1,40}\]|【[^【】\n]{1,40}】|\([^()\n]{1,40}\)|（[^（）\n]{1,40}）)\s{0,8}$"
)
_VALUE: Final = re.compile(r'"([A-Za-z_][0-9A-Za-z_-]{0,40})"\s{0,4}:\s{0,4}"((?:[^"\\]|\\.){0,20000})"')
_SHARE: Final = 0.6
"""Share of a text's lines that must begin or end alike for that to be a mark of the layout."""

_ROUNDS: Final = 12
_MOST_LINES: Final = 50_000
"""Lines that are looked at for marks; a film has some three thousand. What follows stays as it is."""

_MOST_READINGS: Final = 4

MOST_CHARACTERS: Final = 1 << 20
"""Characters of a text that have further readings: two long novels."""


def authored(text: str) -> str:
    """Return the words that an author wrote: without readings of kanji, and without times if it is subtitles."""
    return without_times(without_furigana(text))


def further_readings(text: str) -> tuple[str, ...]:
    """Return what else the first `MOST_CHARACTERS` of a text may say to a reader; nothing for most texts."""
    text = text[:MOST_CHARACTERS]
    plain = without_furigana(text)
    spoken = without_times(plain)
    found = [plain, spoken, without_line_marks(spoken), *_values(plain)]
    return tuple(each for each in dict.fromkeys(found) if each != text)[:_MOST_READINGS]


def without_furigana(text: str) -> str:
    """Return a text without the readings of its kanji, in any of the notations that novels are spread in.

    `漢字(かんじ)` and every other bracket, one kanji at a time too; `｜漢字《かんじ》` with any reading; pixiv's
    `[[rb:漢字 > かんじ]]`; `{漢字|かんじ}`. Of `《《word》》`, dots beside the word, the word stays.
    """
    if "《" in text:
        text = _EMPHASIS.sub(r"\1", text)
    if "[[rb:" in text:
        text = _PIXIV.sub(r"\1", text)
    if "|" in text or "｜" in text:
        text = _BARRED.sub(r"\1", _DENDEN.sub(r"\1", text))
    return text if text.isascii() else _READING.sub("", text)


def without_times(text: str) -> str:
    """Return what is said in subtitles or lyrics with times (SRT, VTT, ASS, SBV, LRC); other texts as they are."""
    lines = _LINES.split(text)
    if sum(1 for line in lines if _is_timed(line)) < _FEW:
        return text
    if any(_SPOKEN.match(line) for line in lines):
        said = (spoken[1] for line in lines if (spoken := _SPOKEN.match(line)))
        return "\n".join(_ASS_CODE.sub(" ", each) for each in said)
    return "\n".join(_said(lines))


def without_line_marks(text: str) -> str:
    """Return a text without what its lines begin or end with alike, chords, and lines said twice."""
    every = [line for line in _LINES.split(text) if line.strip()]
    lines, rest = every[:_MOST_LINES], every[_MOST_LINES:]
    if len(lines) <= _FEW:
        return text
    lines = [_MICRO_DVD.sub("", line) for line in _without_chords(lines)]
    lines = _without_ends(_without_ends(_without_speakers(lines), _FIRST), _LAST)
    said = [script[1] if (script := _SCRIPT_LINE.match(line)) else line for line in lines]
    return "\n".join([*_each_once(said), *rest])


def _is_timed(line: str) -> bool:
    return bool(_CUE.match(line) or _TAGGED_TIME.search(line) or _SPOKEN.match(line))


def _said(lines: list[str]) -> Iterator[str]:
    """Yield the lines of subtitles without their times, counters and headings."""
    for before, line, following in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
        is_name = "-->" in following and _CUE.match(following) and (_COUNTER.match(line) or not before.strip())
        if not (is_name or _CUE.match(line) or _HEADING.match(line) or _LRC_TAG.match(line)):
            yield _TAGGED_TIME.sub("", line)


def _without_chords(lines: list[str]) -> list[str]:
    """Drop lines of nothing but chords, and of nothing but a mark like `[Chorus]`, where there are some chords."""
    chords = {line for line in lines if _is_of_chords(line)}
    if not chords and not any(_INLINE_CHORD.search(line) for line in lines):
        return lines
    kept = (line for line in lines if line not in chords and not _MARK_LINE.match(line))
    return [_INLINE_CHORD.sub("", line) for line in kept]


def _is_of_chords(line: str) -> bool:
    words = [word for word in _BETWEEN_CHORDS.split(line[:200]) if word]
    return bool(words) and all(map(_CHORD_WORD.fullmatch, words))


def _without_speakers(lines: list[str]) -> list[str]:
    """Drop the names that lines begin with, where most do and the names are few."""
    named = [match for line in lines if (match := _SPEAKER.match(line))]
    names = {match[1] for match in named}
    if len(named) < _SHARE * len(lines) or len(names) > max(2, len(named) // 3):
        return lines
    return [_SPEAKER.sub("", line, count=1) for line in lines]


def _without_ends(lines: list[str], end: re.Pattern[str]) -> list[str]:
    """Drop the first or last word of the lines again and again, while most have the same or a number there."""
    for _ in range(_ROUNDS):
        found = [end.search(line) for line in lines]
        shapes = Counter(_shape(match) for match in found if match)
        shape, count = shapes.most_common(1)[0] if shapes else ("", 0)
        if count < _SHARE * len(lines):
            break
        lines = [_cut(line, match, shape) for line, match in zip(lines, found, strict=True)]
    return lines


def _shape(end: re.Match[str]) -> str:
    return _DIGITS.sub("0", end[1])


def _cut(line: str, end: re.Match[str] | None, shape: str) -> str:
    if end is None or _shape(end) != shape:
        return line
    return line[: end.start()] if end.start() else line[end.end() :]


def _each_once(lines: list[str]) -> Iterator[str]:
    """Yield lines but those that stand within the last two: captions that roll show each line twice."""
    last: tuple[str, ...] = ()
    for line in lines:
        if line not in last:
            yield line
        last = (*last[-1:], line)


def _values(text: str) -> Iterator[str]:
    """Yield the strings that stand under one name in JSON, joined: segments and words of a transcript."""
    if not text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return
    named: dict[str, list[str]] = {}
    for name, value in _VALUE.findall(text):
        named.setdefault(name, []).append(value)
    joined = ["\n".join(values) for values in named.values() if len(values) > _FEW]
    yield from sorted(joined, key=len, reverse=True)[:2]
