# ruff: noqa: RUF001 - Japanese punctuation is what is looked at
"""The catalogues hold every sentence of today and no other, translated whole and by one glossary."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from flask import Flask

from crawler_filter.errors import InvalidScopeError, Sentence
from registry.net.failures import ResolverError
from registry.web import i18n
from tools import messages
from tools.messages import extract, untranslated, update

LANGUAGES = [i18n.language_of(path) for path in i18n.catalogue_files()]
NAMES = re.compile(r"%\(\w+\)s|crawler-filter \w+")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
GLOSSARY = {
    "crawler": "クローラー",
    "receipt": "受領証",
    "rights holder": "権利者",
    "AI training": "AI学習",
    "snapshot": "スナップショット",
    "fingerprint": "フィンガープリント",
    "digest": "ハッシュ値",
    "registry": "登録簿|登録",
    "declaration": "宣言|停止",
    "Reserved": "留保",
    "permission": "許諾|許可",
}
"""How a word is rendered, wherever it stands."""


def sentences(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def in_japanese(said: str) -> str:
    app = Flask(__name__)
    i18n.install(app)
    with app.test_request_context("/?lang=ja"):
        return i18n.said(said)


@pytest.fixture(scope="module")
def collected() -> Catalog:
    return extract()


@pytest.fixture
def japanese() -> Catalog:
    return i18n.catalogue("ja")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_every_sentence_of_today_translated_and_no_other(
    language: str, collected: Catalog
) -> None:
    catalogue = i18n.catalogue(language)
    wanted, there = ({(each.context, each.id) for each in sentences(every)} for every in (collected, catalogue))
    assert (wanted - there, there - wanted) == (set(), set()), "run `make messages`, then translate"
    assert [message.id for message in untranslated(catalogue)] == []
    assert not catalogue.obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_has_the_values_of_its_sentence(language: str) -> None:
    for message in sentences(i18n.catalogue(language)):
        said = message.id[-1] if isinstance(message.id, tuple) else message.id
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        for form in forms:
            assert sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(said)), said
            if PLACEHOLDER.search(said):
                assert form % dict.fromkeys(PLACEHOLDER.findall(said), "x")


def test_collecting_finds_all_three_kinds_of_sentences(collected: Catalog) -> None:
    assert collected.get("Keep your works out of AI training") is not None
    assert collected.get("Choose who is declaring") is not None
    assert collected.get("Keep one of the lines.") is not None
    assert collected.get("a party may make %(most_new)s declarations a day") is not None


def test_bringing_a_catalogue_up_to_date_keeps_its_head_and_translations_and_lists_what_is_new(
    tmp_path: Path, collected: Catalog
) -> None:
    (path,) = (each for each in i18n.catalogue_files() if i18n.language_of(each) == "ja")
    today = path.read_text(encoding="utf-8")
    copy = tmp_path / "ja" / "LC_MESSAGES" / "messages.po"
    copy.parent.mkdir(parents=True)
    assert 'msgid "Copied"' in today
    copy.write_text(today.replace('msgid "Copied"', 'msgid "No longer said"'), encoding="utf-8")
    assert [message.id for message in update(copy, collected)] == ["Copied"]
    assert copy.read_text(encoding="utf-8") == today.replace('msgstr "コピーしました"', 'msgstr ""')


def test_japanese_has_japanese_punctuation(japanese: Catalog) -> None:
    for message in sentences(japanese):
        for said in message.string if isinstance(message.string, tuple) else (message.string,):
            assert not re.search(r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff61-\uff9f]", said), said
            assert not re.search(r"[\u3040-\u30ff\u4e00-\u9fff][,.;:?!]", said), said


@pytest.mark.parametrize(("word", "rendered"), GLOSSARY.items(), ids=GLOSSARY)
def test_a_term_is_rendered_in_one_way(word: str, rendered: str, japanese: Catalog) -> None:
    for message in sentences(japanese):
        said = message.id[-1] if isinstance(message.id, tuple) else message.id
        text = message.string[0] if isinstance(message.string, tuple) else message.string
        if re.search(rf"\b{word}s?\b", NAMES.sub("", said)):
            assert re.search(rendered, text), (said, text)


def test_what_the_domain_says_is_said_in_the_language_of_the_page() -> None:
    error = InvalidScopeError("a DOI looks like 10.1000/182, got %(text)s", text=repr("11/x"))
    assert in_japanese(error.sentence) == "DOIは10.1000/182のような形式です（入力値：'11/x'）"


def test_a_value_that_is_a_sentence_itself_is_translated_too() -> None:
    why = ResolverError("no answer in time")
    error = ResolverError(
        "The %(kind)s records of %(name)s could not be read from DNS: %(problem)s.",
        kind="TXT",
        name="a.example",
        problem=why,
    )
    assert in_japanese(error.detail) == (
        "a.exampleのTXTレコードをDNSから読み取れませんでした：時間内に応答がありませんでした"
    )


def test_sentences_that_are_listed_are_translated_each() -> None:
    both = Sentence.listed([Sentence("no answer"), Sentence("no answer in time"), "404"])
    assert both == "no answer; no answer in time; 404"
    assert in_japanese(both) == "応答がありませんでした；時間内に応答がありませんでした；404"


@pytest.mark.parametrize("said", ["", "Something nobody has translated", "100% of it"])
def test_what_has_no_translation_stays_as_it_is(said: str) -> None:
    assert in_japanese(said) == in_japanese(Sentence(said)) == said


def test_a_sentence_that_no_translator_can_find_is_refused(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('raise NotFoundError(f"there is no {thing}")')
    with (
        module.open("rb") as file,
        pytest.raises(TypeError, match=r"module\.py:1: expected a template and values"),
    ):
        list(messages.sentences(file))


def test_refusals_are_found_by_the_names_of_their_classes_wherever_they_stand(collected: Catalog) -> None:
    assert {"InvalidScopeError", "FetchError", "CrossSiteError", "RecordRefusedError"} <= messages.kinds().keys()
    assert not {"InstanceError", "LogForkError", "MalformedNoteError", "ValueError"} & messages.kinds().keys()
    assert collected.get("there is no draft %(draft)s") is not None
    assert collected.get("expected at most %(most)s characters") is not None
