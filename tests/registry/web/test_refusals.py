"""Every refusal that a Japanese page can show is Japanese, and English ones are sentences."""

import re
from html import unescape

import pytest

from registry.errors import InvalidRequestError, RegistryError
from registry.net.failures import FetchError
from registry.web import i18n
from registry.web.errors import error_page
from registry.web.static_pages import _problem_types
from tests.registry.web.person import Person
from tools.messages import refusals

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
ENGLISH = re.compile(r"[a-z]{2,}(?:[ ,;:]+[a-z]{2,}){2,}")
"""Three small words in a row: names of standards and headers are fewer, or have other letters."""

ALL = sorted(set(refusals()))
TYPES = {each.__name__: each for each in _problem_types(RegistryError)}


def refusal(kind, template):
    values = dict.fromkeys(PLACEHOLDER.findall(template), "123")
    made = TYPES.get(kind, InvalidRequestError)
    return made(template, **values)


def shown(response):
    main = response.get_data(as_text=True).partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_the_refusals_of_all_parts_are_known():
    said = {template for _, template in ALL}
    assert len(ALL) > 250
    assert "a change was announced and waits; stop it before you make another" in said
    assert "expected at most %(max_creators)s creators" in said
    assert "an account may have %(most)s drafts; finish or discard some of them" in said
    assert "at most %(quota)s in %(seconds)s s are taken; try again in %(wait)s s" in said


def test_every_refusal_makes_a_japanese_page(app):
    english = []
    for kind, template in ALL:
        error = refusal(kind, template)
        with app.test_request_context("/declare?lang=ja", method="POST"):
            page, words = shown(error_page(error)), i18n.said(error.detail)
        english += [(kind, said) for said in (page, words) if ENGLISH.search(said)]
        if error.status in (400, 403, 409, 422):
            assert " ".join(words.split()) in page
    assert english == []


@pytest.mark.parametrize("kind", sorted({each.slug for each in TYPES.values()}))
def test_every_problem_type_is_explained_in_japanese(app, kind):
    visitor = Person(app).open(f"/problems/{kind}?lang=ja")
    assert not ENGLISH.search(visitor.text.replace("/problems/", "")), visitor.text
    assert re.search(r"[\u3040-\u30ff]", visitor.page.h1.get_text())


def test_the_title_of_a_problem_type_is_the_one_the_api_names(app):
    assert "The proof could not be looked up" in Person(app).open(f"/problems/{FetchError.slug}?lang=en").text
