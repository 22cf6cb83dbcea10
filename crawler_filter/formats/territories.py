"""The table of territories: what a reservation means where, as sentences with their sources and dates.

It explains answers and makes none: nothing here decides what is kept. It is no legal advice, and a line is as old
as its date says. A territory without a line is one of which the table says nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Self


class Effect(StrEnum):
    """The part that a reservation plays in the law of a territory."""

    DECIDES = "decides"
    """The law has an exception for mining, and a reservation takes the work out of it."""
    WEIGHS = "weighs"
    """A court looks at all circumstances, and a reservation may be one of them."""
    LICENCE_ANYWAY = "licence-anyway"
    """No exception covers commercial training, whether or not anything is reserved."""
    NO_EFFECT = "no-effect"
    """An exception holds whatever is reserved."""
    UNSETTLED = "unsettled"
    """The law does not say, or is being changed."""


@dataclass(frozen=True, slots=True)
class LegalSource:
    """A text that a line was written from: its title, its address, and its date (ISO 8601)."""

    title: str
    url: str
    dated: str


@dataclass(frozen=True, slots=True)
class Territory:
    """One line. `members` are codes it holds for too; `name` and `means` are by language, `as_of` its date.

    `statute_read` is when the line was compared with the words of the law that it is about, None where it was
    written from what others say of that law.
    """

    code: str
    members: tuple[str, ...]
    name: Mapping[str, str]
    effect: Effect
    means: Mapping[str, str]
    sources: tuple[LegalSource, ...]
    as_of: str
    statute_read: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of this line."""
        return {
            "code": self.code,
            "members": list(self.members),
            "name": dict(self.name),
            "effect": self.effect.value,
            "means": dict(self.means),
            "sources": [{"title": each.title, "url": each.url, "dated": each.dated} for each in self.sources],
            "as_of": self.as_of,
            "statute_read": self.statute_read,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read the JSON object of a line."""
        return cls(
            value["code"],
            tuple(value["members"]),
            value["name"],
            Effect(value["effect"]),
            value["means"],
            tuple(LegalSource(**each) for each in value["sources"]),
            value["as_of"],
            value.get("statute_read"),
        )


@cache
def territories() -> tuple[Territory, ...]:
    """Return every line, in the order of the table."""
    text = files("crawler_filter.formats").joinpath("territories.json").read_text(encoding="utf-8")
    return tuple(map(Territory.from_json, json.loads(text)))


def territory_of(code: str) -> Territory | None:
    """Return the line that holds for an ISO 3166-1 alpha-2 code or `EU`, None where the table says nothing."""
    return next((each for each in territories() if code == each.code or code in each.members), None)
