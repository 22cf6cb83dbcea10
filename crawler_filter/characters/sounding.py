"""Tells which registered names a text has in another spelling: as they sound, cut in two, or with a letter wrong.

Names come from scripts that have several ways into Latin letters, and people write them as they heard them:
`Kujo` and `Kuujou`, `Sephiroth` and `Sefiroth`, `Killua` and `Kirua`, `SpongeBob` and `sponge bob`. Words are
compared by a key in which these are one. It says less than the spelling: whoever asks wants a context as well.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Final, NamedTuple

from crawler_filter.formats.name_folding import fold

LEAST_LETTERS: Final = 6
"""Letters of a name, and of its key less one, from which on others hardly sound like it."""

_LEAST_WITH_A_SLIP: Final = 7
_MOST_WORDS: Final = 4
_LATIN: Final = re.compile(r"[a-z ]+")
_SOUNDS: Final = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"ph", "f"),
        (r"t(?=ch)", ""),
        (r"ck|q|c(?![hei])", "k"),
        (r"ou|oo|oh(?![aeiou])|wo", "o"),
        (r"uu", "u"),
        (r"[iey]y|ie|y", "i"),
        (r"m(?=[pb])", "n"),
        (r"l", "r"),
        (r"v", "b"),
        (r"(.)\1+", r"\1"),
    )
)


class Sounded(NamedTuple):
    """A name that a text has in another spelling: whose, as registered and as written; whether it sounds alike."""

    owner: int
    registered: str
    written: str
    alike: bool


class Sounds:
    """Names of owners, ready to be found by their sound."""

    def __init__(self, names: Iterable[tuple[int, str]]) -> None:
        self._by_key: defaultdict[str, dict[int, str]] = defaultdict(dict)
        self._by_half: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
        for owner, registered in names:
            for key in _keys(fold(registered)):
                if key not in self._by_key and len(key) >= LEAST_LETTERS:
                    for half in _halves(key, len(key)):
                        self._by_half[half].append(key)
                self._by_key[key].setdefault(owner, registered)

    def find(self, folded: str) -> Iterator[Sounded]:
        """Yield what a folded text has of the names, each spelling of it once."""
        for written, key in dict.fromkeys(_runs(folded)):
            alike = self._by_key.get(key, {})
            for owner, registered in alike.items():
                yield Sounded(owner, registered, written, alike=True)
            for near in sorted(self._near(key)) if len(written) >= _LEAST_WITH_A_SLIP else ():
                for owner, registered in self._by_key[near].items():
                    if owner not in alike:
                        yield Sounded(owner, registered, written, alike=False)

    def _near(self, key: str) -> set[str]:
        """Return the keys of names that one slip of the pen makes of this one.

        A slip leaves one half of a name as it is, unless it swaps the letters where the halves meet.
        """
        middle = len(key) // 2
        swapped = key[: middle - 1] + key[middle] + key[middle - 1] + key[middle + 1 :]
        halves = (half for length in range(len(key) - 1, len(key) + 2) for half in _halves(key, length))
        near = (other for half in halves for other in self._by_half.get(half, ()) if _is_one_slip(key, other))
        return {*near, *({swapped} & self._by_key.keys())}


def _halves(key: str, length: int) -> tuple[tuple[int, str], tuple[int, str]]:
    """Return the halves that a name of some length would have if it began, and if it ended, as this key."""
    half = length // 2
    return (length, "^" + key[:half]), (length, key[half - length :] + "$")


def _is_one_slip(one: str, other: str) -> bool:
    """Tell whether a letter is wrong, missing or too many, or two neighbours stand the other way round."""
    short, long = sorted((one, other), key=len)
    start = next(
        (at for at, (first, second) in enumerate(zip(short, long, strict=False)) if first != second), None
    )
    if start is None or len(short) < len(long):
        return start is None or short[start:] == long[start + 1 :]
    swapped = short[start + 1 : start + 2] + short[start]
    return short[start + 1 :] == long[start + 1 :] or swapped + short[start + 2 :] == long[start:]


def sound(text: str) -> str:
    """Return the key of each word of a folded text: the same for what sounds alike."""
    for pattern, instead in _SOUNDS:
        text = pattern.sub(instead, text)
    return text


def _keys(folded: str) -> set[str]:
    """Return the keys of a folded name, of a person's two names in either order."""
    words = sound(folded).split(" ")
    if not _LATIN.fullmatch(folded):
        return set()
    orders = (words, words[::-1]) if len(words) == 2 else (words,)
    return {key for order in orders if len(key := reduce(_joined, order)) >= LEAST_LETTERS - 1}


def _joined(one: str, other: str) -> str:
    """Return the key of two words that are written as one: a letter on both sides of the gap is one letter."""
    return one + (other[1:] if other.startswith(one[-1]) else other)


def _runs(folded: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a folded text, alone and up to four in a row, that may be a name; each with its key."""
    words = list(zip(folded.split(" "), sound(folded).split(" "), strict=True))
    for start in range(len(words)):
        written = key = ""
        for word, sounded in words[start : start + _MOST_WORDS]:
            if not _LATIN.fullmatch(word):
                break
            written, key = (f"{written} {word}", _joined(key, sounded)) if written else (word, sounded)
            if len(key) >= LEAST_LETTERS - 1 and len(written) >= LEAST_LETTERS:
                yield written, key
