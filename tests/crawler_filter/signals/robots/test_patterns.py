"""RFC 9309 section 2.2.2: what a path pattern matches, and which of several speaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.signals.robots.patterns import (
    MAX_WORK,
    Pattern,
    Rule,
    RuleSet,
    TooMuchWorkError,
    path_of,
    path_pattern,
)

PIECES = st.lists(
    st.sampled_from(["/", "a", "b", "*", "$", "%41", "%2F", "%", "é", "?", ".", "\udce9"]), max_size=8
)


@pytest.mark.parametrize(
    ("pattern", "url", "matches"),
    [
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz", True),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A//foo.bar", True),
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84", True),
        ("/foo/bar/%E3%83%84", "/foo/bar/ツ", True),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz", True),
        ("/foo/bar/baz", "/foo/bar/%62%61%7a", True),
        ("/path/file-with-a-%2A.html", "https://www.example.com/path/file-with-a-*.html", True),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-star.html", False),
        ("/path/foo-%24", "https://www.example.com/path/foo-$", True),
        ("/foo$", "/foo", True),
        ("/foo$", "/foo$", False),
        ("/this/*/exactly", "/this/is/a/path/exactly/and/more", True),
        ("/*.gif$", "/a/b.gif", True),
        ("/*.gif$", "/a/b.gif?x", False),
        ("/a%2Fb", "/a/b", False),
        ("/a%3cd.html", "/a%3Cd.html", True),
        ("/Foo", "/foo", False),
        ("/", "http://h", True),
        ("/", "http://h?q", True),
        ("/?q", "http://h?q", True),
        ("/private/", "http://user:pw@h:81/private/x#/public/", True),
        ("/private/", "/public/../private/x", True),
        ("/private/", "/public/%2e%2E/private/x", True),
        ("foo", "/foo", False),
        ("/private/", " \n https://h/private/x ", True),
        ("/private/", "https://h/pri\tvate/x", True),
        ("/private/", "https:/h/private/x", True),
        ("/private/", "https:h/private/x", True),
        ("/private/", "https:///h/private/x", True),
        ("/private/", "HTTPS://H/private/x", True),
    ],
)
def test_rfc_9309_2_2_2_octets_are_compared_in_one_spelling(pattern: str, url: str, matches: bool) -> None:
    assert Pattern(pattern).matches(path_of(url)) is matches


@pytest.mark.parametrize(
    ("location", "pattern"),
    [
        ("/a", "/a"),
        ("*.png", "*.png"),
        ("a/*", "/a/*"),
        ("https://h/a?q", "/a?q"),
        ("https://h", "/"),
        ("", "/"),
    ],
)
def test_a_location_may_be_written_as_a_url_or_without_its_first_slash(location: str, pattern: str) -> None:
    assert path_pattern(location) == pattern


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/fish", "/fish.html", True),
        ("/fish", "/Fish.asp", False),
        ("/fish", "/catfish", False),
        ("/fish*", "/fishheads/yummy.html", True),
        ("/fish/", "/fish", False),
        ("/*.php", "/folder/filename.php?parameters", True),
        ("/*.php", "/windows.PHP", False),
        ("/*.php$", "/filename.php/", False),
        ("/fish*.php", "/fishheads/catfish.php?parameters", True),
        ("/fish*.php", "/Fish.PHP", False),
        ("/a***b", "/ab", True),
        ("*$", "/", True),
        ("/ab*ba$", "/aba", False),
        ("/ab*ba$", "/abba", True),
        ("$", "/", False),
        ("", "/", True),
    ],
)
def test_googles_table_of_path_matches(pattern: str, path: str, matches: bool) -> None:
    assert Pattern(pattern).matches(path) is matches


def rules(*stated: str) -> RuleSet[str]:
    return RuleSet(
        Rule(Pattern(path), int(verb == "allow"), f"{verb} {path}")
        for verb, path in (text.split(" ") for text in stated)
    )


@pytest.mark.parametrize(
    ("stated", "path", "speaks"),
    [
        (("allow /p", "disallow /"), "/page", "allow /p"),
        (("allow /folder", "disallow /folder"), "/folder/page", "allow /folder"),
        (("allow /page", "disallow /*.htm"), "/page.htm", "disallow /*.htm"),
        (("allow /page", "disallow /*.ph"), "/page.php5", "allow /page"),
        (("allow /$", "disallow /"), "/", "allow /$"),
        (("allow /$", "disallow /"), "/page.htm", "disallow /"),
        (("disallow /a*", "allow /ab"), "/abc", "allow /ab"),
        (("disallow /%E3%83%84", "allow /*******"), "/ツ", "disallow /%E3%83%84"),
        (("disallow /x",), "/y", None),
    ],
)
def test_rfc_9309_2_2_2_the_longest_match_speaks_and_allow_wins_ties(
    stated: tuple[str, ...], path: str, speaks: str | None
) -> None:
    for order in (stated, stated[::-1]):
        rule = rules(*order).match(path_of(path))
        assert (rule and rule.value) == speaks


@given(PIECES, PIECES)
def test_the_fast_match_is_the_match_of_each_rule(pattern: list[str], path: list[str]) -> None:
    rule = Rule(Pattern("".join(pattern)), 0, None)
    url = path_of("/" + "".join(path))
    assert (RuleSet([rule]).match(url) is not None) is rule.pattern.matches(url)


@given(st.lists(st.sampled_from([*"/aZ.?:=@<>[]_~&;+,-", "//", "/.", "/..", "http://h", "\\\\"]), max_size=8))
def test_the_short_way_to_a_path_is_the_long_one(pieces: list[str]) -> None:
    for begin in ("/", "https://site.example", "http://u@h:8080/"):
        url = begin + "".join(pieces)
        assert path_of(url) == path_of(f"\n{url}")  # which only the long way reads


@given(PIECES)
def test_a_path_is_its_own_spelling(path: list[str]) -> None:
    once = path_of("/" + "".join(path))
    assert path_of(once) == once
    assert Pattern(once).matches(once)


def test_more_wildcards_than_can_be_tried_are_not_decided() -> None:
    many = RuleSet([Rule(Pattern(f"/*{number}"), 0, None) for number in range(1000)])
    assert many.match("/none") is None
    with pytest.raises(TooMuchWorkError):
        many.match("/" + "x" * (MAX_WORK // 1000 + 1))
