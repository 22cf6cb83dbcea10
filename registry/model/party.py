"""Declaring parties: who declares, in which capacity, and whether its name is shown."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from crawler_filter.formats.visible_text import invisible
from registry.errors import FieldError, InvalidRequestError

AUTHORITY_STATEMENT: Final = "2026-11"
"""Version of the statement "I may declare this" that a declaring party accepts."""

MAX_NAME: Final = 200


class Capacity(StrEnum):
    """By what right a party declares."""

    AUTHOR = "author"
    RIGHTS_HOLDER = "rights-holder"
    EXCLUSIVE_LICENSEE = "exclusive-licensee"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class PartyRequest:
    """A party as it was typed.

    `public` shows the name on pages and in records. `on_behalf_of` names whom an agent acts for, and is None for
    everybody else; `principal_public` shows that name, which is another person's to decide. `territory` is an ISO
    3166-1 alpha-2 code, None for everywhere.
    """

    name: str
    capacity: Capacity
    public: bool
    statement: str
    on_behalf_of: str | None = None
    territory: str | None = None
    principal_public: bool = False

    def check(self) -> None:
        """Raise InvalidRequestError naming every field that is wrong."""
        errors = [
            *name_errors("/name", self.name),
            *(name_errors("/on_behalf_of", self.on_behalf_of) if self.on_behalf_of is not None else ()),
        ]
        if (self.on_behalf_of is not None) != (self.capacity is Capacity.AGENT):
            errors.append(FieldError("/on_behalf_of", "an agent names whom it acts for, and nobody else does"))
        if self.territory is not None and not _is_territory(self.territory):
            errors.append(
                FieldError(
                    "/territory",
                    "expected a code of two letters like JP, got %(territory)s",
                    territory=repr(self.territory),
                )
            )
        if self.statement != AUTHORITY_STATEMENT:
            errors.append(
                FieldError(
                    "/statement",
                    "expected the version that is in force, %(version)s",
                    version=AUTHORITY_STATEMENT,
                )
            )
        if errors:
            raise InvalidRequestError("the party cannot be taken as it is", errors=tuple(errors))


@dataclass(frozen=True, slots=True)
class PublishedNames:
    """The names shown in public: the party, and whom it acts for. None is a person who stays private."""

    party: str | None
    principal: str | None


@dataclass(frozen=True, slots=True)
class Party:
    """A party as the registry knows it. Times are unix seconds.

    `confirmed` is when whom an agent acts for confirmed it, `closed` when it ceased to declare.
    """

    id: str
    name: str
    public: bool
    capacity: Capacity
    on_behalf_of: str | None
    territory: str | None
    statement: str
    created: int
    principal_public: bool = False
    confirmed: int | None = None
    closed: int | None = None

    @property
    def published(self) -> PublishedNames:
        """The names that anybody may see. Nothing that others read takes a name from elsewhere."""
        return PublishedNames(
            party=self.name if self.public else None,
            principal=self.on_behalf_of if self.principal_public else None,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object its own account sees."""
        return {
            "id": self.id,
            "name": self.name,
            "public": self.public,
            "capacity": self.capacity.value,
            "on_behalf_of": self.on_behalf_of,
            "principal_public": self.principal_public,
            "territory": self.territory,
            "statement": self.statement,
            "confirmed": self.confirmed is not None,
            "closed": self.closed is not None,
        }


def name_errors(pointer: str, name: str) -> tuple[FieldError, ...]:
    """Return what is wrong with a name."""
    if not name.strip() or len(name) > MAX_NAME:
        return (FieldError(pointer, "expected a name of 1 to %(most)s characters", most=MAX_NAME),)
    if invisible(name):
        return (FieldError(pointer, "expected a name without control or invisible characters"),)
    return ()


def _is_territory(code: str) -> bool:
    return len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()
