# ruff: noqa: RUF001  # Japanese has its own parentheses
"""Letters about something are in both languages; the one that the account chose comes first."""

import pytest

from registry.mail.reading_order import in_language
from registry.store.queued_mail import QueuedMail

SUBJECT = "example.com (+1): declaration abc is withdrawn / 宣言は取り下げられました"


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        (SUBJECT, "example.com (+1): 宣言は取り下げられました / declaration abc is withdrawn"),
        ("Declaration abc was erased / 宣言を消去しました", "宣言を消去しました / Declaration abc was erased"),
    ],
)
def test_a_subject_begins_with_the_site_and_then_the_language_of_its_reader(subject, told):
    letter = QueuedMail(1, subject, "English\n\n日本語\n", None, "account")
    assert in_language(letter) == (subject, "English\n\n日本語\n")
    japanese, text = in_language(QueuedMail(1, subject, letter.text, None, "account", "ja"))
    assert japanese == told
    assert text.startswith("（日本語は下にあります）")
    assert text.endswith(letter.text)
    assert in_language(QueuedMail(1, subject, letter.text, None, "account", "en")) == (subject, letter.text)


def test_a_letter_in_one_language_stays_as_it_is():
    assert in_language(QueuedMail(1, "Hello", "text", "a@b.example", None, "ja")) == ("Hello", "text")
