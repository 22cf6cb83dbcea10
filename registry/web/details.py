"""What the domain says, in the language of the page.

The domain says in English why it refuses something, with the values in the sentence, for programs and logs. A
page in another language finds the sentence in its catalogue by its shape: `expected at most %(most)s characters`
is what `expected at most 2000 characters` was made from. A sentence without a shape stays as it is.
"""

import re
from dataclasses import dataclass
from functools import cache

from registry.web import i18n

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class _Shape:
    """A sentence of the domain as a pattern, and its translation."""

    pattern: re.Pattern[str]
    translation: str


def detail_words(detail: str) -> str:
    """Return what the domain said, in the language of the page."""
    return _translate(detail, _shapes(i18n.language()))


def _translate(detail: str, shapes: tuple[_Shape, ...], depth: int = 2) -> str:
    """Return a sentence translated, and a value in it that is a sentence itself, as `depth` allows."""
    found = ((shape, shape.pattern.fullmatch(detail)) for shape in shapes if depth)
    for shape, match in found:
        if match is not None:
            values = match.groupdict()
            return shape.translation % {name: _translate(values[name], shapes, depth - 1) for name in values}
    return detail


@cache
def _shapes(language: str) -> tuple[_Shape, ...]:
    """Return every shape of a language, those that say most first, so that the closest one is taken."""
    messages = [each for each in i18n.catalogue(language) if each.context == i18n.DETAIL and each.string]
    messages.sort(key=lambda message: -len(_PLACEHOLDER.sub("", str(message.id))))
    return tuple(_Shape(_pattern(str(message.id)), str(message.string)) for message in messages)


def _pattern(sentence: str) -> re.Pattern[str]:
    """Return what matches a sentence with its values, without trying anything twice."""
    said = _PLACEHOLDER.split(sentence.replace("%%", "%"))
    texts, names = said[::2], said[1::2]
    pattern = re.escape(texts[0])
    for name, text in zip(names[:-1], texts[1:-1], strict=True):
        pattern += f"(?>(?P<{name}>.*?){re.escape(text)})"
    if names:
        pattern += f"(?P<{names[-1]}>.*){re.escape(texts[-1])}"
    return re.compile(pattern, re.DOTALL)
