"""The documents of other standards that a declaration is served as, and the page that says where they go."""

import pytest

from crawler_filter.formats.terms import Route, RouteKind
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.rsl import read_document
from crawler_filter.signals.tdm_policy import read_policy
from registry.model.declaration import RouteRequest
from tests.registry.studio import pass_time

SERVER = RouteRequest("rsl-server", address="https://licences.example/")


@pytest.fixture
def declared(studio):
    return studio.declare(
        ("url", "https://art.example.com/1.png"),
        contact="rights@example.com",
        routes=(SERVER,),
        remuneration=("IN",),
    )


def test_a_declaration_is_served_as_an_rsl_document_that_our_reader_takes_back(visitor, declared):
    answer = visitor.client.get(f"/d/{declared.id}/rsl.xml", base_url=visitor.origin)
    assert answer.mimetype == "application/rsl+xml"
    (signal,) = read_document(answer.data, "https://art.example.com/1.png", locator="license.xml")
    assert signal.preferences == {Usage.TRAIN_AI: Preference.DISALLOWED}
    assert signal.terms == declared.record.terms
    assert signal.terms.routes == (Route(RouteKind.RSL_SERVER, None, "https://licences.example/"),)


def test_a_declaration_is_served_as_a_policy_of_tdmrep(visitor, declared):
    answer = visitor.client.get(f"/d/{declared.id}/tdm-policy.json", base_url=visitor.origin)
    assert answer.mimetype == "application/ld+json"
    policy = read_policy(answer.data)
    assert (policy.flaws, policy.terms) == ((), declared.record.terms)
    assert answer.json["uid"] == f"https://registry.example/d/{declared.id}/tdm-policy.json"


def test_without_terms_of_its_own_a_site_leads_to_the_policy_that_is_served(visitor, declared):
    visitor.open(f"/d/{declared.id}/site")
    assert f"https://registry.example/d/{declared.id}/tdm-policy.json" in visitor.text
    assert 'server="https://licences.example/"' in visitor.text


@pytest.mark.parametrize("document", ["rsl.xml?host=other.example", "rsl.xml", "tdm-policy.json"])
def test_what_is_not_said_has_no_document(visitor, studio, clock, document):
    made = studio.declare(("sha256", "ab" * 32))
    if document == "tdm-policy.json":
        studio.withdraw(made)
        pass_time(studio.registry, clock, 80 * 3600)
    visitor.open(f"/d/{made.id}/{document}", status=404)
