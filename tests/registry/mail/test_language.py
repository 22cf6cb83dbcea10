# ruff: noqa: RUF001  # Japanese has its own parentheses
"""Letters are in the language of their reader where it is known, else in both, and each language is whole."""

import re
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest

import registry.mail
from crawler_filter.formats.record import Record, Scope, ScopeKind
from registry.mail.language import BREAK, Both, extended, filled, in_language
from registry.mail.notices import called
from registry.store.addresses import insert_second_address
from tests.registry.studio import Studio

SUBJECT = "example.com and 1 more: declaration abc is withdrawn\fexample.comほか1件: 宣言は取り下げられました"
TEXT = "English\n\f\n日本語\n\f\nhttps://registry.example\n"
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")


def letters():
    """Every letter that is written in both languages, as subject and text, by where it stands."""
    for path in sorted(Path(registry.mail.__file__).parent.glob("*.py")):
        module = import_module(f"registry.mail.{path.stem}")
        for name, value in vars(module).items():
            if isinstance(value, tuple) and len(value) == 2 and all(isinstance(each, str) for each in value):
                yield pytest.param(*value, id=f"{path.stem}-{name}")


@pytest.mark.parametrize(
    ("language", "subject", "text"),
    [
        ("en", "example.com and 1 more: declaration abc is withdrawn", "English\n\nhttps://registry.example\n"),
        ("ja", "example.comほか1件: 宣言は取り下げられました", "日本語\n\nhttps://registry.example\n"),
        (None, SUBJECT.replace("\f", " / "), "English\n\n日本語\n\nhttps://registry.example\n"),
        ("tlh", SUBJECT.replace("\f", " / "), "English\n\n日本語\n\nhttps://registry.example\n"),
    ],
)
def test_a_letter_is_in_the_language_of_its_reader_or_else_in_both_the_site_first(language, subject, text):
    assert in_language(SUBJECT, TEXT, language) == (subject, text)


def test_a_letter_in_one_language_stays_as_it_is():
    assert in_language("Hello", "text\n", "ja") == ("Hello", "text\n")
    assert in_language("A / B: text", "text\n", "ja") == ("A / B: text", "text\n"), "a title may have a stroke"


def test_a_letter_says_each_thing_in_its_language_and_is_signed_by_the_registry():
    """What is wrapped in the code for its line length is not in the letter, but addresses stand alone."""
    words = (
        "{what}: changed / 変更",
        "A change of\n{what}, which you made:\n{page}\n\nEnd.\n\f\n{what}を\n変更。\n二行目。\n{page}\n\f\n--\n{raw}\n--\n",
    )
    what = Both("2 files and 1 more", "ファイル2点ほか1件")
    subject, text = filled(words, "https://registry.example", what=what, page="https://a.example/", raw="x\ny")
    assert in_language(subject, text, "en") == (
        "2 files and 1 more: changed",
        (
            "A change of 2 files and 1 more, which you made:\nhttps://a.example/\n\nEnd.\n\n"
            "The opt-out registry registry.example\n\n--\nx\ny\n--\n"
        ),
    )
    assert in_language(subject, text, "ja") == (
        "ファイル2点ほか1件: 変更",
        (
            "ファイル2点ほか1件を変更。\n二行目。\nhttps://a.example/\n\n"
            "AI学習オプトアウト登録簿（registry.example）\n\n--\nx\ny\n--\n"
        ),
    )


def test_a_declaration_is_called_by_its_place_its_number_or_its_files():
    def named(*scopes):
        return called(Record("abc", 1, "p", "author", "v", "s", tuple(Scope(*each, {}, None) for each in scopes)))

    site, digest = (ScopeKind.DOMAIN, "example.com"), (ScopeKind.SHA256, "a" * 64)
    assert named(site) == Both("example.com", "example.com")
    assert named(site, digest, (ScopeKind.PDQ, "x")) == Both("example.com and 1 more", "example.comほか1件")
    assert named(digest, (ScopeKind.PDQ, "x")) == Both("1 file", "ファイル1点")
    assert named(digest, (ScopeKind.SHA256, "b" * 64), site) == Both("2 files and 1 more", "ファイル2点ほか1件")
    assert named((ScopeKind.ISBN, "9784003101018")).english == "ISBN 9784003101018"
    assert named() == Both("abc", "abc")


def test_what_is_added_is_added_in_each_language():
    assert extended("a\n\fb\n\f\nend", "c\n\fd\n") == "a\n\nc\fb\n\nd\fend"


@pytest.mark.parametrize(("subject", "text"), [*letters()])
def test_each_language_of_each_letter_says_all_that_its_reader_needs(subject, text):
    """No Japanese in English, an own sentence in Japanese, and in both the same links."""
    english, japanese, *_both = text.split(BREAK)
    assert not JAPANESE.search(english)
    assert JAPANESE.search(japanese)
    for link in ("url", "page", "stop", "link", "page_of_verification", "reason"):
        assert (f"{{{link}}}" in english) == (f"{{{link}}}" in japanese), link
    names = {name for part in (subject, text) for _, name, _, _ in Formatter().parse(part) if name}
    made = filled((subject, text), "https://registry.example", **dict.fromkeys(names, "x"))
    assert not JAPANESE.search(in_language(*made, "en")[0])
    assert JAPANESE.search(in_language(*made, "ja")[0])


def test_the_language_of_an_account_is_that_of_its_letters_at_each_of_its_addresses(registry, letterbox, zone):
    studio = Studio(registry, letterbox, "aoi@example.com")
    made = studio.prove(zone, studio.declare(("domain", "example.com")))
    second = "aoi@second.example"
    registry.writer.run(lambda database: insert_second_address(database, studio.actor.account, second, 0))
    for language, told in (("ja", "取り下げが予告されました"), ("en", "is announced")):
        registry.accounts.choose_language(studio.actor, language)
        studio.withdraw(made)
        warned = letterbox.letters[-2:]
        assert [to for to, _subject, _text in warned] == ["aoi@example.com", second]
        for _to, subject, text in warned:
            assert subject.startswith("example.com: ")
            assert told in text
            assert "/stop/" in text
            assert bool(JAPANESE.search(subject + text)) == (language == "ja")
        registry.changes.cancel_change(studio.actor, made.id)
