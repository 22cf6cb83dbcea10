"""Tells which registered names a text has in another spelling: as they sound, cut in two, or with a letter wrong.

Names come from scripts that have several ways into Latin letters, and people write them as they heard them:
`Kujo` and `Kuujou`, `Sephiroth` and `Sefiroth`, `Killua` and `Kirua`, `SpongeBob` and `sponge bob`. Words are
compared by a key in which these are one. It says less than the spelling: whoever asks wants a context as well.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import partial, reduce
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
        self._slips: defaultdict[str, set[str]] = defaultdict(set)
        for owner, registered in names:
            for key in _keys(fold(registered)):
                self._by_key[key].setdefault(owner, registered)
                for slip in _without_a_letter(key):
                    self._slips[slip].add(key)

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
        """Return the keys of names that one slip of the pen makes of this one."""
        shorter = _without_a_letter(key)
        near = {slip for slip in shorter if slip in self._by_key} | self._slips.get(key, set())
        return near.union(*(filter(partial(_is_one_slip, key), self._slips.get(slip, ())) for slip in shorter))


def _is_one_slip(one: str, other: str) -> bool:
    """Tell whether of two words of one length one letter differs, or two neighbours stand the other way round."""
    places = [at for at, (first, second) in enumerate(zip(one, other, strict=True)) if first != second]
    return len(places) == 1 or (
        len(places) == 2
        and places[1] == places[0] + 1
        and (one[places[0]], one[places[1]]) == (other[places[1]], other[places[0]])
    )


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


def _without_a_letter(key: str) -> set[str]:
    """Return what a key is without one of its letters; nothing of a short one."""
    if len(key) < _LEAST_WITH_A_SLIP:
        return set()
    return {key[:at] + key[at + 1 :] for at in range(len(key))}
