"""Who gives a licence, asked in the form: kept as typed, said by its field, shown on the record, changed again."""

import re

import pytest

from crawler_filter.formats.terms import Route, RouteKind, Terms
from registry.model.declaration import RouteRequest
from registry.web.licence_form import TypedLicence
from tests.registry.web.test_journey import DIGEST, answer_up_to_review

SOCIETY = {
    "licensor": "society",
    "licensor_name": "日本音楽著作権協会",
    "licensor_address": "www.jasrac.or.jp/licence",
    "licensor_id": "isni:0000 0001 2281 955X",
    "price_list": "example.com/prices",
    "rsl_server": "licences.example.com",
    "remuneration": "in, eu",
}
TERMS = Terms(
    routes=(
        Route(
            RouteKind.SOCIETY,
            SOCIETY["licensor_name"],
            "https://www.jasrac.or.jp/licence",
            "isni:000000012281955X",
        ),
        Route(RouteKind.RSL_SERVER, None, "https://licences.example.com/"),
        Route(RouteKind.PRICE_LIST, None, "https://example.com/prices"),
    ),
    remuneration=("IN", "EU"),
)


def at_terms(person):
    """The page that asks for terms, of a declaration of one file."""
    return answer_up_to_review(person, "files", DIGEST).follow("Change where permission can be asked for")


def test_a_society_a_price_list_and_a_claim_get_from_the_form_into_the_log_and_onto_the_record(artist, registry):
    at_terms(artist).fill(**SOCIETY).press("Continue")
    assert "JASRAC" not in artist.text
    for said in (
        SOCIETY["licensor_name"],
        "https://example.com/prices",
        "ISNI 000000012281955X",
        "India (IN), European Union (EU)",
    ):
        assert said in artist.text
    artist.press("Accept and publish")
    number = re.search(r"/d/(\w+)", artist.path)[1]
    record = registry.declarations.get(number).record
    assert (record.terms.routes, record.terms.remuneration) == (TERMS.routes, TERMS.remuneration)
    for said in (SOCIETY["licensor_name"], "https://licences.example.com/", "That permits nothing"):
        assert said in artist.text
    assert artist.page.select_one('a[href="https://isni.org/isni/000000012281955X"]')["rel"] == [
        "nofollow", "ugc", "noopener",
    ]  # fmt: skip

    artist.open(f"/d/{number}").press("Change this declaration")
    artist.follow("Change where permission can be asked for").fill(licensor="party", rsl_server="").press(
        "Continue"
    )
    artist.press("Accept and publish the change")
    assert registry.declarations.get(number).record.terms.routes == (
        Route(RouteKind.PARTY),
        Route(RouteKind.PRICE_LIST, None, "https://example.com/prices"),
    )


def test_who_gives_a_licence_is_said_to_whoever_wants_to_ask(artist, registry, sign_in):
    at_terms(artist).fill(**SOCIETY).press("Continue").press("Accept and publish")
    number = re.search(r"/d/(\w+)", artist.path)[1]
    engineer = sign_in("engineer@crawler.example").open(f"/d/{number}/ask")
    for said in (SOCIETY["licensor_name"], "ask@art.example.com", "https://licences.example.com/"):
        assert said in engineer.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"licensor": "agent", "licensor_address": "agent.example"}, "licensor_name"),
        ({"licensor": "society", "licensor_name": "A"}, "licensor_address"),
        ({"licensor": "society", "licensor_name": "A", "licensor_id": "isni:123"}, "licensor_id"),
        ({"licensor": "agent", "licensor_name": "A", "licensor_address": "ftp://a.example"}, "licensor_address"),
        ({"rsl_server": "http://licences.example"}, "rsl_server"),
        ({"price_list": "no page"}, "price_list"),
        ({"remuneration": "Atlantis"}, "remuneration"),
        ({"remuneration": "IN IN"}, "remuneration"),
        ({"price_list": "prices"}, "price_list"),
        ({"licensor": "", "licensor_name": "A"}, "licensor"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_kept(artist, typed, field):
    at_terms(artist).fill(**typed).press("Continue", status=422)
    assert artist.page.select_one(f'.problems a[href="#{field}"]') is not None
    assert artist.page.select_one(f"#{field}") is not None
    assert artist.page.select_one("details[open] #licensor") is not None


def test_answers_and_terms_are_two_spellings_of_one_thing():
    typed = TypedLicence.of(SOCIETY)
    assert TypedLicence.of_terms(TERMS).routes == tuple(
        RouteRequest(route.kind.value, route.name, route.address, route.identifier) for route in TERMS.routes
    )
    assert typed.territories == ("IN", "EU")
    assert TypedLicence.of_terms(Terms()) == TypedLicence()
    assert not TypedLicence.of_terms(Terms()).is_given


@pytest.mark.parametrize(
    "routes",
    [
        (Route(RouteKind.PARTY), Route(RouteKind.AGENT, "A", "https://a.example/")),
        (
            Route(RouteKind.PRICE_LIST, None, "https://a.example/"),
            Route(RouteKind.PRICE_LIST, None, "https://b.example/"),
        ),
        (Route(RouteKind.PARTY, "Aoi"),),
    ],
)
def test_terms_that_the_form_cannot_show_are_not_lost_by_it(routes):
    assert TypedLicence.of_terms(Terms(routes=routes)) is None
