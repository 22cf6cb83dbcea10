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
    """Do what Heritrix does: whatever begins with a prefix, https taken for http."""
    host, _, rest = url.partition("://")[2].partition("/")
    surt = f"http://({','.join(reversed(host.split('.')))},)/{rest}"
    return any(surt.startswith(line) for line in lines if not line.startswith("#"))


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
    ("name", "excludes"), [("nutch", nutch_excludes), ("surt", surt_excludes), ("adblock", adblock_excludes)]
)
def test_a_tool_excludes_what_is_reserved_and_nothing_else(name: str, excludes) -> None:
    lines = list(formats.text(name, RULES, ["about"]))
    assert [url for url in INSIDE if not excludes(url, lines)] == []
    assert [url for url in OUTSIDE if excludes(url, lines)] == []


def test_a_prefix_of_nutch_covers_its_own_page() -> None:
    assert nutch_excludes("https://platform.example/bob", list(formats.nutch(RULES)))


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
