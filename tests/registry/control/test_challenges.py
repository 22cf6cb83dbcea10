import os

import pytest

from registry.control.challenges import Method, instructions, new_challenge
from registry.errors import InvalidRequestError

NOW = 1_800_000_000  # 2027-01-15T08:00:00Z
DAY = 86_400
ORIGIN = "registry.example"
PARTY = "p" * 26


def made(method, target):
    return new_challenge(PARTY, method, target, now=NOW, entropy=os.urandom)


def test_a_token_has_128_bits_of_the_entropy_it_is_given():
    asked = []

    def counting(count):
        asked.append(count)
        return os.urandom(count)

    challenge = new_challenge(PARTY, Method.DNS_TXT, "example.com", now=NOW, entropy=counting)
    assert asked == [16, 16]
    assert len(challenge.token) == len(challenge.id) == 26
    assert challenge.token != challenge.id


@pytest.mark.parametrize(
    ("method", "typed", "target"),
    [
        (Method.DNS_TXT, "Example.COM.", "example.com"),
        (Method.DNS_PERSIST, "作品.jp", "xn--2qq64k.jp"),
        (Method.HTTP_FILE, "https://www.example.com/", "www.example.com"),
        (Method.HTML_META, "www.example.com", "www.example.com"),
        (Method.PROFILE_PAGE, "https://www.deviantart.com/Bob/", "www.deviantart.com/bob/"),
    ],
)
def test_a_target_is_stored_in_its_canonical_form(method, typed, target):
    assert made(method, typed).target == target


@pytest.mark.parametrize(
    ("method", "target"),
    [
        (Method.DNS_TXT, "example.com/art/"),
        (Method.DNS_TXT, "127.0.0.1"),
        (Method.DNS_PERSIST, "localhost"),
        (Method.DNS_TXT, "under_score.example.com"),
        (Method.HTTP_FILE, "www.example.com:8080"),
        (Method.HTTP_FILE, "[::1]"),
        (Method.HTML_META, "www.example.com/page"),
        (Method.HTML_META, "user@example.com"),
        (Method.PROFILE_PAGE, "www.deviantart.com"),
        (Method.PROFILE_PAGE, "example.com/bob/"),
        (Method.PROFILE_PAGE, "www.deviantart.com/bob"),
    ],
)
def test_a_target_the_method_cannot_prove_is_refused_at_its_field(method, target):
    with pytest.raises(InvalidRequestError) as refused:
        made(method, target)
    assert [error.pointer for error in refused.value.errors] == ["/target"]


@pytest.mark.parametrize(
    ("seconds", "is_open"), [(0, True), (7 * DAY - 1, True), (7 * DAY, False), (31 * DAY, False)]
)
def test_a_challenge_is_open_for_seven_days(seconds, is_open):
    assert made(Method.DNS_TXT, "example.com").is_open(NOW + seconds) is is_open


@pytest.mark.parametrize(
    ("method", "target", "expected"),
    [
        (
            Method.DNS_TXT,
            "example.com",
            ("_optout-challenge.example.com", "TXT", "token={token} expiry=never", None),
        ),
        (
            Method.DNS_PERSIST,
            "example.com",
            (
                "_optout-persist.example.com",
                "TXT",
                f"{ORIGIN}; accounturi=https://{ORIGIN}/acct/{PARTY}; policy=subtree",
                None,
            ),
        ),
        (
            Method.HTTP_FILE,
            "www.example.com",
            ("http://www.example.com/.well-known/optout/{id}.txt", "file", "{token}", None),
        ),
        (
            Method.HTML_META,
            "www.example.com",
            ("http://www.example.com/", "meta", '<meta name="optout-verification" content="{token}">', None),
        ),
        (
            Method.PROFILE_PAGE,
            "www.pixiv.net/users/11/",
            ("https://www.pixiv.net/users/11/", "text", "{token}", "自己紹介 (self-introduction)"),
        ),
        (
            Method.PROFILE_PAGE,
            "gitlab.com/bob/",
            ("https://gitlab.com/bob/", "link", f"https://{ORIGIN}/@{PARTY}", "Website url"),
        ),
    ],
)
def test_instructions_say_exactly_what_to_publish_and_where(method, target, expected):
    challenge = made(method, target)
    shown = instructions(challenge, ORIGIN)
    at, kind, value, field = expected
    assert shown.at == at.replace("{id}", challenge.id)
    assert (shown.type, shown.field) == (kind, field)
    assert shown.value == value.replace("{token}", challenge.token)
    assert challenge.token not in shown.at
