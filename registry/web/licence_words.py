"""Who gives a licence, in words, with links to where they are found."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from crawler_filter.formats.terms import Route, RouteKind, Terms

_KEPT_AT: Final = {"isni": "https://isni.org/isni/{}", "ror": "https://ror.org/{}"}
"""Where the page of an identifier is."""


@dataclass(frozen=True, slots=True)
class RouteWords:
    """One way to a licence: what it is, who or where, and links for the address and the identifier."""

    title: str
    name: str
    address: str
    url: str | None
    identifier: str
    identifier_url: str | None


def route_rows(terms: Terms) -> Iterator[RouteWords]:
    """Yield every way to a licence, in the order in which they were given."""
    for route in terms.routes:
        scheme, _colon, value = (route.identifier or "").partition(":")
        page = _KEPT_AT.get(scheme)
        yield RouteWords(
            title=route_title(route),
            name=route.name or "",
            address=route.address or "",
            url=contact_url(route.address),
            identifier=f"{scheme.upper()} {value}" if route.identifier else "",
            identifier_url=page.format(value) if page else None,
        )


def route_title(route: Route) -> str:
    """Return what kind of way a route is."""
    return {
        RouteKind.PARTY: str(_("The rights holder itself")),
        RouteKind.AGENT: str(_("An agent")),
        RouteKind.SOCIETY: str(_("A collective society")),
        RouteKind.RSL_SERVER: str(_("A licence server (RSL)")),
        RouteKind.PRICE_LIST: str(_("A price list")),
    }[route.kind]


def contact_url(contact: str | None) -> str | None:
    """Return the link of a contact, None where it is no address."""
    if contact is None:
        return None
    if contact.startswith(("https://", "http://")):
        return contact
    return f"mailto:{contact}" if "@" in contact else None
