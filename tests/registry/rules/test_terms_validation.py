"""Who gives a licence, as people type it: its one spelling, and what is refused by which field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import InvalidScopeError
from crawler_filter.formats.terms import MAX_ROUTES, MAX_TERRITORIES, Route, RouteKind, Terms
from registry.model.declaration import DeclarationRequest, RouteRequest
from registry.rules.terms_validation import canonical_identifier, canonical_terms

SERVER = RouteRequest("rsl-server", address="https://licences.example/olp")
SOCIETY = RouteRequest("society", "JASRAC", "https://www.jasrac.or.jp", "isni:0000 0001 2281 955X")


def judged(*routes, **rest):
    """The terms, and the pointers of what is wrong with them."""
    terms, errors = canonical_terms(DeclarationRequest("p", (), routes=routes, **rest))
    return terms, [error.pointer for error in errors]


def test_every_kind_of_route_has_one_spelling():
    routes = (
        RouteRequest("party"),
        RouteRequest("agent", " Agency ", "mailto:Rights@Agency.Example"),
        SOCIETY,
        SERVER,
        RouteRequest("price-list", address="HTTPS://Example.com/prices#books"),
    )
    assert judged(*routes, remuneration=("IN", "EU")) == (
        Terms(
            routes=(
                Route(RouteKind.PARTY),
                Route(RouteKind.AGENT, "Agency", "Rights@agency.example"),
                Route(RouteKind.SOCIETY, "JASRAC", "https://www.jasrac.or.jp/", "isni:000000012281955X"),
                Route(RouteKind.RSL_SERVER, None, "https://licences.example/olp"),
                Route(RouteKind.PRICE_LIST, None, "https://example.com/prices#books"),
            ),
            remuneration=("IN", "EU"),
        ),
        [],
    )


@pytest.mark.parametrize(
    ("route", "pointer"),
    [
        (RouteRequest("friend"), "/kind"),
        (RouteRequest("agent", address="https://a.example/"), "/name"),
        (RouteRequest("agent", "  ", "https://a.example/"), "/name"),
        (RouteRequest("society", "Society"), "/address"),
        (RouteRequest("society", "S", identifier="isni:0000000122819550"), "/identifier"),
        (RouteRequest("society", "S", identifier="ror:05gq02988"), "/identifier"),
        (RouteRequest("society", "S", identifier="no scheme"), "/identifier"),
        (RouteRequest("society", "S", identifier="x" * 500 + ":1"), "/identifier"),
        (RouteRequest("society", "S\u202e", "https://a.example/"), "/name"),
        (RouteRequest("society", "S" * 201, "https://a.example/"), "/name"),
        (RouteRequest("agent", "A", "javascript:alert(1)"), "/address"),
        (RouteRequest("agent", "A", "https://user:secret@a.example/"), "/address"),
        (RouteRequest("rsl-server"), "/address"),
        (RouteRequest("rsl-server", address="http://licences.example/"), "/address"),
        (RouteRequest("rsl-server", address="https://licences.example/?key=1"), "/address"),
        (RouteRequest("rsl-server", "Name", "https://licences.example/"), "/name"),
        (RouteRequest("price-list", address="prices@a.example"), "/address"),
        (RouteRequest("price-list", address="https://a.example/", identifier="ror:05gq02987"), "/name"),
    ],
)
def test_a_fault_is_said_by_its_field(route, pointer):
    assert judged(SERVER, route)[1] == [f"/terms/routes/1{pointer}"]


def test_a_route_is_named_once_and_there_are_not_too_many():
    assert judged(SERVER, SOCIETY, SERVER)[1] == ["/terms/routes/2"]
    many = [RouteRequest("price-list", address=f"https://a.example/{number}") for number in range(MAX_ROUTES + 1)]
    assert judged(*many[:MAX_ROUTES])[1] == []
    assert judged(*many)[1] == ["/terms/routes"]


def test_territories_of_a_claim_are_codes_each_named_once():
    assert judged(remuneration=("IN", "in", "IND"))[1] == ["/terms/remuneration/1", "/terms/remuneration/2"]
    assert judged(remuneration=("IN", "IN"))[1] == ["/terms/remuneration"]
    many = tuple(f"{chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(MAX_TERRITORIES + 1))
    assert judged(remuneration=many)[1] == ["/terms/remuneration"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ISNI: 0000 0001 2281 955X", "isni:000000012281955X"),
        ("https://ror.org/05gq02987", "ror:05gq02987"),
        ("ror:00f54p054", "ror:00f54p054"),
        ("03VEK6S52", "ror:03vek6s52"),
        ("IPI:00123456789", "ipi:00123456789"),
    ],
)
def test_identifiers_of_societies_are_verified_where_they_can_be(typed, stored):
    assert canonical_identifier(typed) == stored


@given(st.text(max_size=150))
def test_any_text_is_an_identifier_or_refused(text):
    try:
        stored = canonical_identifier(text)
    except InvalidScopeError:
        return
    assert canonical_identifier(stored) == stored
