"""The questions about licences: who gives one, where a machine gets one, and where payment is claimed instead.

A form asks for one licensor, one licence server and one price list. Terms with more than that are changed through
the API. What is right is for the domain to judge; here its faults find the field that they are about.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Final, Self

from flask_babel import gettext as _

from crawler_filter.formats.terms import RouteKind, Terms
from registry.model.declaration import DeclarationRequest, RouteRequest
from registry.rules.terms_validation import canonical_terms
from registry.web import i18n
from registry.web.country_input import country_codes
from registry.web.form_input import ADDRESS, FieldProblem, half_width, ordinary_contact, ordinary_page, typed_in

_SOMEBODY: Final = {"name": "licensor_name", "address": "licensor_address", "identifier": "licensor_id"}
_PLACES: Final = {RouteKind.RSL_SERVER: "rsl_server", RouteKind.PRICE_LIST: "price_list"}


@dataclass(frozen=True, slots=True)
class TypedLicence:
    """The answers about licences as they were typed. `licensor` is a kind of route that is somebody, or empty."""

    licensor: str = ""
    licensor_name: str = ""
    licensor_address: str = ""
    licensor_id: str = ""
    rsl_server: str = ""
    price_list: str = ""
    remuneration: str = ""

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Self:
        """Read a form."""
        typed = {each.name: typed_in(form, each.name) for each in fields(cls)}
        kinds = {kind.value for kind in RouteKind if kind.is_somebody}
        return cls(
            **typed
            | {
                "licensor": typed["licensor"] if typed["licensor"] in kinds else "",
                "licensor_address": _reachable(typed["licensor_address"]),
                "licensor_id": half_width(typed["licensor_id"]),
                "rsl_server": ordinary_page(typed["rsl_server"]),
                "price_list": ordinary_page(typed["price_list"]),
                "remuneration": ", ".join(country_codes(typed["remuneration"])),
            }
        )

    @classmethod
    def of_terms(cls, terms: Terms) -> Self | None:
        """Return the answers that would have made these terms, None where a form cannot show them."""
        said = {route.kind: route for route in terms.routes}
        people = next((route for route in terms.routes if route.kind.is_somebody), None)
        typed = cls(
            licensor=people.kind.value if people else "",
            **{name: getattr(people, field, None) or "" for field, name in _SOMEBODY.items()},
            **{name: said[kind].address or "" for kind, name in _PLACES.items() if kind in said},
            remuneration=", ".join(terms.remuneration),
        )
        wanted = {RouteRequest(each.kind, each.name, each.address, each.identifier) for each in terms.routes}
        return typed if set(typed.routes) == wanted and len(typed.routes) == len(terms.routes) else None

    @property
    def is_given(self) -> bool:
        """Tell whether anything was answered."""
        return self != type(self)()

    @property
    def routes(self) -> tuple[RouteRequest, ...]:
        """The ways to a licence that were answered."""
        return tuple(route for route, _fields in self._asked())

    @property
    def territories(self) -> tuple[str, ...]:
        """The countries for which remuneration is claimed."""
        return country_codes(self.remuneration)

    def problems(self) -> tuple[FieldProblem, ...]:
        """Return what is to be put right, each fault at its field."""
        asked = list(self._asked())
        request = DeclarationRequest("", (), routes=self.routes, remuneration=self.territories)
        found = []
        for error in canonical_terms(request)[1]:
            _empty, _terms, head, *rest = error.pointer.split("/")
            names = asked[int(rest[0])][1] if head == "routes" and rest else {}
            field = names.get(rest[1] if len(rest) > 1 else "", "remuneration" if head == "remuneration" else "")
            found.append(FieldProblem(field or "licensor", i18n.sentence(error.detail)))
        told = {each.field for each in found}
        found += [each for each in (*self._unasked(), *self._pages()) if each.field not in told]
        return tuple(found)

    def _unasked(self) -> Iterator[FieldProblem]:
        """Yield that somebody is named and nothing was chosen above: it would be lost unsaid."""
        if not self.licensor and any(getattr(self, name) for name in _SOMEBODY.values()):
            yield FieldProblem("licensor", _("Say whether you name an agent or a collective society below"))

    def _pages(self) -> Iterator[FieldProblem]:
        """Yield the fields whose address names no site on the web, such as a single word."""
        named = () if self.licensor in ("", RouteKind.PARTY) else ("licensor_address",)
        for field in (*_PLACES.values(), *named):
            if "://" in (typed := getattr(self, field)) and not ADDRESS.fullmatch(typed):
                yield FieldProblem(field, _("Enter the address of a page, such as example.com/licence"))

    def _asked(self) -> Iterator[tuple[RouteRequest, Mapping[str, str]]]:
        """Yield each route, and which field of the form each of its fields was typed into."""
        if self.licensor == RouteKind.PARTY:
            yield RouteRequest(self.licensor), _SOMEBODY
        elif self.licensor:
            said = (getattr(self, name) or None for name in _SOMEBODY.values())
            yield RouteRequest(self.licensor, *said), _SOMEBODY
        for kind, name in _PLACES.items():
            if address := getattr(self, name):
                yield RouteRequest(kind.value, address=address), {"address": name}


def licensors() -> list[tuple[str, str, str]]:
    """Return who may be chosen as giving licences."""
    return [
        ("", str(_("I leave it open")), ""),
        (RouteKind.PARTY.value, str(_("I do, or my company does")), ""),
        (RouteKind.AGENT.value, str(_("An agent")), str(_("A publisher, an agency or a lawyer, in your name."))),
        (
            RouteKind.SOCIETY.value,
            str(_("A collective society")),
            str(_("Such as JASRAC or VG Bild-Kunst.")),
        ),
    ]


def _reachable(typed: str) -> str:
    contact = ordinary_contact(typed)
    return contact if "@" in contact else ordinary_page(contact)
