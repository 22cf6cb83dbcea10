"""Answers that stand below the name that they are about: `training:`, and in the next line `allowed: false`.

People write them in YAML, in sections of an INI file, in JSON and in tables, and mean one name with one value.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from crawler_filter.errors import Sentence
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.invented_names import is_about_ai, refused
from crawler_filter.signals.refusing_words import letters
from crawler_filter.signals.safe_json import Several, UnreadableJsonError, stated

MAX_OBJECTS: Final = 2_000
"""Objects of one JSON document that are gone through."""

_TOO_MANY: Final = Sentence("more than %(most)s objects", most=MAX_OBJECTS)

_SECTION: Final = re.compile(r"\[{1,2}\s*([A-Za-z][\w .-]{0,39}?)\s*\]{1,2}\s*(?:#.*)?")
NAMED: Final = re.compile(r"([ \t]*)(?:-\s{1,40})?[\"']?([A-Za-z][\w .-]{0,39}?)[\"']?\s{0,40}[:=]\s*([^\n]*)")
_NAME: Final = re.compile(r"[A-Za-z][\w .-]{0,39}")
_REMARK: Final = re.compile(r"(?:^|\s)#.*")
_LONGEST: Final = 80
"""Characters of an answer, with its name; who writes more explains."""
_MOST_INLINE: Final = 16
"""Answers of one object of YAML in a line."""
_AROUND: Final = "\"' ,"
_AROUND_CELL: Final = " \t*_`"
USES: Final = frozenset({"use", "usage", "purpose", "action", "activity", "category"})
ANSWERS: Final = frozenset({"allow", "allowed", "permitted", "permission", "status", "value"})
WITHOUT_USE: Final = frozenset({"permission", "permissions", "policy"})
"""Names of answers that are about AI in a file about AI, unless another use stands beside or above them."""
OTHER_USES: Final = frozenset(
    (
        *(
            "search",
            "searchindexing",
            "searchindex",
            "searchengine",
            "searchengines",
            "index",
            "indexing",
            "display",
        ),
        *("cache", "caching", "archive", "archiving", "snippet", "snippets", "preview", "previews", "translation"),
        *("citation", "citations", "quotation", "quotations", "linking", "hotlinking", "print", "printing"),
    )
)
"""Uses by their letters that are none of AI."""


class Answer(NamedTuple):
    """The pair `name: value` that stands below `outer`, in the line `number`, 0 where there are no lines."""

    number: int
    outer: str
    name: str
    value: str

    def refuses(self, *, in_file_about_ai: bool = False) -> Mapping[Usage, Preference]:
        """Return what the answer refuses, nothing where neither name is known."""
        said = refused(f"{self.outer} {self.name}", self.value, is_about_ai=in_file_about_ai)
        if self.is_about_another_use():
            return {}
        if said or not (in_file_about_ai or is_about_ai(self.outer)):
            return said
        return refused(self.name, self.value, is_about_ai=True)

    def is_about_another_use(self) -> bool:
        """Tell whether it is nothing but an answer, about a use that has nothing to do with AI."""
        return letters(self.outer) in OTHER_USES and self.name.lower() in {*ANSWERS, *WITHOUT_USE}


def in_json(document: object) -> Iterator[Answer]:
    """Yield the answers in a parsed document of JSON, and those of a list of rules: `{"use": …, "allow": …}`.

    Every value counts of a name that an object has several times. Raises UnreadableJsonError after MAX_OBJECTS.
    """
    for number, node in enumerate(objects(document)):
        if number == MAX_OBJECTS:
            raise UnreadableJsonError(_TOO_MANY)
        for outer in node:
            for inner in (value for value in stated(node, outer) if isinstance(value, dict)):
                yield from (Answer(0, outer, name, value) for name in inner for value in _plain(inner, name))
        for use in (use for name in USES for use in _plain(node, name)):
            yield from (Answer(0, use, "allowed", value) for name in ANSWERS for value in _plain(node, name))


def in_lines(lines: Iterable[str]) -> Iterator[Answer]:
    """Yield the answers in lines: below a section, indented below a name, and in a row of a table."""
    section, outer, depth, use = "", "", 0, ""
    for number, line in enumerate(lines, 1):
        if row := _row(line):
            yield Answer(number, row[0], "allowed", row[1])
        elif head := _SECTION.fullmatch(line.strip()):
            section, outer = head[1], ""
        elif found := NAMED.fullmatch(line.rstrip()):
            value = _REMARK.sub("", found[3])
            yield from _in_line(number, found[2], value.strip())
            value = value.strip(_AROUND)
            if found[2].lower() in USES:
                use = value
            elif use and found[2].lower() in ANSWERS:
                yield Answer(number, use, "allowed", value)
            if not value:
                outer, depth = found[2], len(found[1])
            elif outer and len(found[1]) > depth:
                yield Answer(number, outer, found[2], value)
            elif section:
                outer = ""
                yield Answer(number, section, found[2], value)
            else:
                outer = ""


def _row(line: str) -> tuple[str, str] | None:
    """Return the first two cells of a row of a table, where they may be a name and its answer."""
    before, *cells = (cell.strip(_AROUND_CELL) for cell in line.split("|", 3))
    is_row = len(cells) == 3 and not before and _NAME.fullmatch(cells[0]) and 0 < len(cells[1]) <= _LONGEST
    return (cells[0], cells[1]) if is_row else None


def _in_line(number: int, outer: str, value: str) -> Iterator[Answer]:
    """Yield the answers of an object of YAML that is the value of a name, if it is one."""
    if not (value.startswith("{") and value.endswith("}")):
        return
    for piece in value[1:-1].split(",", _MOST_INLINE)[:_MOST_INLINE]:
        if len(piece.strip()) <= _LONGEST and (pair := NAMED.fullmatch(piece.strip())):
            yield Answer(number, outer, pair[2], pair[3].strip(_AROUND))


def _plain(node: Mapping[str, Any], name: str) -> list[str]:
    return [f"{value}" for value in stated(node, name) if isinstance(value, (str, int))]


def objects(document: object) -> Iterator[dict[str, Any]]:
    """Yield all objects of a parsed document of JSON."""
    nodes: list[object] = [document]
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            yield node
            nodes += node.values()
        elif isinstance(node, (list, Several)):
            nodes += node if isinstance(node, list) else node.values
