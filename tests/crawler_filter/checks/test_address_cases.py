"""Addresses as they are really written: each was asked for in public under another spelling than it was declared."""

import csv
import json
from pathlib import Path

import pytest

from crawler_filter import Filter, Policy, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.formats.urls import canonical_domain, canonical_prefix, canonical_url_scope
from tests.simulators.published import NOW, PublishedRegistry, scope

CANONICAL = {"domain": canonical_domain, "prefix": canonical_prefix, "url": canonical_url_scope}
CASES = Path(__file__).parents[2] / "vectors" / "cases"
SPELLINGS = json.loads((CASES / "signals" / "urls.json").read_text("utf-8"))
with (CASES / "content" / "15-addresses.tsv").open(encoding="utf-8", newline="") as _table:
    DECLARED = [
        (row["declared (verified)"].split(" (")[0], row["asked"]) for row in csv.DictReader(_table, delimiter="\t")
    ]


def reserved(kind: str, typed: str) -> Filter:
    registry = PublishedRegistry()
    registry.declare(scope(kind, CANONICAL[kind](typed)))
    return Filter(FixedSource(registry.snapshot()), Policy.opt_out(Usage.TRAIN_AI), clock=lambda: NOW)


@pytest.mark.parametrize("case", SPELLINGS, ids=lambda case: case["id"])
def test_a_scope_is_found_under_another_spelling(case):
    optout = reserved(*case["scope"])
    assert not optout.check(case["asked"]).keep
    assert optout.mask([case["asked"]]) == [False]


@pytest.mark.parametrize(("declared", "asked"), DECLARED, ids=lambda text: text[:60])
def test_a_declared_address_is_found_as_it_is_asked_for(declared, asked):
    optout = reserved(*declared.split(" ", 1))
    assert not optout.check(asked).keep
    assert optout.mask([asked]) == [False]


def test_a_finding_says_who_shows_the_address():
    (finding,) = (
        reserved("domain", "kaze-studio.jp").check("https://i0.wp.com/kaze-studio.jp/1.jpg?w=300").findings
    )
    assert finding.shown_by == "i0.wp.com"
    decision = reserved("domain", "kaze-studio.jp").check(
        "https://web.archive.org/web/2020/https://kaze-studio.jp/"
    )
    assert "domain kaze-studio.jp (shown by web.archive.org)" in decision.explain()


@pytest.mark.parametrize("declared", ["twitter.com/Kaze/", "x.com/kaze/", "mobile.twitter.com/KAZE/"])
def test_an_account_is_found_under_every_address_of_it(declared):
    optout = reserved("prefix", declared)
    asked = [
        "https://x.com/Kaze",
        "https://twitter.com/kaze/status/1",
        "https://web.archive.org/web/2020/https://twitter.com/Kaze",
    ]
    others = ["https://x.com/kazeko/", "https://twitter.com/i/kaze/", "https://example.com/kaze/"]
    assert optout.mask(asked + others) == [False] * 3 + [True] * 3
    assert [optout.check(url).keep for url in asked + others] == [False] * 3 + [True] * 3
