"""Letters are in the language of their reader where it is known, else in both, and each language is whole."""

import re
from importlib import import_module
from pathlib import Path

import pytest

import registry.mail
from registry.mail.language import BREAK, extended, in_language
from registry.store.addresses import insert_second_address
from tests.registry.studio import Studio

SUBJECT = "example.com (+1): declaration abc is withdrawn / 宣言は取り下げられました"
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
        ("en", "example.com (+1): declaration abc is withdrawn", "English\n\nhttps://registry.example\n"),
        ("ja", "example.com (+1): 宣言は取り下げられました", "日本語\n\nhttps://registry.example\n"),
        (None, SUBJECT, "English\n\n日本語\n\nhttps://registry.example\n"),
        ("tlh", SUBJECT, "English\n\n日本語\n\nhttps://registry.example\n"),
    ],
)
def test_a_letter_is_in_the_language_of_its_reader_or_else_in_both_the_site_first(language, subject, text):
    assert in_language(SUBJECT, TEXT, language) == (subject, text)


def test_a_letter_in_one_language_stays_as_it_is():
    assert in_language("Hello", "text\n", "ja") == ("Hello", "text\n")
    assert in_language("Declaration abc was erased / 宣言を消去しました", "a\fb", "ja")[0] == "宣言を消去しました"


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
    assert not JAPANESE.search(in_language(subject, text, "en")[0])
    assert JAPANESE.search(in_language(subject, text, "ja")[0])


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
