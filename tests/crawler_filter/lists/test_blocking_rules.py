"""What other tools block is read out of their lists as they block it, and nothing that they do not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import InvalidScopeError
from crawler_filter.exports.formats import Rule, adblock, hosts
from crawler_filter.formats.record import ScopeKind
from crawler_filter.lists.blocking_rules import places
from crawler_filter.lists.entries import Entry, read_value
from crawler_filter.lists.reading import Refused, read_list


def read(tmp_path: Path, *lines: str) -> list[Entry | Refused]:
    path = tmp_path / "list.txt"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return list(read_list(path))


def named(found: list[Entry | Refused]) -> list[tuple[str, str]]:
    return [(each.kind.value, each.value) for each in found if isinstance(each, Entry)]


@pytest.mark.parametrize(
    ("line", "kept_out"),
    [
        ("0.0.0.0 a.example b.example", [("host", "a.example"), ("host", "b.example")]),
        (":: a.example", [("host", "a.example")]),
        ("||a.example^", [("domain", "a.example")]),
        ("||a.example^$document,important", [("domain", "a.example")]),
        ("||*.a.example^", [("domain", "a.example")]),
        ("|https://a.example^", [("host", "a.example")]),
        ("|https://a.example/x|", [("url", "a.example/x")]),
        ("||a.example/bob/*$image", [("prefix", "a.example/bob/"), ("prefix", "www.a.example/bob/")]),
        ("||www.a.example/bob/1.png", [("prefix", "www.a.example/bob/1.png/")]),
        ("*://*.a.example/*", [("domain", "a.example")]),
        ("*://a.example/*", [("host", "a.example")]),
        ("*://*.a.example/bob/*", [("prefix", "a.example/bob/"), ("prefix", "www.a.example/bob/")]),
        ("*://a.example/1.png", [("url", "a.example/1.png")]),
        ("address=/a.example/b.example/0.0.0.0", [("domain", "a.example"), ("domain", "b.example")]),
        ('local-zone: "a.example." always_nxdomain', [("domain", "a.example")]),
        ("*.a.example CNAME .", [("domain", "a.example")]),
        (".a.example", [("domain", "a.example")]),
    ],
)
def test_a_rule_of_another_tool_keeps_out_what_it_keeps_out_there(
    tmp_path: Path, line: str, kept_out: list[tuple[str, str]]
) -> None:
    assert named(read(tmp_path, line)) == kept_out


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('google.com##a[href*="a.example"]', "hides parts of pages"),
        ("a.example,b.example#@#.ad", "hides parts of pages"),
        ("@@||a.example^", "a list only restricts"),
        ("||a.example^$removeparam=utm", "the option removeparam=utm"),
        ("||a.example^$domain=b.example", "the option domain=b.example"),
        ("||a.example/*/b", "the pattern"),
        ("192.168.1.1 printer.example", "0.0.0.0"),
        ("||a.example^", None),
    ],
)
def test_a_rule_that_says_less_than_a_place_is_refused_and_not_taken_for_its_domain(
    tmp_path: Path, line: str, why: str | None
) -> None:
    (found,) = read(tmp_path, line)
    assert isinstance(found, Entry) if why is None else isinstance(found, Refused) and why in found.why


def test_the_names_that_a_hosts_file_gives_the_machine_itself_are_no_entries_and_no_faults(tmp_path: Path) -> None:
    own = (
        "127.0.0.1 localhost",
        "::1 ip6-localhost ip6-loopback",
        "255.255.255.255 broadcasthost",
        "ff02::1 ip6-allnodes",
    )
    assert named(read(tmp_path, *own, "0.0.0.0 a.example")) == [("host", "a.example")]
    assert len(read(tmp_path, *own, "0.0.0.0 a.example")) == 1


PLACES = [
    (ScopeKind.DOMAIN, "a.example"),
    (ScopeKind.HOST, "b.example"),
    (ScopeKind.PREFIX, "c.example/bob/"),
    (ScopeKind.URL, "d.example/1.png"),
    (ScopeKind.URL, "d.example/?id=1"),
]


def test_a_list_that_was_exported_is_compiled_into_the_same_places(tmp_path: Path) -> None:
    lines = adblock(Rule(kind, value, "own-list") for kind, value in PLACES)
    page_of_the_prefix = (ScopeKind.URL, "c.example/bob")
    assert dict.fromkeys(named(read(tmp_path, *lines))) == dict.fromkeys(
        (kind.value, value) for kind, value in (*PLACES, page_of_the_prefix)
    )
    whole = hosts(Rule(kind, value, "own-list") for kind, value in PLACES)
    assert named(read(tmp_path, *whole)) == [
        ("host", name) for name in ("a.example", "www.a.example", "b.example")
    ]


@given(st.text(alphabet='|@^*$/.:=#,a1 "-', max_size=40))
def test_any_line_is_a_rule_or_none_or_refused(line: str) -> None:
    try:
        found = places(line.strip()) if line.strip() else []
    except InvalidScopeError:
        return
    for kind, text in found or []:
        try:
            assert read_value(text, kind)[1]
        except ValueError:
            continue
