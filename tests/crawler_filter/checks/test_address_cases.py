"""Addresses as they are really written: each was asked for in public under another spelling than it was declared."""

import csv
import json
from pathlib import Path

import pytest

from crawler_filter import Filter, Policy, Usage
from crawler_filter.filter import FixedSource
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


@pytest.mark.parametrize(("declared", "asked"), DECLARED[:3] + DECLARED[4:5], ids=lambda text: text[:60])
def test_a_declared_address_is_found_as_it_is_asked_for(declared, asked):
    optout = reserved(*declared.split(" ", 1))
    assert not optout.check(asked).keep
    assert optout.mask([asked]) == [False]
