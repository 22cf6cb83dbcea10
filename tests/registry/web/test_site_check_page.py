"""The page on which publishers check their own site, as somebody without JavaScript uses it."""

import re

import pytest

from crawler_filter.lint.explanations import EXPLANATIONS
from crawler_filter.lint.issues import Issue
from crawler_filter.lint.report import Outcome
from crawler_filter.signals.signal import Family
from registry import rate_limits
from registry.web import page_charges
from registry.web.site_report import _outcome, family_words
from tests.registry.studio import SHA
from tests.registry.web.person import OURS

SITE = "http://art.example.com/"


@pytest.fixture
def files(files):
    files |= {
        "/robots.txt": "Content-Signal: ai-train=no\nUser-agent: GPTBot\nDisallow: /",
        "/": "<!doctype html><title>Aoi</title><script>alert(1)</script><meta name=robots content='noai'>",
        "/.well-known/tdmrep.json": '{"location": "/", "tdm-reservation": 1}',
    }
    return files


def test_the_form_is_reached_from_the_start_page_and_from_the_lookup(visitor) -> None:
    assert visitor.open("/").follow("Check what your own site says").path == "/check-site"
    assert visitor.open("/check").follow("Is it your own site?").path == "/check-site"


def test_a_site_is_checked_by_a_button(visitor) -> None:
    visitor.open("/check-site").fill(site=SITE).press("Check my site")
    assert "AI training is reserved" in visitor.text
    row = next(row for row in visitor.page.select("tbody tr") if "AI training" in row.th.get_text())
    assert "Reserved (ask first)" in row.get_text()
    assert "robots.txt shuts out: GPTBot" in " ".join(row.get_text().split())
    first = visitor.page.select_one(".advice li").get_text(" ", strip=True)
    explanation = EXPLANATIONS[Issue.ROBOTS_ORPHAN]
    assert first.startswith("Error robots.txt line 1 Content-Signal: ai-train=no")
    assert explanation.wrong in first
    assert explanation.fix in first
    assert EXPLANATIONS[Issue.TDMREP_SHAPE].wrong in visitor.text


def test_a_site_without_tls_is_read_as_its_proof_was(visitor) -> None:
    visitor.open("/check-site").fill(site="art.example.com").press("Check my site")
    assert "AI training is reserved" in visitor.text
    assert visitor.page.select_one(".verdict code").get_text() == SITE
    visitor.open("/check-site").fill(site="https://art.example.com").press("Check my site", status=422)


def test_whoever_checks_again_finds_back_to_what_to_put_there(studio, visitor) -> None:
    made = studio.declare(("domain", "art.example.com"), ("sha256", SHA))
    visitor.open(f"/d/{made.id}/site").press("Check art.example.com again")
    assert "AI training is reserved" in visitor.text
    visitor.press("Check my site").follow("What to put on your site")
    assert visitor.path == f"/d/{made.id}/site"
    answer = visitor.client.post(
        "/check-site", data={"site": "x", "declaration": "//evil.example"}, base_url=visitor.origin, headers=OURS
    )
    assert "evil" not in answer.text


def test_what_a_site_says_is_shown_as_text(visitor, files) -> None:
    files["/robots.txt"] = "Content-Signal: <script>alert(1)</script>=no"
    visitor.open("/check-site").fill(site=SITE).press("Check my site")
    assert "<script>alert(1)</script>" in visitor.text
    assert visitor.page.main.select("script") == []


def test_what_cannot_be_checked_is_said_beside_the_field(visitor) -> None:
    for typed, problem in {
        "": "Enter the address of a page",
        "two words": "Enter the address of a page",
        "http://127.0.0.1/": "The site could not be read",
        "http://localhost/": "The site could not be read",
        "http://art.example.com:8080/": "The site could not be read",
        "http://user:secret@art.example.com/": "The site could not be read",
    }.items():
        visitor.open("/check-site").fill(site=typed).press("Check my site", status=422)
        assert problem in visitor.problems["site"]
        assert visitor.page.select_one("#site")["value"] == typed


INSIDE = ("10.23.45.67", "192.168.77.5", "169.254.169.254", "fd12:3456::9", "::ffff:10.23.45.67", "127.9.8.7")


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_is_told_to_strangers(visitor, zone, address) -> None:
    zone.addresses("inside.example.com", address)
    zone.addresses("both.example.com", "192.0.2.7", address)
    zone.alias("alias.example.com", "inside.example.com")
    for host in ("inside", "both", "alias"):
        visitor.open("/check-site").fill(site=f"http://{host}.example.com/").press("Check my site", status=422)
        assert address not in visitor.response.text
        assert address.removeprefix("::ffff:") not in visitor.response.text


def test_a_link_checks_nothing(visitor, art_site) -> None:
    visitor.open(f"/check-site?site={SITE}")
    assert visitor.page.select_one("#site")["value"] == SITE
    assert art_site.connections == 0


def test_one_caller_checks_only_so_often(visitor, monkeypatch) -> None:
    monkeypatch.setitem(page_charges.FETCHING, "web.report_on_site", (rate_limits.Rate("site-check", 1, 300), 1))
    for status in (200, 429):
        answer = visitor.client.post("/check-site", data={"site": SITE}, base_url=visitor.origin, headers=OURS)
        assert answer.status_code == status


RSL = '<rsl xmlns="https://rslstandard.org/rsl">{}</rsl>'
BOTH = "<content url='/'><license><permits>ai-train</permits><prohibits>ai-train</prohibits></license></content>"
WITH_LICENSE = {"/": "<!doctype html><link rel=license type=application/rsl+xml href=/l.xml>"}
TDMREP = "/.well-known/tdmrep.json"
FAULTY = {
    "AIPREF that does not parse": ({"/robots.txt": "User-agent: *\nContent-Usage: train-ai=n n"}, "RFC 9651の辞書"),
    "AIPREF in quotes": ({"/robots.txt": 'User-agent: *\nContent-Usage: train-ai="n"'}, "引用符なしのyかn"),
    "a tag of AIPREF": ({"/": "<!doctype html><meta name=content-usage content='train-ai=n'>"}, "どの仕様にもありません"),
    "two words of a signal": (
        {"/robots.txt": "User-agent: *\nContent-Signal: ai-train=maybe; foo=no, use=all"},
        "コンマで区切って", "yes, noのいずれか", "Content Signalではありません", "immediate, reference, full",
    ),
    "an empty signal": ({"/robots.txt": "User-agent: *\nContent-Signal: no"}, "Content Signalではありません"),
    "JSON that ends": ({TDMREP: '[{"location": "/",'}, "1行目の19文字目からJSONになっていません"),
    "JSON in JSON": ({TDMREP: "[" * 100_000}, "JSONの入れ子が深すぎます"),
    "JSON of a word": ({TDMREP: '"no"'}, "配列が必要です"),
    "XML that ends": ({**WITH_LICENSE, "/l.xml": "<rsl><content>"}, "XMLとして正しくありません"),
    "XML with entities": ({**WITH_LICENSE, "/l.xml": "<!DOCTYPE rsl []><rsl/>"}, "DOCTYPEがあり"),
    "XML of another kind": ({**WITH_LICENSE, "/l.xml": "<feed/>"}, "ルート要素は"),
    "a licence of nothing": ({**WITH_LICENSE, "/l.xml": RSL.format("")}, "content要素がない"),
    "an element of nobody": (
        {**WITH_LICENSE, "/l.xml": RSL.format("<content url='/'><permit>x</permit></content>")}, "要素permitは"
    ),
    "a usage of nobody": (
        {**WITH_LICENSE, "/l.xml": RSL.format("<content url='/'><license><prohibits>all of it</prohibits></license></content>")},
        "利用の種類ではない",
    ),
    "a licence against itself": ({**WITH_LICENSE, "/l.xml": RSL.format(BOTH)}, "許可と禁止が同時"),
}  # fmt: skip
ENGLISH = re.compile(r"[a-z]{2,}(?: [a-z]{2,}){2,}")


@pytest.mark.parametrize("fault", FAULTY)
def test_what_parsers_find_is_said_in_japanese(visitor, files, fault) -> None:
    files.clear()
    pages, *said = FAULTY[fault]
    files |= {"/": "<!doctype html>", **pages}
    visitor.open("/check-site?lang=ja").fill(site=SITE).press("サイトを確認")
    details = " ".join(each.get_text() for each in visitor.page.select(".advice .meta"))
    assert [words for words in said if words not in details] == []
    assert not ENGLISH.search(details)


def test_every_standard_and_outcome_has_words(app) -> None:
    with app.test_request_context():
        assert len({family_words(family) for family in Family}) == len(Family)
        assert all(_outcome(outcome).words for outcome in Outcome)
