"""The table of reasons says of each row what `check` says of it, and of no other row."""

import hashlib
import logging
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter import Filter, MissingExtraError, Mode, Policy, Usage
from crawler_filter.checks import mask as bulk
from crawler_filter.finding import Unavailable
from tests.crawler_filter.checks.test_mask import (
    ADDRESSES,
    KINDS,
    POLICIES,
    SHA256,
    SNAPSHOT,
    addresses,
    column,
    opened,
)
from tests.profiles import examples
from tests.simulators.published import NOW

pa = pytest.importorskip("pyarrow")

COLUMNS = ["row", "keep", "reason", "rule", "source", "declaration", "locator", "sequence"]


def told(optout: Filter, urls: list, *, everything: bool = False) -> list[tuple]:
    """What the table must hold, by one check a row."""
    rows = []
    for number, url in enumerate(urls):
        decision = optout.check(url)
        cause = decision.cause
        if decision.would_keep and not everything:
            continue
        known = (None, None, None, None)
        if isinstance(cause, Unavailable):
            known = (cause.reason, cause.source, None, None)
        elif cause is not None:
            known = (cause.rule, decision.snapshot.origin, cause.declaration, cause.locator)
        rows.append((number, decision.keep, decision.reason.value, *known, decision.snapshot.sequence))
    return rows


def rows_of(table: "pa.Table") -> list[tuple]:
    assert table.column_names == COLUMNS
    return list(zip(*table.to_pydict().values(), strict=True)) if len(table) else []


@pytest.mark.parametrize("policy", POLICIES, ids=["opt-out", "permission-first"])
@examples(25)
@given(st.lists(st.one_of(st.none(), addresses), max_size=12), st.booleans())
def test_the_table_tells_of_each_row_what_a_check_does(policy: Policy, urls: list, everything: bool) -> None:
    table = opened(policy).explain_rows(urls, all=everything)
    assert rows_of(table) == told(opened(policy), urls, everything=everything)


@pytest.mark.parametrize("kind", KINDS)
def test_any_kind_of_column_gives_the_same_table(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "ROWS_AT_ONCE", 7)
    urls = [url for url in ADDRESSES if url.isprintable()]
    assert rows_of(opened().explain_rows(column(kind, urls))) == told(opened(), urls)


def test_the_reasons_are_few_words_in_a_dictionary() -> None:
    schema = opened().explain_rows([None]).schema
    assert [str(field.type) for field in schema] == [
        "int64", "bool", "dictionary<values=string, indices=int32, ordered=0>", "string",
        "dictionary<values=string, indices=int32, ordered=0>", "string", "string", "int64",
    ]  # fmt: skip
    assert opened().explain_rows([]).schema == schema


def test_a_table_without_a_snapshot_says_so_of_every_row() -> None:
    table = opened(now=NOW + 8 * 86_400).explain_rows(["http://other.example/", "http://reserved.example.com/"])
    assert table["reason"].to_pylist() == ["unchecked.snapshot", "registry.domain"]


def test_chosen_rows_are_looked_at_alone_and_not_counted_again() -> None:
    optout = opened()
    urls = [url for url in ADDRESSES if url.isprintable()]
    kept = optout.mask(urls)
    before = optout.stats
    dropped = [not keep for keep in kept]
    table = optout.explain_rows(urls, rows=dropped)
    assert rows_of(table) == told(opened(), urls)
    numbers = [number for number, drop in enumerate(dropped) if drop]
    assert optout.explain_rows(urls, rows=numbers[::-1])["row"].to_pylist() == numbers[::-1]
    assert optout.explain_rows(urls, rows=pa.array(numbers)).equals(table)
    assert optout.stats == before
    with pytest.raises(ValueError, match="rows"):
        optout.explain_rows(urls, rows=[True])


def test_rows_with_digests_alone_are_explained() -> None:
    table = opened().explain_rows(sha256=[SHA256, "0" * 64, None], md5=[None, "zz", None])
    assert table["reason"].to_pylist() == ["registry.digest", "unchecked.asset", "unchecked.asset"]


def test_silent_rows_are_not_visited(monkeypatch: pytest.MonkeyPatch) -> None:
    optout = opened()
    asked: list[object] = []
    decide = optout._decider.by_url
    monkeypatch.setattr(
        optout._decider, "by_url", lambda standing, url: asked.append(url) or decide(standing, url)
    )
    urls = [f"https://site{n}.example/" for n in range(100)] + ["http://reserved.example.com/a"] * 50
    table = optout.explain_rows(urls)
    assert table["row"].to_pylist() == list(range(100, 150))
    assert asked == ["http://reserved.example.com/a"]
    assert set(table["rule"].to_pylist()) == {"domain reserved.example.com"}


def test_audit_counts_tells_and_logs_what_enforcing_would_exclude(caplog: pytest.LogCaptureFixture) -> None:
    audit = replace(Policy.opt_out(Usage.TRAIN_AI), mode=Mode.AUDIT)
    urls = ["http://reserved.example.com/a", "http://reserved.example.com/b", "http://other.example/", None]
    digests = [None, None, None, hashlib.sha256(b"unknown").hexdigest()]
    enforced, audited = opened(), opened(audit)
    enforced.mask(urls, sha256=digests)
    with caplog.at_level(logging.INFO, "crawler_filter.filter"):
        assert audited.mask(urls, sha256=digests) == [True] * 4
        audited.check("http://reserved.example.com/a")
        table = opened(audit).explain_rows(urls, sha256=digests)
    assert table["row"].to_pylist() == [0, 1]
    assert table["keep"].to_pylist() == [True, True]
    assert (audited.stats.excluded, audited.stats.would_exclude) == (0, 3)
    assert audited.stats.reasons == {"registry.domain": 3, "kept": 2}
    assert (enforced.stats.excluded, enforced.stats.would_exclude) == (2, 2)
    messages = [record.getMessage() for record in caplog.records]
    assert messages[0] == "opt-out train-ai: would exclude 2 of 4 rows: registry.domain 2"
    assert messages[1].startswith(
        "opt-out train-ai: http://reserved.example.com/a: would exclude: reserved by domain "
    )


def test_the_table_needs_pyarrow_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"training-optout\[arrow\]"):
        opened().explain_rows(["http://reserved.example.com/"])
    assert SNAPSHOT is not None
