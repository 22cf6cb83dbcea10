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
ENGLISH = re.compile(r"[a-z]{2,}(?: [a-z]{2,}){2,}")
"""Three small words in a row: names of standards and of directives are fewer, or have signs between."""

TYPES = {each.__name__: each for each in _problem_types(RegistryError)}


@pytest.fixture(scope="module")
def known():
    return sorted(set(refusals()))


def refusal(kind, template):
    values = dict.fromkeys(PLACEHOLDER.findall(template), "123")
    made = TYPES.get(kind, InvalidRequestError)
    return made(template, **values)


def shown(response):
    main = response.get_data(as_text=True).partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_the_refusals_of_all_parts_are_known(known):
    said = {template for _, template in known}
    assert len(known) > 250
    assert "a change was announced and waits; stop it before you make another" in said
    assert "expected at most %(most)s creators" in said
    assert "an account may have %(most)s drafts; finish or discard some of them" in said
    assert "at most %(quota)s in %(seconds)s s are taken; try again in %(wait)s s" in said


def test_every_refusal_makes_a_japanese_page(app, known):
    english = []
    for kind, template in known:
        error = refusal(kind, template)
        with app.test_request_context("/declare?lang=ja", method="POST"):
            page, words = shown(error_page(error)), i18n.said(error.detail)
        english += [(kind, said) for said in (page, words) if ENGLISH.search(said)]
        if error.slug in ("other-browser", "suspended"):
            assert " ".join(words.split()) not in page  # the page's own sentence says it
        elif error.status in (400, 403, 409, 422):
            assert " ".join(words.split()) in page
    assert english == []


@pytest.mark.parametrize("kind", sorted({each.slug for each in TYPES.values()}))
def test_every_problem_type_is_explained_in_japanese(app, kind):
    visitor = Person(app).open(f"/problems/{kind}?lang=ja")
    assert not ENGLISH.search(visitor.text.replace("/problems/", "")), visitor.text
    assert re.search(r"[\u3040-\u30ff]", visitor.page.h1.get_text())


def test_the_title_of_a_problem_type_is_the_one_the_api_names(app):
    assert "The proof could not be looked up" in Person(app).open(f"/problems/{FetchError.slug}?lang=en").text


def in_language(app, language, said):
    with app.test_request_context(f"/?lang={language}"):
        return i18n.sentence(said)


def test_an_english_page_says_whole_sentences(app):
    refused = InvalidRequestError("a DOI looks like 10.1000/182, got %(text)s", text="'x'")
    assert in_language(app, "en", refused.detail) == "A DOI looks like 10.1000/182, got 'x'."
    named = InvalidRequestError("%(host)s is a public suffix", host="co.jp")
    assert in_language(app, "en", named.detail) == "co.jp is a public suffix."
    many = InvalidRequestError("expected scopes of 1 to %(most)s works, got %(works)s", most=100, works=118)
    assert in_language(app, "en", many.detail).startswith("You entered 118 works; one declaration holds 100.")
    assert str(many) == "expected scopes of 1 to 100 works, got 118"


def test_a_japanese_page_says_whole_sentences(app):
    assert in_language(app, "ja", InvalidRequestError("the work cannot be entered as it is").detail).endswith("。")
    assert in_language(app, "ja", "") == ""


def test_what_is_said_otherwise_to_people_is_still_said_and_has_the_same_values(known):
    templates = {template for _, template in known}
    for template, people in i18n._FOR_PEOPLE.items():
        assert template in templates
        assert set(PLACEHOLDER.findall(people)) <= set(PLACEHOLDER.findall(template))
