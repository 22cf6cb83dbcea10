# ruff: noqa: RUF001 - full-width marks are what is looked for
"""What a layout adds to each line: numbers, names of speakers, chords, tags of scripts, translations beside it.

Look-ups alone ask; what an author registers stays as it is. Nothing raises for content; every pattern is linear.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from itertools import chain, islice
from typing import Final

FEW: Final = 3
"""Lines up to which nothing is taken to be a mark of the layout."""

_FIRST: Final = re.compile(
    r"^[\s|│「『\"'(\[（［【<#>*+-]{0,8}([^\s:：.、,;|│)\]】］）>=\"]{1,40})[\s:：.、,;|│)\]】］）>=\"]+"
)
_LAST: Final = re.compile(r"[\s|│,;(\[]([^\s|│,;(\[]{1,40})[\s|│)\]\"]{0,4}$")
_LONGEST_LAST: Final = 48
"""Characters that `_LAST` has at most."""
_DIGITS: Final = re.compile(r"[0-9]+")
_NUMBERS: Final = re.compile(r"(?<![^\W_])(?=[a-f]{0,12}[0-9])[0-9a-f]{7,40}(?![^\W_])|[0-9]+")
"""Numbers, those of names of versions and lines in hexadecimal too."""
_BLANKS: Final = re.compile(r"[ \t]+(?=0)")
_DIGIT: Final = re.compile(r"[0-9]")
_NUMERAL: Final = re.compile(
    r"(?:第?[0-9〇零一二三四五六七八九十百千壱弐参]{1,8}[条項章節番首曲行目]?|[①-⑳⑴-⒛㈠-㈩㊀-㊉❶-❿])\W*"
    r"|(?:[IVXLivxl]{1,7}|[a-zア-ン])[ \t]*[^\w \t]\W*"
)
"""A number in front of a line and what parts them, in the numerals of either language, or the letter of a list.

A letter with no more than a blank behind it is one of a word: words that are sung are timed letter by letter.
"""
_SPEAKER: Final = re.compile(
    r"^[\s>-]{0,6}(?:([^\s:：\n]{1,24})[ \t]{0,2}[:：]"
    r"|[(（\[［【<]([^()（）\[\]［］【】<>\n]{1,24})[)）\]］】>])\s{0,4}"
)
_SCRIPT_LINE: Final = re.compile(r"^[\s]{0,4}[^\s「」『』]{1,16}[\s]{0,4}[「『](.*)[」』]\s{0,4}$")
_CHORD: Final = (
    r"[A-G][#b♯♭]?(?:maj|min|dim|aug|sus|add|m|M|Δ|°|ø|\+)?[0-9]{0,2}"
    r"(?:(?:sus|add|b|#|-|\+)[0-9]{0,2}){0,2}(?:/[A-G][#b♯♭]?)?"
)
_CHORD_WORD: Final = re.compile(rf"{_CHORD}|N\.?C\.?|x[0-9]")
_BEFORE_CHORD: Final = re.compile(r"[\s|/%.:()\[\]-]*[A-GNx]")
_BETWEEN_CHORDS: Final = re.compile(r"[\s|/%.:()\[\]-]+")
_INLINE_CHORD: Final = re.compile(rf"\[{_CHORD}\]")
_OTHER_INLINE_CHORD: Final = re.compile(rf"[(（<{{【]{_CHORD}[)）>}}】]")
_MARK_LINE: Final = re.compile(
    r"^\s{0,8}(?:\[[^\[\]\n]{1,40}\]|【[^【】\n]{1,40}】|\([^()\n]{1,40}\)|（[^（）\n]{1,40}）)\s{0,8}$"
)
_MICRO_DVD: Final = re.compile(
    r"^(?:\{[0-9]{1,9}\}\{[0-9]{0,9}\}|\[[0-9]{1,9}\]\[[0-9]{1,9}\])/?(?:\{[A-Za-z]:[^{}\n]{1,40}\}){0,4}"
)
_MICRO_DVD_CODE: Final = re.compile(r"\{[A-Za-z]:[^{}\n]{1,40}\}")
_PARTING: Final = re.compile("(?:[:：>\\]\t;|,)】○●◎◇◆□■-]+|\u3000+| {2,})[ \t\u3000]{0,4}")
_LONGEST_PREFIX: Final = 64
_SAMPLE: Final = 120
"""Lines by which it is judged what lines begin with alike."""
_NAME: Final = 16
"""Characters of a line that may be nothing but the name of a speaker."""
_NAMED_OFTEN: Final = 0.04
_SUNG: Final = re.compile(r"^[:*FRG] -?[0-9]{1,7} [0-9]{1,5} -?[0-9]{1,3} (.*)$")
"""A syllable in UltraStar, with its beat, length and tone; between lines stands a dash."""

_NO_LETTERS: Final = re.compile(r"[\W_]+")
_NO_LETTERS_OF_ASCII: Final = bytes(octet for octet in range(128) if _NO_LETTERS.match(chr(octet)))
_WORD_TIME: Final = re.compile(r"[<(\[][0-9]{1,9},[0-9]{1,9}(?:,[0-9]{1,9})?[>)\]]")
_TAG: Final = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|\[/?[A-Za-z@][^\[\]\n]{0,80}\]")
_PART_OF_SPEECH: Final = re.compile(r"(?<=\S)[/_][A-Z]{1,5}[$-]?(?=\s|$)")
_PHRASE: Final = re.compile(r"\((?:[A-Z][A-Z0-9$*=-]{0,15}|-[A-Z]{3}-|[,.:])?\s")
_SHARE: Final = 0.6
"""Share of a text's lines that must begin or end alike for that to be a mark of the layout."""

_OFTEN: Final = 0.15
"""Share of a text's lines from which on one that is said again and again is a mark of the layout."""

_ROUNDS: Final = 12
_SHORT: Final = 120
"""Characters of a line, on average, up to which every other line may be a translation."""

_NUMBER: Final = re.compile(
    "^\\s{0,8}(?:[①-⑳⑴-⒛㈠-㈩㊀-㊉❶-❿㉑-㉟㊱-㊿]|[0-9０-９]{1,4}(?=[\u3041-\u30ff\u3400-\u9fff]))\\s{0,4}"
)
"""A number that nothing parts from the line."""
_CJK: Final = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, which end in any of the ways of the three systems."""
    return (text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text).split("\n")


def marked_lines(text: str) -> list[str]:
    """Return the lines of a text that have anything in them."""
    return [line for line in lines_of(text) if line and not line.isspace()]


def without_line_marks(text: str) -> str:
    """Return a text without what its lines begin or end with alike, chords, and lines said twice."""
    lines = marked_lines(text)
    if len(lines) <= FEW:
        return text
    if 2 * len(sung := [match[1] for line in lines if (match := _SUNG.match(line))]) > len(lines):
        return "".join(sung)
    lines = _without_frequent([_without_frames(line) for line in _without_chords(_without_tags(lines))])
    lines = [script[1] if (script := _SCRIPT_LINE.match(line)) else line for line in lines]
    lines = _without_speakers(_without_prefixes(_without_numbers(_without_beginning(lines))))
    return "\n".join(_each_once(_without_ends(_without_ends(lines, _FIRST), _LAST)))


def said_once(text: str) -> str:
    """Return a text whose lines stand there once, of those that are said again or go on one after another."""
    lines = marked_lines(text)
    once = list(_each_once(lines))
    return "\n".join(once) if len(once) < len(lines) else text


def without_grammar(text: str) -> str:
    """Return a text without the part of speech of each word, where most have one: `river/NN`, `(NN river)`."""
    if "(" in text and len(phrases := _PHRASE.findall(text)) > FEW and 4 * len(phrases) > len(text.split()):
        return _PHRASE.sub("", text)
    marked = len(_PART_OF_SPEECH.findall(text))
    return _PART_OF_SPEECH.sub("", text) if marked > FEW and 2 * marked > len(text.split()) else text


def in_turns(text: str) -> Iterator[str]:
    """Yield what may be one of two languages in short lines: every other line, and those of one script."""
    lines = marked_lines(text)
    if len(lines) <= 2 * FEW or len(text) > _SHORT * len(lines):
        return
    japanese = [line for line in lines if _CJK.search(line)]
    if _OFTEN * len(lines) < len(japanese) < (1 - _OFTEN) * len(lines):
        yield "\n".join(japanese)
        yield "\n".join(line for line in lines if not _CJK.search(line))
    yield "\n".join(lines[::2])
    yield "\n".join(lines[1::2])


def _without_frames(line: str) -> str:
    found = _MICRO_DVD.match(line)
    return _MICRO_DVD_CODE.sub("", line[found.end() :]) if found else line


def _without_beginning(lines: list[str]) -> list[str]:
    """Drop what lines begin with alike but for numbers, where there is one among it and no sign behind."""
    sample = [_NUMBERS.sub("0", line[:_LONGEST_PREFIX]) for line in _spread(lines)]
    alike = _alike(sample, _SHARE * len(sample))
    if "0" not in alike or not alike.rstrip("0 "):
        return lines
    written = re.compile(r"[0-9a-f]{1,40}".join(map(re.escape, alike.split("0"))))
    found = [written.match(line) for line in lines]
    return [line[match.end() :] if match else line for line, match in zip(lines, found, strict=True)]


def _alike(texts: Iterable[str], most: float) -> str:
    """Return the longest beginning that more than so many texts have."""
    alike = ""
    while texts := [text for text in texts if len(text) > len(alike)]:
        following, count = Counter(text[: len(alike) + 1] for text in texts).most_common(1)[0]
        if count < most:
            break
        alike, texts = following, [text for text in texts if text.startswith(following)]
    return alike


def _without_tags(lines: list[str]) -> list[str]:
    """Drop tags of pages and of scripts, and the times of single words, where several lines have some."""
    for pattern in (_TAG, _WORD_TIME):
        if sum(1 for line in lines if pattern.search(line)) > max(FEW, _OFTEN * len(lines)):
            lines = [_untagged(line, pattern) for line in lines]
    return lines


def _untagged(line: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda tag: tag[0] if _INLINE_CHORD.fullmatch(tag[0]) else " ", line)


def _without_frequent(lines: list[str]) -> list[str]:
    """Drop short lines that make up a large part of the text, but for their numbers: names, headings of rows."""
    known = {line: _DIGITS.sub("0", line.strip())[:_SHORT] for line in dict.fromkeys(lines)}
    shapes = [known[line] for line in lines]
    often = {
        shape
        for shape, count in Counter(shapes).items()
        if count > max(FEW, (_NAMED_OFTEN if len(shape) <= _NAME else _OFTEN) * len(lines))
    }
    kept = [line for line, shape in zip(lines, shapes, strict=True) if shape not in often]
    return kept if len(kept) > FEW else lines


def _without_chords(lines: list[str]) -> list[str]:
    """Drop lines of nothing but chords, and of nothing but a mark like `[Chorus]`, where there are some chords."""
    chords = set(filter(_is_of_chords, dict.fromkeys(lines)))
    others = sum(1 for line in lines if _OTHER_INLINE_CHORD.search(line)) > FEW
    if not chords and not others and not any(map(_INLINE_CHORD.search, dict.fromkeys(lines))):
        return lines
    kept = (_INLINE_CHORD.sub("", line) for line in lines if line not in chords and not _MARK_LINE.match(line))
    return [_OTHER_INLINE_CHORD.sub("", line) for line in kept] if others else list(kept)


def _is_of_chords(line: str) -> bool:
    if not _BEFORE_CHORD.match(line):
        return False
    words = [word for word in _BETWEEN_CHORDS.split(line[:200]) if word]
    return bool(words) and all(map(_CHORD_WORD.fullmatch, words))


def _without_speakers(lines: list[str]) -> list[str]:
    """Drop the names that lines begin with, where most do and the names are few."""
    if sum(1 for line in _spread(lines) if _SPEAKER.match(line)) < _SHARE / 2 * len(_spread(lines)):
        return lines
    named = [match for line in lines if (match := _SPEAKER.match(line))]
    names = {match[1] or match[2] for match in named}
    if len(named) < _SHARE * len(lines) or len(names) > max(2, len(named) // 3):
        return lines
    return [_SPEAKER.sub("", line, count=1) for line in lines]


def _without_prefixes(lines: list[str]) -> list[str]:
    """Drop what lines begin with alike but for numbers, up to a sign that parts it: `01/02/24, 9:05 PM - BOB:`."""
    looked_at = _spread(lines)  # a preface, or who speaks first, says little of the lines that follow
    sample = [line for line in looked_at if _PARTING.search(line, 0, _LONGEST_PREFIX)]
    if len(sample) < _SHARE * len(looked_at):
        return lines
    first = Counter(shape for line in sample for shape, _ in islice(_prefixes(line), 1))
    few = max(FEW, _NAMED_OFTEN * len(sample))
    if sum(count for count in first.values() if count > few) < _SHARE * len(sample):
        return lines
    return _without_known(lines, few)


def _without_known(lines: list[str], few: float) -> list[str]:
    """Drop from each line its longest beginning that more than a `few` lines have."""
    sample = [list(_prefixes(line)) for line in _spread(lines)]
    shapes = Counter(shape for prefixes in sample for shape, _ in prefixes)
    known = {shape for shape, count in shapes.items() if count > few}
    if not known or sum(map(bool, (_longest(each, known) for each in sample))) < _SHARE * len(sample):
        return lines
    return [line[_longest(_prefixes(line), known) :] for line in lines]


def _prefixes(line: str) -> Iterator[tuple[str, int]]:
    """Yield the beginnings of a line, their digits as zeros, and where each ends."""
    has_number = _DIGIT.search(line, 0, _LONGEST_PREFIX) is not None
    for sign in _PARTING.finditer(line, 0, _LONGEST_PREFIX):
        if not has_number:
            yield line[: sign.end()], sign.end()
            continue
        yield _BLANKS.sub(" ", _NUMBERS.sub("0", line[: sign.end()])), sign.end()


def _longest(prefixes: Iterable[tuple[str, int]], known: Container[str]) -> int:
    return max((end for shape, end in prefixes if shape in known), default=0)


def _without_numbers(lines: list[str]) -> list[str]:
    """Drop numbers that nothing parts from their lines, where most lines begin with one."""
    if not any(map(_NUMBER.match, _spread(lines))):
        return lines
    numbered = sum(1 for line in lines if _NUMBER.match(line))
    return [_NUMBER.sub("", line) for line in lines] if numbered >= _SHARE * len(lines) else lines


def _spread(lines: list[str]) -> list[str]:
    """Return lines from all over a text, which tell whether it is worth while to look at every line."""
    return lines[:: max(len(lines) // _SAMPLE, 1)]


def _without_ends(lines: list[str], end: re.Pattern[str]) -> list[str]:
    """Drop the first or last word of the lines again and again, while most have the same or a number there."""
    for _ in range(_ROUNDS):
        sample = [match for line in _spread(lines) if (match := _end_of(line, end))]
        likely = Counter(map(_shape, sample)).most_common(1)
        if not likely or likely[0][1] < _SHARE / 2 * len(_spread(lines)):
            break
        found = [_end_of(line, end) for line in lines]
        known: dict[str, str] = {}
        shapes = [_known_shape(match, known) if match else None for match in found]
        shape, count = Counter(filter(None, shapes)).most_common(1)[0] if any(shapes) else ("", 0)
        if count < _SHARE * len(lines):
            break
        lines = [
            _cut(line, match) if match and each == shape else line
            for line, match, each in zip(lines, found, shapes, strict=True)
        ]
    return lines


def _end_of(line: str, end: re.Pattern[str]) -> re.Match[str] | None:
    """Return the word at an end of a line; of a last one is known where it may begin."""
    return end.search(line, max(len(line) - _LONGEST_LAST, 0)) if end is _LAST else end.match(line)


def _shape(end: re.Match[str]) -> str:
    if end.re is _FIRST and _NUMERAL.fullmatch(end.string, end.start(1), end.end()):
        return "0"
    return _NUMBERS.sub("0", end[1])


def _known_shape(end: re.Match[str], known: dict[str, str]) -> str:
    """Return `_shape` of a word, found once for each: lines that are short begin and end alike."""
    word = end.string[end.start(1) : end.end()]
    shape = known.get(word)
    if shape is None:
        shape = known[word] = _shape(end)
    return shape


def _cut(line: str, end: re.Match[str]) -> str:
    return line[: end.start()] if end.start() else line[end.end() :]


def _letters(line: str) -> str:
    if line.isascii():
        return line.encode().translate(None, _NO_LETTERS_OF_ASCII).decode()
    return _NO_LETTERS.sub("", line)


def _each_once(lines: list[str]) -> Iterator[str]:
    """Yield lines but those that stand within the last three, or that the next one goes on with.

    Captions that roll show each line two or three times, and those that grow each beginning of one.
    """
    last: tuple[str, ...] = ()
    letters = list(map(_letters, lines))
    for line, said, following in zip(lines, letters, chain(letters[1:], [""]), strict=False):
        if said not in last and not (said and following.startswith(said) and following != said):
            yield line
        last = (*last[-2:], said)
