import re

from hypothesis import given
from hypothesis import strategies as st

from registry.model.credentials import TokenScope, checksum, digest, is_secret, is_token, new_secret, new_token


def test_the_published_vector():
    assert "orp_0123456789ABCDEFGHIJKLMNOPQRST" + checksum("0123456789ABCDEFGHIJKLMNOPQRST") == (
        "orp_0123456789ABCDEFGHIJKLMNOPQRST4PMbyp"
    )
    assert is_token("orp_0123456789ABCDEFGHIJKLMNOPQRST4PMbyp")


@given(st.binary(min_size=32, max_size=32))
def test_every_token_is_recognised_by_its_checksum_and_by_scanners(entropy):
    token = new_token(lambda length: entropy[:length])
    assert is_token(token)
    assert re.fullmatch(r"orp_[0-9A-Za-z]{36}", token)


@given(st.binary(min_size=32, max_size=32), st.integers(4, 39), st.sampled_from("0189AZaz"))
def test_a_token_with_one_wrong_character_is_not_one(entropy, position, character):
    token = new_token(lambda length: entropy[:length])
    typo = token[:position] + character + token[position + 1 :]
    assert is_token(typo) is (typo == token)


@given(st.text())
def test_no_text_makes_recognition_fail(text):
    assert not is_token(text) or text.startswith("orp_")
    assert is_secret(text) in (True, False)
    assert len(digest(text)) == 32


def test_a_secret_has_256_bits():
    assert new_secret(bytes) == "A" * 43
    assert is_secret(new_secret(lambda length: b"\xff" * length))


def test_declaring_includes_reading_and_not_the_other_way_round():
    assert [(mine, needed) for mine in TokenScope for needed in TokenScope if not mine.covers(needed)] == [
        (TokenScope.READ, TokenScope.DECLARE)
    ]
