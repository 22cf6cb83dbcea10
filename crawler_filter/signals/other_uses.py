"""Answers of an ai.txt that are certainly about another use than AI: `use: search`, and then `permission: no`.

They refuse AI nothing. Where something beside them may name a use of AI, or another order may be meant, nothing is
certain, and they count as they stand.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any, Final

from crawler_filter.signals import nested_answers
from crawler_filter.signals.nested_answers import ANSWERS, MAX_OBJECTS, OTHER_USES, USES, WITHOUT_USE
from crawler_filter.signals.refusing_words import letters
from crawler_filter.signals.safe_json import stated

_WORDS: Final = USES | ANSWERS | WITHOUT_USE
_NO_LETTERS: Final = re.compile("[^a-z]+")
_SPEAKS_OF_AI: Final = re.compile(
    r"(?<![A-Za-z])(?:train|ai(?![A-Za-z])|gen[ -]?ai|llm|gpt|ml(?![A-Za-z])|machine|mining|tdm|model|learn)"
    r"|人工知能|機械学習|学習|生成|訓練",
    re.IGNORECASE,
)


def numbers_of_other_uses(lines: Iterable[str]) -> set[int]:
    """Return the numbers of the lines whose answers are about a use that has nothing to do with AI.

    What stands behind an empty line is not about what stands before it.
    """
    found: set[int] = set()
    for has_text, block in groupby(enumerate(lines, 1), key=lambda numbered: bool(numbered[1].strip())):
        numbers, texts = zip(*block, strict=True)
        found.update(numbers[number - 1] for number in (_certain(texts) if has_text else ()))
    return found


def values_of_other_uses(document: object) -> set[str]:
    """Return the values, by their letters, that answers in a document of JSON have for other uses alone.

    What one such answer says of another use, and another answer of anything else, is not among them.
    """
    nodes = list(islice(nested_answers.objects(document), MAX_OBJECTS))
    outer = {
        id(inner): _is_other(name) for node in nodes for name, inner in node.items() if isinstance(inner, dict)
    }
    said: dict[bool, set[str]] = {True: set(), False: set()}
    for node in nodes:
        is_other = _is_of_other_uses(node, is_below_one=outer.get(id(node), False))
        for name in node:
            if _NO_LETTERS.sub("", name.lower()) in WITHOUT_USE:
                said[is_other].update(letters(f"{value}") for value in stated(node, name))
    return said[True] - said[False]


def _is_of_other_uses(node: Mapping[str, Any], *, is_below_one: bool) -> bool:
    """Tell whether every use that an object names is another one, and one of them is named, or stands above it."""
    uses = [use for name in node if name.lower() in USES for use in stated(node, name)]
    return bool(uses or is_below_one) and all(isinstance(use, str) and _is_other(use) for use in uses)


def _certain(lines: Sequence[str]) -> Iterator[int]:
    """Yield the numbers of the answers of one block that are certainly about other uses."""
    answers: dict[int, list[nested_answers.Answer]] = {}
    for answer in nested_answers.in_lines(lines):
        answers.setdefault(answer.number, []).append(answer)
    doubtful = set(_doubtful(lines))
    for number, said in answers.items():
        if number not in doubtful and all(answer.is_about_another_use() for answer in said):
            yield number


def _doubtful(lines: Sequence[str]) -> Iterator[int]:
    """Yield the numbers of lines that speak of AI or stand below what does, and of answers to no certain use."""
    named = [name for name, _ in map(_named, lines) if name in _WORDS]
    names_uses, is_reversed = bool(USES.intersection(named)), bool(named) and named[0] not in USES
    uses, answered, above, depth = set[str](), set[str](), "", 0
    for number, line in enumerate(lines, 1):
        name, value = _named(line)
        if line.lstrip().startswith(("-", "[")) or not value:  # another item, section, name or remark
            uses, answered = set(), set()
        if name in USES:
            uses = set() if answered else uses
            uses.add("" if _SPEAKS_OF_AI.search(line) else value.partition(" #")[0])
            answered, depth = set(), _depth(line)
        elif name in _WORDS:
            is_one = bool(uses) and all(map(_is_other, uses)) and name not in answered and _depth(line) == depth
            is_certain = not names_uses or (is_one and not is_reversed)
            if not is_certain or _SPEAKS_OF_AI.search(line) or _may_be_head(above, line):
                yield number
            answered.add(name)
        above = line


def _may_be_head(above: str, line: str) -> bool:
    """Tell whether the line above an answer may say that it is about AI, or about a name that is not indented."""
    name, value = _named(above)
    if name and not value:
        return not _is_other(name) or bool(_SPEAKS_OF_AI.search(above))
    return not name and not above.lstrip().startswith("[") and bool(_SPEAKS_OF_AI.search(above + line))


def _depth(line: str) -> int:
    """Return the column at which the name of a line begins, behind the sign of an item."""
    return len(line) - len(line.lstrip("- \t"))


def _named(line: str) -> tuple[str, str]:
    """Return the name in small letters and the value that a line is; no name where it is none."""
    found = nested_answers.NAMED.fullmatch(line.rstrip())
    return (found[2].lower(), found[3].strip("\"' ,")) if found else ("", "")


def _is_other(use: str) -> bool:
    return use.isascii() and letters(use) in OTHER_USES
