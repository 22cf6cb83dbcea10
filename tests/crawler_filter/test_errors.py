"""Sentences keep what they were made from, and errors say them."""

import copy
import pickle

import pytest

from crawler_filter.errors import HttpStatusError, InvalidScopeError, Sentence

REFUSED = InvalidScopeError("expected at most %(most)s characters, got %(got)s", most=3, got=repr("a%b"))


def test_a_sentence_is_its_text_and_keeps_its_template_and_values() -> None:
    assert str(REFUSED) == REFUSED.sentence == "expected at most 3 characters, got 'a%b'"
    assert REFUSED.sentence.template == "expected at most %(most)s characters, got %(got)s"
    assert REFUSED.sentence.values == {"most": 3, "got": "'a%b'"}


def test_without_values_a_percent_sign_means_itself() -> None:
    assert Sentence("100% of %(it)s") == "100% of %(it)s"


def test_an_error_as_a_value_is_what_it_says() -> None:
    outer = Sentence("%(place)s: %(why)s", place="line 1", why=REFUSED)
    assert outer == f"line 1: {REFUSED}"
    assert outer.values["why"] is REFUSED.sentence
    assert Sentence("%(why)s", why=ValueError("odd")).values == {"why": "odd"}


def test_a_sentence_that_is_handed_on_stays_what_it_is() -> None:
    assert InvalidScopeError(REFUSED.sentence).sentence is REFUSED.sentence


def test_a_value_that_is_not_given_is_noticed() -> None:
    with pytest.raises(KeyError, match="got"):
        Sentence("%(most)s, %(got)s", most=1)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_sentences_and_errors_can_be_copied_and_sent_to_another_process(again) -> None:
    assert again(REFUSED.sentence).values == REFUSED.sentence.values
    assert again(REFUSED).sentence.template == REFUSED.sentence.template
    assert str(again(REFUSED)) == str(REFUSED)


def test_an_answer_that_is_not_the_one_asked_for_is_told_by_address_and_status() -> None:
    error = HttpStatusError("https://a.example/", 404)
    assert (str(error), error.status) == ("https://a.example/ answered 404", 404)
