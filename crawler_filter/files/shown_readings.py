"""Readings of kanji in a notation that the text itself shows, whatever it is.

Each engine of games, each wiki and each converter has a notation of its own. All have in common that the same
signs stand between kanji and kana again and again: `{漢字/かんじ}`, `<r=かんじ>漢字</r>`. Look-ups alone ask;
nothing raises for content, and every pattern is linear in the text.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

_FEW: Final = 3
"""Places up to which signs between kanji and kana are taken to be no notation."""

_MOST_NOTATIONS: Final = 3
_LONGEST: Final = 120
"""Letters of the signs that open, part or close."""

_ASKED: Final = 500
"""Places, spread over the text, that are asked which signs open and close a notation."""

_AGREED: Final = 0.8
"""Share of its places that have a sign for it to be one of a notation."""

_KANJI: Final = "\u3005-\u3007\u303b\u3400-\u9fff\uf900-\ufaff"
_KANA: Final = "\u3041-\u3096\u30a1-\u30f6\u30fc\uff66-\uff9f"
_SIGNS: Final = f"[^{_KANJI}{_KANA}\n]{{1,{_LONGEST}}}"
_WORD: Final = f"([{_KANJI}](?<![{_KANJI}]{{2}})[{_KANJI}]{{0,39}}+)"
_READING: Final = f"([{_KANA}\u30fb](?<![{_KANA}\u30fb]{{2}})[{_KANA}\u30fb]{{0,39}}+)"
_WORD_FIRST: Final = re.compile(f"{_WORD}(?=({_SIGNS}){_READING}(?![{_KANJI}]))")
_READING_FIRST: Final = re.compile(f"{_READING}(?=({_SIGNS}){_WORD})")
_OF_SENTENCES: Final = re.compile(
    "[\\s\u3000-\u3003\u3008-\u3011\u2026\u2014\u2015\u30fb\uff01\uff0c\uff0e\uff1f.,!?-]*"
)
"""What stands between two words of any text."""

_OF_READINGS: Final = re.compile(f"[{_KANA}\u30fb \u3000]+")
_ANY_WORD: Final = re.compile(f"[{_KANJI}]")
_LINES_OF_READINGS: Final = 0.15
"""Share of the lines of a text that stand above words and are nothing but kana, for them to be readings."""

_OF_WORDS: Final = re.compile(f"[{_KANJI}{_KANA}\n]")


def without_shown_readings(text: str) -> Iterator[str]:
    """Yield a text without the readings of its kanji, once for each order of the two that it shows."""
    if text.isascii():
        return
    for pattern in (_WORD_FIRST, _READING_FIRST):
        said = text
        for signs in _notations(pattern, text):
            said = _without(said, pattern, signs)
        if said != text:
            yield said


def without_reading_lines(text: str) -> str:
    """Return a text without lines of nothing but kana above one with kanji, as plain text has readings."""
    if text.isascii():
        return text
    lines = text.split("\n")
    above = [
        bool(_ANY_WORD.search(following)) and _OF_READINGS.fullmatch(line) is not None
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
    ]
    if sum(above) <= max(_FEW, _LINES_OF_READINGS * len(lines)):
        return text
    return "\n".join(line for line, is_reading in zip(lines, above, strict=True) if not is_reading)


def _notations(pattern: re.Pattern[str], text: str) -> list[str]:
    """Return the signs that stand most often between kanji and kana."""
    count = Counter(match[2] for match in pattern.finditer(text))
    return [signs for signs, times in count.most_common(_MOST_NOTATIONS) if times > _FEW]


def _without(text: str, pattern: re.Pattern[str], signs: str) -> str:
    """Drop the readings that `signs` part from their words, with what stands before and behind both."""
    places = [match for match in pattern.finditer(text) if match[2] == signs]
    if not places:
        return text  # what was read before took them away
    sample = places[:: -(-len(places) // _ASKED)]
    before = [text[max(place.start() - _LONGEST, 0) : place.start()][::-1] for place in sample]
    opening = _agreed(before)[::-1]
    closing = _agreed([text[place.end(3) : place.end(3) + _LONGEST] for place in sample])
    if _OF_SENTENCES.fullmatch(opening + signs + closing):
        return text
    first, parting, last = map(re.escape, (opening, signs, closing))
    reading = f"[{_KANA}\u30fb]{{1,40}}"
    if pattern is _WORD_FIRST:
        word = f"([^\n{re.escape(signs[0])}{re.escape(opening[:1])}]{{1,40}})" if opening else ""
        return re.sub(f"{first}{word}(?<=[{_KANJI}]){parting}{reading}{last}", r"\1" if opening else "", text)
    word = f"([^\n{re.escape(closing[0])}]{{1,40}})" if closing else f"([{_KANJI}])"
    return re.sub(f"{first}{reading}{parting}{word}{last}", r"\1", text) if opening else text


def _agreed(ends: Sequence[str]) -> str:
    """Return what nearly all texts begin with, up to the first letter of Japanese or the end of a line."""
    agreed = ""
    while len(agreed) < _LONGEST:
        following = Counter(end[len(agreed)] for end in ends if len(end) > len(agreed) and end.startswith(agreed))
        letter, times = following.most_common(1)[0] if following else ("", 0)
        if not letter or times < _AGREED * len(ends) or _OF_WORDS.match(letter):
            break
        agreed += letter
    return agreed
