"""Tells which registered character a text names: by a name that says enough, or by one in a context.

A name that is short, or made of common words, needs one of these: another name of the same sheet (its series, a
co-star); something that the sheet says of the character's looks; that no ordinary caption has the word; capitals;
or a word beside it such as `anime`, `cosplay` or `in the style of`. A first or last name that no ordinary caption
has counts too, unless it is part of somebody else's. What sounds like a name counts if its words are as rare; with
a letter wrong, it needs a word beside it, or something of the looks.
"""

import re
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from crawler_filter.characters.rarity import bits
from crawler_filter.characters.sounding import Sounded, Sounds
from crawler_filter.characters.words import terms
from crawler_filter.formats.common_words import common_words
from crawler_filter.formats.name_folding import fold
from crawler_filter.formats.names import MAX_CAPTION, Name, NameIndex, NameKind, NameMatch

_FRAME: Final = re.compile(
    r"\b(?:anime|manga|cosplay|cosplaying|fan ?art|fan fiction|game|character|protagonist|style of|styled? like|"
    r"looks? like|dressed (?:up )?as|dressed like|figure of|1girl|1boy|episode|season)\b"
    r"|アニメ|漫画|マンガ|キャラ|コスプレ|主人公|二次創作|ファンアート|風の|みたいな|そっくり|の絵|のイラスト"
    r"|動漫|動画|挿画|同人|角色|二次元|애니|만화|일러스트|캐릭터|팬아트|코스프레|주인공"
)
_FRAME_REACH: Final = 40
"""Characters between which a word makes a name of another."""
_LATIN: Final = re.compile(r"[a-z]{4,}")
_WORD: Final = re.compile(r"[a-z]+")
_ENOUGH_WORDS: Final = 6
"""Words of a text from which on their language is known."""
_THREE: Final = re.compile(r"[a-z]{3}")
_KATAKANA: Final = re.compile(r"[ァ-ヴー]{3,}")
_KANJI: Final = re.compile(r"[\u3400-\u9fff]{3,}")
_HANGUL: Final = re.compile(r"[\uac00-\ud7a3]{3,}")
_PART: Final = re.compile(r"[A-Za-z\u00c0-\u024f]{4,}|[ァ-ヴー]{3,}")
_RARE: Final = 13
_LONG: Final = 12
"""Letters and blanks of several common words that sound like a name, from which on they are no accident."""
_LONG_WITH_A_SLIP: Final = 8
"""Letters and blanks of a rare word with a letter wrong from which on it is no accident."""
_POSSESSIVE: Final = re.compile("['\u2019]s$")
_SMALL_WORDS: Final = frozenset({"and", "from", "in", "no", "of", "the", "to"})


class Named(NamedTuple):
    """A character that a text names: the sheet's number, the registered spelling, whether it says enough alone."""

    sheet: int
    registered: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one sheet: spellings of the character, of its series, and of each co-star."""

    character: tuple[str, ...]
    series: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()


class CharacterNames:
    """The names of all sheets, ready to be found. A sheet is known by its place. Needs the extra `names`."""

    def __init__(self, sheets: Sequence[Names]) -> None:
        self._parts = [frozenset(map(fold, _parts(sheet.character))) for sheet in sheets]
        self._own = {
            Name(number, NameKind.CHARACTER, (*sheet.character, *_parts(sheet.character)))
            for number, sheet in enumerate(sheets)
        }
        self._index = NameIndex([*self._own, *_company(sheets)])
        self._spelled = {(name.owner, fold(spelling)) for name in self._own for spelling in name.spellings}
        self._sounds = Sounds((name.owner, spelling) for name in self._own for spelling in name.spellings)

    def find(self, text: str, shown: Callable[[int], bool] = lambda _: False) -> list[Named]:
        """Return the characters that a text names, in the order of the text.

        `shown` tells of a sheet's number whether the text says something of the character's looks.
        """
        context = _Context(text[:MAX_CAPTION])

        def makes_a_name_of(name: Name, spelling: str) -> bool:
            if name not in self._own:
                return False
            is_part = spelling in self._parts[name.owner]
            return shown(name.owner) or context.makes_a_name_of(spelling, is_part=is_part)

        found = self._index.find(text, makes_a_name_of)
        named = {
            match.name.owner: Named(match.name.owner, match.registered, match.alone)
            for match in found
            if match.name in self._own and not self._is_of_another(match, found, context)
        }
        company = {match.name.owner for match in found}
        for other in self._sounds.find(context.folded):
            if other.owner not in named and self._means(other, company, context, shown):
                named[other.owner] = Named(other.owner, other.registered, alone=False)
        return list(named.values())

    def _is_of_another(self, match: NameMatch, found: Iterable[NameMatch], context: "_Context") -> bool:
        """Tell whether a long first or last name, which says enough by itself, is another person's here."""
        spelling, owner = match.spelling, match.name.owner
        if not match.alone or spelling not in self._parts[owner] or context.is_said_of_nobody_else(spelling):
            return False
        company = (other for other in found if other.name.owner == owner and spelling not in other.spelling)
        return not context.is_framed(spelling) and not any(company)

    def _means(
        self, other: Sounded, company: Container[int], context: "_Context", shown: Callable[[int], bool]
    ) -> bool:
        """Tell whether another spelling is meant for the name."""
        if (other.owner, other.written) in self._spelled or not context.is_said_of_nobody_else(other.written):
            return False
        if context.is_foreign and other.owner not in company:
            return context.is_framed(other.written)
        rare = any(map(_is_rare, other.written.split(" ")))
        if other.alike:
            return rare or len(other.written) >= _LONG
        if rare and (len(other.written) >= _LONG_WITH_A_SLIP or shown(other.owner)):
            return True
        return (rare or " " in other.written) and context.is_framed(other.written)


def _parts(spellings: Iterable[str]) -> tuple[str, ...]:
    """Return the first and last names of names that are of such words alone as no ordinary caption has."""
    whole = {fold(spelling) for spelling in spellings}
    split = (re.split(r"[\s\u30fb=\uff1d]+", spelling) for spelling in spellings)
    parts = (part for words in split if all(map(_may_be_a_part, words)) for part in words)
    return tuple(dict.fromkeys(part for part in parts if fold(part) not in whole))


def _may_be_a_part(word: str) -> bool:
    return _PART.fullmatch(word) is not None and _is_rare(fold(word))


def _company(sheets: Iterable[Names]) -> Iterable[Name]:
    for number, sheet in enumerate(sheets):
        if sheet.series:
            yield Name(number, NameKind.SERIES, (*sheet.series, *_rare_words(sheet.series)))
        for other in sheet.others:
            words = _rare_words(other)
            is_kin = not set(map(fold, words)).isdisjoint(map(fold, _rare_words(sheet.character)))
            yield Name(number, NameKind.TITLE, other if is_kin else (*other, *words))


def _rare_words(spellings: Iterable[str]) -> tuple[str, ...]:
    """Return the words of names that no ordinary caption has."""
    words = (_POSSESSIVE.sub("", word) for spelling in spellings for word in re.split(r"[\s:\u30fb]+", spelling))
    return tuple(dict.fromkeys(word for word in words if _may_be_a_part(word)))


class _Context:
    def __init__(self, text: str) -> None:
        self._text = text
        self.folded = fold(text)

    @cached_property
    def is_foreign(self) -> bool:
        """Tell whether most words are unknown: then it says nothing that a word is rare in English."""
        words = [word for word in self.folded.split(" ") if _WORD.fullmatch(word)]
        return len(words) >= _ENOUGH_WORDS and 2 * sum(map(_is_unseen, words)) > len(words)

    def makes_a_name_of(self, spelling: str, *, is_part: bool) -> bool:
        """Tell whether a folded spelling, which is in the text, is a name there."""
        if is_part and self._is_of_another(spelling):
            return False
        return _is_rare(spelling) or self.is_framed(spelling) or self._is_capital(spelling)

    def is_said_of_nobody_else(self, written: str) -> bool:
        """Tell whether a word, if it is one, is not another person's first or last name."""
        return " " in written or not self._is_of_another(written)

    def is_framed(self, spelling: str) -> bool:
        """Tell whether a word near a folded spelling says that it is a name of a character."""
        start = self.folded.find(spelling)
        end = start + len(spelling)
        around = self.folded[max(0, start - _FRAME_REACH) : end + _FRAME_REACH].replace(spelling, " ")
        return start >= 0 and _FRAME.search(around) is not None

    def _is_capital(self, spelling: str) -> bool:
        """Tell whether its words have capitals in a text that does not write every word so.

        One word must stand within a sentence, where a capital means something, or be three letters and no word.
        """
        words = spelling.split(" ")
        written = r"\W+".join(re.escape(word if word in _SMALL_WORDS else word.title()) for word in words)
        anywhere = len(words) > 1 or (_THREE.fullmatch(spelling) is not None and _is_unseen(spelling))
        before = r"\b" if anywhere else r"[a-z0-9,)\]] +"
        capitals, others = (len(re.findall(rf"\b[{letters}]\w*", self._text)) for letters in ("A-Z", "a-z"))
        behind = r"(?! [A-Z])" if len(words) == 1 else ""  # San Francisco is not San
        return others >= 2 * capitals and re.search(rf"{before}{written}\b{behind}", self._text) is not None

    def _is_of_another(self, part: str) -> bool:
        """Tell whether a first or last name stands beside another word with a capital: it is another person's."""
        name = re.escape(part.title())
        beside = re.search(rf"\b[A-Z][a-z]+ {name}\b|\b{name} [A-Z][a-z]+", self._text)
        return beside is not None


def _is_rare(spelling: str) -> bool:
    """Tell whether no ordinary caption or prose has the word, and it is long enough not to be one by chance."""
    if _LATIN.fullmatch(spelling):
        return _is_unseen(spelling)
    return any(script.fullmatch(spelling) for script in (_KATAKANA, _KANJI, _HANGUL))


def _is_unseen(word: str) -> bool:
    concepts = {term.concept for term in terms(word)}
    return word not in common_words() and all(
        concept.startswith("=") and bits(concept) >= _RARE for concept in concepts
    )
