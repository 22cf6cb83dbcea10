"""The terms of a declaration: where to read them, who gives a licence, and what is claimed where none can refuse.

Terms inform and decide nothing. A claim of remuneration never becomes a permission: the reservation beside it
stays as it is, in every territory.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

EXTENSION: Final = "urn:optout-registry:terms:1"
"""The namespace of what RSL and ODRL have no word for. Their other readers pass over it."""

MAX_ROUTES: Final = 10
MAX_ADDRESS: Final = 2_048
MAX_NAME: Final = 200
MAX_IDENTIFIER: Final = 120
MAX_TERRITORIES: Final = 60
"""Territories in which one declaration may claim remuneration."""


_CODE: Final = re.compile(r"[A-Z]{2}", re.ASCII)


class RouteKind(StrEnum):
    """The kind of a way to a licence."""

    PARTY = "party"
    """The declaring party gives it itself."""
    AGENT = "agent"
    """Somebody else gives it in the party's name."""
    SOCIETY = "society"
    """A collective society gives it."""
    RSL_SERVER = "rsl-server"
    """A machine gives it: a licence server of RSL 1.0."""
    PRICE_LIST = "price-list"
    """What it costs is published."""

    @property
    def is_somebody(self) -> bool:
        """True where people give the licence, false where a server or a page is named."""
        return self in (RouteKind.PARTY, RouteKind.AGENT, RouteKind.SOCIETY)


@dataclass(frozen=True, slots=True)
class Route:
    """One way to a licence.

    `name` is who gives it. `address` is a page or a mail address; of a licence server its base URL. `identifier`
    says who that is beyond its name: `isni:`, `ror:` or the name of another scheme, and the value.
    """

    kind: RouteKind
    name: str | None = None
    address: str | None = None
    identifier: str | None = None

    def to_json(self) -> dict[str, str | None]:
        """Return the JSON object of this route."""
        return {
            "kind": self.kind.value,
            "name": self.name,
            "address": self.address,
            "identifier": self.identifier,
        }


@dataclass(frozen=True, slots=True)
class Terms:
    """The ways to ask for permission: a policy to read, somebody to write to, and who gives a licence.

    `remuneration` lists territories (ISO 3166-1 alpha-2, or EU) whose law, as the party says, does not let it
    refuse the use, and for which it claims to be paid.
    """

    policy: str | None = None
    contact: str | None = None
    routes: tuple[Route, ...] = ()
    remuneration: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object. What older versions did not have is there only where something is said."""
        said: dict[str, Any] = {"policy": self.policy, "contact": self.contact}
        if self.routes:
            said["routes"] = [route.to_json() for route in self.routes]
        if self.remuneration:
            said["remuneration"] = list(self.remuneration)
        return said

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read the JSON object. A kind of route that this version does not know is passed over: it only informs.

        Raises KeyError, TypeError, ValueError or AttributeError for what is no terms.
        """
        return cls(
            policy=_text(value["policy"]),
            contact=_text(value["contact"]),
            routes=tuple(_routes(value.get("routes", ()))),
            remuneration=tuple(str(_text(code)) for code in value.get("remuneration", ())),
        )


NO_TERMS: Final = Terms()
"""What every statement has that names none: one object, for they are many."""


def read_terms(value: Mapping[str, Any]) -> Terms:
    """Return what a stranger's document says, as far as it has the form and size of terms. Nothing raises."""
    routes, claims = value.get("routes"), value.get("remuneration")
    found = (_stranger(each) for each in (routes if isinstance(routes, list) else ())[:MAX_ROUTES])
    codes = (claims if isinstance(claims, list) else ())[:MAX_TERRITORIES]
    return Terms(
        policy=None,
        contact=_short(value.get("contact"), MAX_ADDRESS),
        routes=tuple(route for route in found if route is not None),
        remuneration=tuple(code for code in codes if isinstance(code, str) and _CODE.fullmatch(code)),
    )


def _stranger(value: object) -> Route | None:
    """Return one route of a document, None where it is none or says too much."""
    if not isinstance(value, Mapping) or value.get("kind") not in list(RouteKind):
        return None
    limits = {"name": MAX_NAME, "address": MAX_ADDRESS, "identifier": MAX_IDENTIFIER}
    said = {name: _short(value.get(name), most) for name, most in limits.items()}
    return (
        Route(RouteKind(value["kind"]), **said)
        if all(said[name] == (value.get(name) or None) for name in said)
        else None
    )


def _short(value: object, most: int) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= most else None


def _routes(value: Any) -> Iterator[Route]:  # noqa: ANN401 - it was read from JSON
    known = set(RouteKind)
    for each in value:
        if each["kind"] in known:
            said = (_text(each.get(name)) for name in ("name", "address", "identifier"))
            yield Route(RouteKind(each["kind"]), *said)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"expected text, got {value!r}")
