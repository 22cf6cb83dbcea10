"""Why a work was recognised by its content: by which method, how near, and where.

Three degrees, each surer than the one before. The operator's policy says from which on a finding decides; what is
below is reported and decides nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final, Self


class Likeness(StrEnum):
    """How sure it is that this is the work: too little to decide by, the work, the work as it was published."""

    WEAK = "weak"
    MATCH = "match"
    SAME_RENDITION = "same-rendition"

    def reaches(self, least: "Likeness") -> bool:
        """Tell whether this is at least as sure as `least`."""
        return _DEGREES.index(self) >= _DEGREES.index(least)


_DEGREES: Final = tuple(Likeness)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was compared. Whatever a method does not have is None.

    Pictures and codes: at most `threshold` bits may differ and `distance` do, between the `registered` variant of
    the work and the `checked` one of the file. Texts and films: `hits` are the distinct parts of the work that
    were found, `share` is how much of what is registered of it they are, from 0 to 1. `place` is where in the file
    the first of them is: an offset in the normalised text, or a second; `second` is one of the work's film.

    In an archive or a PDF, `member` is the file or the page in it that is nearest to the work, and `members` is
    how many are like it.
    """

    method: str
    likeness: Likeness
    distance: int | None = None
    threshold: int | None = None
    registered: str | None = None
    checked: str | None = None
    hits: int | None = None
    share: float | None = None
    place: int | None = None
    second: int | None = None
    member: str | None = None
    members: int | None = None

    def describe(self) -> str:
        """Return one line for a person."""
        said = [f"{self.method}: {self.likeness}"]
        if self.distance is not None:
            said.append(f"{self.distance} bits apart, {self.threshold} allowed")
        if self.hits is not None and self.share is not None:
            said.append(f"{self.hits} parts found, {self.share:.1%} of the work")
        said += [f"{name} {value}" for name, value in self.to_dict().items() if name in _NAMED]
        return ", ".join(said)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object that findings hold, without what is None."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Read `to_dict`; fields this version does not know are passed over."""
        known = {field.name: value[field.name] for field in fields(cls) if field.name in value}
        return cls(**known | {"likeness": Likeness(value["likeness"])})


_NAMED: Final = ("registered", "checked", "place", "second", "member", "members")
