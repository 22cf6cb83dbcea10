"""Block lists are what their tools read: each is held to the rules of its tool, on addresses inside and outside."""

import json
import re

import pytest

from crawler_filter.exports import formats
from crawler_filter.exports.formats import Rule
from crawler_filter.formats.record import ScopeKind

RULES = [
    Rule(ScopeKind.DOMAIN, "example.com", "registry.example", "https://registry.example/d/a"),
    Rule(ScopeKind.HOST, "art.example.org", "registry.example"),
    Rule(ScopeKind.PREFIX, "platform.example/bob/", "own-list"),
    Rule(ScopeKind.URL, "platform.example/a(1).png?x=1", "own-list"),
    Rule(ScopeKind.URL, "platform.example/*", "own-list"),
    Rule(ScopeKind.URL, "platform.example/c$image,badfilter", "own-list"),
    Rule(ScopeKind.PREFIX, "platform.example/*/d/", "own-list"),
]

INSIDE = [
    "https://example.com/",
    "http://www.example.com/a/b?c",
    "https://art.example.org/x",
    "https://platform.example/bob/1.png",
    "https://platform.example/a(1).png?x=1",
    "https://platform.example/*",
    "http://platform.example/c$image,badfilter",
    "https://platform.example/*/d/1.png",
]
OUTSIDE = [
    "https://myexample.com/",
    "https://example.com.evil.example/",
    "https://other.example.org/",
    "https://www.art.example.org/",
    "https://platform.example/bobby/1.png",
    "https://platform.example/a(1)xpng?x=1",
    "https://platform.example/a/d/1.png",
    "https://platform.example/c",
    "https://platform.example/e",
]


def nutch_excludes(url: str, lines: list[str]) -> bool:
    """Do what FastURLFilter of Nutch does with its file."""
    host, _, rest = url.partition("://")[2].partition("/")
    path, path_query = f"/{rest}".partition("?")[0], f"/{rest}"
    current, rules = ("", ""), []
    for line in (each.partition("#")[0].strip() for each in lines):
        word, _, value = line.partition(" ")
        if word in ("Host", "Domain"):
            current = word, value
        elif word:
            rules.append((*current, word, value))
    for word, name, deny, pattern in rules:
        on = host == name or (word == "Domain" and host.endswith(f".{name}"))
        if on and re.search(pattern, path if deny == "DenyPath" else path_query):
            return True
    return False


def surt_excludes(url: str, lines: list[str]) -> bool:
    """Do what Heritrix does: whatever begins with what stands behind a plus sign, https for http, A for a.

    It reads a line without the sign as an address, and a SURT is none (SurtPrefixSet.importFromMixed).
    """
    address, _, rest = url.partition("://")[2].partition("/")
    host, colon, port = address.partition(":")
    surt = f"http://({','.join(reversed(host.split('.')))},{colon}{port})/{rest}".lower()
    return any(surt.startswith(line[1:].lower()) for line in lines if line.startswith("+") and "(" in line)


def regex_excludes(url: str, lines: list[str]) -> bool:
    """Do what RegexURLFilter does: the first line whose expression is found says, and none refuses."""
    for line in lines:
        if line[0] in "+-" and re.search(line[1:].replace("(?i)^", "^(?i:", 1) + ")" * ("(?i)^" in line), url):
            return line[0] == "-"
    return True


def adblock_excludes(url: str, lines: list[str]) -> bool:
    """Do what blockers do with what is used here: || domain, | beginning or end, ^ separator, /expression/."""
    for line in lines:
        if line.startswith("/") and line.endswith("/"):
            pattern = line[1:-1]
        elif line.startswith("||"):
            pattern = rf"^https?://([^/]+\.)?{re.escape(line[2:-1])}([/:?]|$)"
        elif line.startswith("|"):
            pattern = (
                "^"
                + re.escape(line[1:].rstrip("|^"))
                + ("$" if line.endswith("|") else "([/:?]|$)" if line.endswith("^") else "")
            )
        else:
            continue
        if re.search(pattern, url):
            return True
    return False


@pytest.mark.parametrize(
    ("name", "excludes"),
    [("nutch", nutch_excludes), ("regex", regex_excludes), ("surt", surt_excludes), ("adblock", adblock_excludes)],
)
def test_a_tool_excludes_what_is_reserved_and_nothing_else(name: str, excludes) -> None:
    lines = list(formats.text(name, RULES, ["about"]))
    assert [url for url in INSIDE if not excludes(url, lines)] == []
    assert [url for url in OUTSIDE if excludes(url, lines)] == []


@pytest.mark.parametrize(
    ("name", "excludes"), [("nutch", nutch_excludes), ("regex", regex_excludes), ("adblock", adblock_excludes)]
)
def test_a_folder_covers_its_own_page_too(name: str, excludes) -> None:
    lines = list(formats.text(name, RULES, ["about"]))
    assert excludes("https://platform.example/bob", lines)
    assert excludes("https://platform.example/bob?tab=works", lines)


SPELLED = [
    Rule(ScopeKind.URL, "a.example/image%5B1%5D.png", "own-list"),
    Rule(ScopeKind.URL, "a.example/Art_(film)", "own-list"),
    Rule(ScopeKind.URL, "a.example/?u=https://b.example&q=a+b", "own-list"),
    Rule(ScopeKind.URL, "a.example/100%25", "own-list"),
    Rule(ScopeKind.PREFIX, "a.example/%E3%81%82/", "own-list"),
]


@pytest.mark.parametrize(
    ("name", "excludes"),
    [("nutch", nutch_excludes), ("regex", regex_excludes), ("surt", surt_excludes), ("adblock", adblock_excludes)],
)
@pytest.mark.parametrize(
    "path",
    [
        "/image%5B1%5D.png", "/image[1].png", "/Art_(film)", "/Art_%28film%29", "/?u=https://b.example&q=a%20b",
        "/?u=https%3A%2F%2Fb.example&q=a+b", "/100%25", "/100%", "/%E3%81%82/1.png", "/%E3%81%82?page=2",
    ],
)  # fmt: skip
def test_what_clients_spell_in_other_ways_is_covered_too(name: str, excludes, path: str) -> None:
    lines = list(formats.text(name, SPELLED, ["about"]))
    assert excludes(f"https://a.example{path}", lines)
    assert not excludes(f"https://a.example/b{path}", lines)


@pytest.mark.parametrize(("name", "excludes"), [("regex", regex_excludes), ("surt", surt_excludes)])
def test_a_whole_host_is_covered_on_every_port(name: str, excludes) -> None:
    lines = list(formats.text(name, RULES, ["about"]))
    assert excludes("http://art.example.org:8080/x", lines)
    assert excludes("http://www.example.com:8080/x", lines)


def test_expressions_take_an_account_in_either_case_and_other_sites_as_they_are() -> None:
    rules = [
        Rule(ScopeKind.PREFIX, "github.com/kaze/", "own-list"),
        Rule(ScopeKind.PREFIX, "a.example/kaze/", "own-list"),
    ]
    for name, excludes in (("nutch", nutch_excludes), ("regex", regex_excludes)):
        lines = list(formats.text(name, rules, []))
        assert excludes("https://github.com/Kaze/work", lines)
        assert not excludes("https://a.example/Kaze/work", lines)


def test_the_root_of_a_host_is_covered_without_its_slash() -> None:
    rules = [Rule(ScopeKind.URL, "a.example/", "own-list"), Rule(ScopeKind.URL, "b.example/?p=1", "own-list")]
    lines = list(formats.regex(rules))
    assert regex_excludes("https://a.example", lines)
    assert regex_excludes("https://a.example/?", lines)
    assert regex_excludes("https://b.example?p=1#top", lines)
    assert not regex_excludes("https://a.example/b", lines)


def test_a_hosts_file_has_the_names_it_can_have() -> None:
    assert list(formats.text("hosts", RULES, ["about"])) == [
        "# about",
        "0.0.0.0 example.com",
        "0.0.0.0 www.example.com",
        "0.0.0.0 art.example.org",
    ]


def test_json_has_every_rule_and_nothing_else() -> None:
    rows = [json.loads(line) for line in formats.text("json", RULES, ["about"])]
    assert [row["value"] for row in rows] == [rule.value for rule in RULES]
    assert rows[0] == {
        "kind": "domain",
        "value": "example.com",
        "source": "registry.example",
        "page": "https://registry.example/d/a",
    }


@pytest.mark.parametrize("name", formats.COMMENT)
def test_a_name_with_line_ends_adds_no_line_to_a_list(name):
    about = ["own\n0.0.0.0 a.example\r\x85@@||example.com^\u2028+http://(org,"]
    assert len(list(formats.text(name, RULES, about))) == len(list(formats.text(name, RULES, [""])))
    assert all(len(line.splitlines()) == 1 for line in formats.text(name, RULES, about))
