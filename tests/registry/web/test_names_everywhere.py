"""A name is not a fact: wherever a name is shown to others, what was checked of it stands beside it.

This walks every page, feed and PDF that others are shown, and looks at each place where a name stands. The old code
named a party in feeds, a crawler beside a grant, and creators on a work, with nothing beside the name; window titles
gave it alone, and the answer of /check named nobody.
"""

import re

import pytest
from bs4 import BeautifulSoup

from registry.model.party import AUTHORITY_STATEMENT, Capacity, PartyRequest
from tests.registry.studio import SHA, Lab, Studio
from tests.registry.web.everything import CREATOR, SITE, answers, do_everything
from tests.registry.web.person import Person, by_letter
from tests.simulators.crawler import CrawlerSite, serve

PARTY, CRAWLER = "Atelier Namenlos", "Example Crawler"
NAMES = re.compile(f"{PARTY}|{CRAWLER}|{CREATOR}")
CHECKED = re.compile("not checked|controls |looks like|未確認|確認されていません|の管理者")
BLOCKS = ("li", "dd", "tr", "p", "title", "author")


@pytest.fixture
def made(registry, letterbox, authority, internet, zone):
    """A party with a public name that did everything, and an operator that it has to do with."""
    lab, studio = Lab(registry, letterbox, "lab@crawler.example"), Studio(registry, letterbox)
    asked = PartyRequest(PARTY, Capacity.AUTHOR, public=True, statement=AUTHORITY_STATEMENT)
    studio.party = registry.parties.create(studio.actor, asked)
    with serve(CrawlerSite(), authority, internet, zone):
        lab.prove_domain(zone)
        yield do_everything(studio, lab, lab.add(), zone)


def _is_echo(found):
    link = found.find_parent("a")
    return found.parent.name == "title" or (link is not None and link["href"].startswith("/feed/"))


def unchecked(text, mimetype, *, echo):
    """The places of a page or feed where a name stands with nothing that was checked beside it.

    The labels of choices are the reader's own names, and what is to be copied is what an owner's own site says. A page that gives an `echo` repeats what the reader searched for.
    """
    soup = BeautifulSoup(text, "xml" if "xml" in mimetype else "lxml")
    for found in soup.find_all(string=NAMES):
        if found.find_parent("label") or found.find_parent(class_="copyable") or (echo and _is_echo(found)):
            continue
        block = found.find_parent(BLOCKS)
        beside = [block.get_text(" ")] if block else []
        if heading := found.find_parent("h1"):
            beside = [heading.find_next_sibling().get_text(" ")]
        if not any(CHECKED.search(each) for each in beside):
            yield str(found.parent)[:300]


@pytest.mark.whole
@pytest.mark.parametrize("who", ["nobody", "another account", "the crawler's account"])
def test_beside_every_name_stands_what_was_checked_of_it(who, made, app, letterbox):
    address = {"another account": "other@example.org", "the crawler's account": "lab@crawler.example"}.get(who)
    person = by_letter(app, letterbox.letters, address) if address else Person(app)
    named, wrong = set(), []
    for shown in answers(person.client, app, made):
        rule, mimetype, text = shown.rule, shown.mimetype, shown.text
        if mimetype == "application/json" or not NAMES.search(text):
            continue
        named.add(rule)
        if mimetype == "application/pdf":
            wrong += [] if CHECKED.search(text) else [rule]
        else:
            wrong += [(rule, each) for each in unchecked(text, mimetype, echo="search?q=" in rule)]
    assert wrong == []
    assert {
        "/d/<number>",
        "/@<party>",
        "/w/<number>",
        "/operators",
        "/feed",
        "/d/<number>/certificate.pdf",
    } <= named
    assert {f"/check?asset={SHA}", f"/check?asset={SITE}"} <= named


def test_json_gives_what_was_checked_beside_the_name_and_lookups_name_nobody(made, visitor):
    shown = visitor.client.get(f"/v1/declarations/{made.declaration}", base_url=visitor.origin).json
    assert (shown["party_name"], shown["party_controls"]) == (PARTY, [SITE])
    answer = visitor.client.get("/v1/lookup", query_string={"url": f"https://{SITE}/"}, base_url=visitor.origin)
    assert made.declaration in answer.text
    assert not NAMES.search(answer.text)


def test_a_letter_that_names_a_party_says_that_its_name_was_not_checked(made, letterbox):
    others = [text for to, _, text in letterbox.letters if to != "aoi@example.com" and PARTY in text]
    assert others
    assert all(CHECKED.search(text) for text in others)
