# ruff: noqa: RUF001  # digits as a Japanese keyboard types them
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.accounts.codes import LINK_SECONDS, MOST_TRIES, code_digest, new_code, typed_code
from registry.errors import GoneError, RateLimitedError, WrongCodeError
from registry.model.credentials import Purpose, digest
from registry.rate_limits import CODES_BY_ADDRESS

EMAIL = "aoi@studio.example"
CLIENT = "203.0.113.7"


@pytest.fixture
def accounts(registry):
    return registry.accounts


def wrong(code):
    return code[:-1] + ("1" if code[-1] == "0" else "0")


@pytest.fixture
def asked(accounts, letterbox):
    """What the browser keeps after it asked for a letter, and the code in that letter."""
    nonce = accounts.request_link(EMAIL, client=CLIENT)
    return nonce, letterbox.last_code()


def test_a_code_signs_its_browser_in_as_the_link_does(accounts, letterbox, asked):
    nonce, code = asked
    by_code = accounts.confirm_code(code, nonce)
    assert accounts.actor_for_session(by_code.secret) == by_code.actor
    other = accounts.request_link(EMAIL, client=CLIENT)
    assert accounts.confirm_link(letterbox.last_link(), other).actor == by_code.actor


def test_a_letter_works_once_whichever_of_the_two_is_used(accounts, letterbox, asked):
    nonce, code = asked
    link = letterbox.last_link()
    accounts.confirm_code(code, nonce)
    with pytest.raises(GoneError):
        accounts.confirm_code(code, nonce)
    with pytest.raises(GoneError):
        accounts.confirm_link(link, nonce)


def test_a_code_is_nothing_in_another_browser(accounts, asked):
    _, code = asked
    theirs = accounts.request_link("mallory@example.net", client=CLIENT)
    with pytest.raises(WrongCodeError):
        accounts.confirm_code(code, theirs)
    with pytest.raises(GoneError):
        accounts.confirm_code(code, None)


def test_five_wrong_codes_end_it_and_the_link_still_works(accounts, letterbox, asked):
    nonce, code = asked
    for _ in range(MOST_TRIES):
        with pytest.raises(WrongCodeError):
            accounts.confirm_code(wrong(code), nonce)
    with pytest.raises(GoneError, match="too often"):
        accounts.confirm_code(code, nonce)
    assert accounts.confirm_link(letterbox.last_link(), nonce)


def test_asking_again_gives_the_same_browser_no_further_tries(accounts, letterbox, asked):
    nonce, code = asked
    for _ in range(MOST_TRIES):
        with pytest.raises(WrongCodeError):
            accounts.confirm_code(wrong(code), nonce)
    assert accounts.request_link(EMAIL, client=CLIENT, nonce=nonce) == nonce
    with pytest.raises(GoneError):
        accounts.confirm_code(letterbox.last_code(), nonce)


def test_a_code_works_for_ten_minutes(accounts, clock, asked):
    nonce, code = asked
    clock.pass_(LINK_SECONDS)
    with pytest.raises(GoneError):
        accounts.confirm_code(code, nonce)


def test_a_code_does_only_what_it_was_mailed_for(accounts, letterbox, asked):
    nonce, code = asked
    with pytest.raises(GoneError):
        accounts.use_code(nonce, code, Purpose.DELETE_ACCOUNT)
    other = accounts.request_code(EMAIL, Purpose.DELETE_ACCOUNT)
    with pytest.raises(GoneError):
        accounts.confirm_code(letterbox.last_code(), other)
    assert accounts.use_code(other, letterbox.last_code(), Purpose.DELETE_ACCOUNT) == EMAIL


def test_letters_with_codes_to_one_address_are_few(accounts):
    for _ in range(CODES_BY_ADDRESS.quota):
        accounts.request_code(EMAIL, Purpose.DELETE_ACCOUNT)
    with pytest.raises(RateLimitedError):
        accounts.request_code(EMAIL, Purpose.DELETE_ACCOUNT)


def test_the_database_does_not_tell_a_code_to_who_tries_all_of_them(registry, asked):
    nonce, code = asked
    with registry.store.read() as database:
        (row,) = database["sign_in_links"].rows
    assert row["code"] == code_digest(nonce, code)
    assert row["code"] not in {digest(code), digest(typed_code(code)), digest(f"{row['nonce'].hex()} {code}")}


@pytest.mark.parametrize(
    "typed", ["04158820", "0415 8820", "0415-8820", "０４１５　８８２０", " 0 4 1 5 8 8 2 0\n"]
)
def test_a_code_is_read_however_it_is_typed(typed):
    assert typed_code(typed) == "04158820"


@given(st.binary(min_size=16, max_size=16))
def test_every_code_has_eight_digits(chance):
    assert re.fullmatch(r"\d{4} \d{4}", new_code(lambda _: chance))
