"""Character sheets: what a rights holder says of a character, so that prompts about it are recognised.

The file of sheets lies beside the file of names: a header line, one line of canonical JSON a sheet, ordered
(`docs/formats/characters.md`). Like a name, a sheet counts only while the snapshot holds its declaration.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

from crawler_filter.errors import InvalidScopeError, MalformedRecordError, MalformedSegmentError
from crawler_filter.formats import canonical_json
from crawler_filter.formats.names import distinct_names
from crawler_filter.formats.visible_text import invisible

MAX_SPELLINGS: Final = 20
"""Most spellings of one name."""
MAX_OTHERS: Final = 20
"""Most other characters of its series that a sheet names."""
MAX_ATTRIBUTES: Final = 40
"""Most attributes in one language."""
MAX_ATTRIBUTE: Final = 100
"""Most characters of an attribute."""
MAX_DESCRIPTION: Final = 1_000
"""Most characters of a description in one language."""
MAX_LICENSED: Final = 50
"""Most operators that a sheet says are licensed."""
MAX_SHEETS_BYTES: Final = 1 << 26
"""Most bytes of a file of sheets that are fetched."""

LANGUAGES: Final = ("en", "ja")
"""The languages in which a sheet describes a character."""

_HEADER: Final = "optout-characters v1"


class Permission(StrEnum):
    """The answer to whether anybody may make pictures of a character."""

    NONE = "none"
    """Nobody may, and asking is in vain."""
    ASK = "ask"
    """Nobody may without asking first."""
    LICENSED = "licensed"
    """Named operators may; all others ask."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One character, as its owner describes it.

    `names` are spellings in every script, the first one shown; `series` those of its series, each of `others`
    those of another character of it. `attributes` and `description` are by language. `licensed_to` are domains of
    operators.
    """

    names: tuple[str, ...]
    series: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    permission: Permission = Permission.ASK
    licensed_to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no registry would have taken. Raises InvalidScopeError."""
        _require(0 < len(self.names) <= MAX_SPELLINGS, "a character has 1 to %(most)s names", MAX_SPELLINGS)
        _require(len(self.series) <= MAX_SPELLINGS, "a series has at most %(most)s spellings", MAX_SPELLINGS)
        _require(len(self.others) <= MAX_OTHERS, "a sheet names at most %(most)s other characters", MAX_OTHERS)
        for spellings in (self.names, self.series, *self.others):
            _require(distinct_names(spellings) == spellings, "expected names as they are registered, each once")
        for language, attributes in self.attributes.items():
            _require(language in LANGUAGES, "a sheet is in English and Japanese: en, ja")
            _require(len(attributes) <= MAX_ATTRIBUTES, "a sheet has at most %(most)s attributes", MAX_ATTRIBUTES)
            _require(
                all(is_text(each, MAX_ATTRIBUTE) for each in attributes),
                "an attribute has 1 to %(most)s visible characters",
                MAX_ATTRIBUTE,
            )
        for language, words in self.description.items():
            _require(language in LANGUAGES, "a sheet is in English and Japanese: en, ja")
            _require(
                is_text(words, MAX_DESCRIPTION),
                "a description has 1 to %(most)s visible characters",
                MAX_DESCRIPTION,
            )
        _require(len(self.licensed_to) <= MAX_LICENSED, "a sheet names at most %(most)s operators", MAX_LICENSED)

    def allows(self, operator: str) -> bool:
        """Tell whether the owner says that the operator of a domain is licensed."""
        return self.permission is Permission.LICENSED and operator in self.licensed_to

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object that the file and the API hold."""
        return {
            "names": list(self.names),
            "series": list(self.series),
            "others": [list(spellings) for spellings in self.others],
            "attributes": {language: list(each) for language, each in self.attributes.items()},
            "description": dict(self.description),
            "permission": self.permission.value,
            "licensed_to": list(self.licensed_to),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read `to_json`. Raises InvalidScopeError, KeyError, TypeError or ValueError."""
        return cls(
            names=tuple(value["names"]),
            series=tuple(value["series"]),
            others=tuple(map(tuple, value["others"])),
            attributes={language: tuple(each) for language, each in value["attributes"].items()},
            description=dict(value["description"]),
            permission=Permission(value["permission"]),
            licensed_to=tuple(value["licensed_to"]),
        )


@dataclass(frozen=True, slots=True)
class OwnedSheet:
    """A sheet, and the leaf that states the declaration it belongs to."""

    owner: int
    sheet: Sheet


def encode_sheets(sheets: Iterable[OwnedSheet]) -> bytes:
    """Return the file of sheets: a pure function of them, whatever their order; one given twice counts once."""
    lines = {(each.owner, canonical_json.encode({"owner": each.owner, **each.sheet.to_json()})) for each in sheets}
    ordered = [line for _, line in sorted(lines)]
    return b"".join(line + b"\n" for line in (f"{_HEADER} {len(ordered)}".encode(), *ordered))


def decode_sheets(data: bytes) -> list[OwnedSheet]:
    """Read `encode_sheets`. Raises MalformedSegmentError for anything else, a file that is cut off included."""
    try:
        sheets = [_parse(line) for line in data.split(b"\n")[1:-1]]
        whole = encode_sheets(sheets)
    except (
        InvalidScopeError, MalformedRecordError, AttributeError, KeyError, TypeError, ValueError, RecursionError
    ) as error:  # fmt: skip
        raise MalformedSegmentError(f"expected a file of character sheets: {error!s:.200}") from error
    if whole != data:
        raise MalformedSegmentError(f"expected a whole file of character sheets in order, got {data[:60]!r}")
    return sheets


def _parse(line: bytes) -> OwnedSheet:
    value = json.loads(line)
    owner = value["owner"]
    if not isinstance(owner, int) or isinstance(owner, bool) or owner < 0:
        raise ValueError(f"expected a leaf, got {owner!r:.40}")
    return OwnedSheet(owner, Sheet.from_json(value))


def is_text(value: object, most: int) -> bool:
    """Tell whether a value is a text of something to see, of at most `most` characters."""
    return isinstance(value, str) and len(value.strip()) > 0 and len(value) <= most and not invisible(value)


def _require(holds: bool, template: str, most: int = 0) -> None:
    if not holds:
        raise InvalidScopeError(template, most=most) if most else InvalidScopeError(template)
