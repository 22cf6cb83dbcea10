"""One file is one under every size, host and gateway that its address names."""

import json
import time
from itertools import permutations
from pathlib import Path

import pytest

from crawler_filter import Filter, Policy, SnapshotId, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.formats.record import encode_id
from crawler_filter.formats.same_files import MAX_READ, VARIANTS, file_form
from crawler_filter.formats.urls import canonical
from crawler_filter.snapshot import Snapshot
from tests.simulators.published import NOW, record_of, scope

CASES = json.loads((Path(__file__).parents[2] / "vectors" / "same_files.json").read_text("utf-8"))
ID = encode_id(bytes(16))


def declared(url: str) -> Filter:
    record = record_of(ID, ID, scope("url", canonical(url)))
    snapshot = Snapshot.from_records([(0, record)], SnapshotId("registry.example", 1, 1, "", NOW))
    return Filter(FixedSource(snapshot), Policy.opt_out(Usage.TRAIN_AI), clock=lambda: NOW)


@pytest.mark.parametrize("urls", CASES["same"], ids=lambda urls: urls[0])
def test_addresses_of_one_file_have_one_form(urls: list[str]) -> None:
    (form,) = {file_form(canonical(url)) for url in urls}
    assert file_form(form) == form
    assert canonical(f"https://{form}") == form


@pytest.mark.parametrize(("one", "other"), CASES["other"])
def test_addresses_of_other_files_have_other_forms(one: str, other: str) -> None:
    assert file_form(canonical(one)) != file_form(canonical(other))


@pytest.mark.parametrize("urls", CASES["same"], ids=lambda urls: urls[0])
def test_whichever_is_declared_the_others_are_found(urls: list[str]) -> None:
    for of_owner, asked in permutations(urls, 2):
        optout = declared(of_owner)
        assert not optout.check(asked).keep
        assert not optout.check(of_owner).keep
        assert optout.mask([asked, of_owner, "https://a.example/"]) == [False, False, True]


@pytest.mark.parametrize(("one", "other"), CASES["other"])
def test_another_file_is_kept(one: str, other: str) -> None:
    assert declared(one).check(other).keep


def test_every_row_has_an_example() -> None:
    known = [canonical(url) for urls in CASES["same"] for url in urls]
    assert all(any(row.read(url) for url in known) for row in VARIANTS)


@pytest.mark.parametrize("row", VARIANTS, ids=lambda row: row.hosts[0])
@pytest.mark.parametrize("body", ["a/", "-a", "_1", "=", "a=w1", "/s1x1", "resize:", "0" * 8])
def test_a_hostile_address_is_read_within_bounds(row, body: str) -> None:
    host = f"a{row.hosts[0]}" if row.hosts[0].startswith(".") else row.hosts[0]
    url = f"{host}/{body * 1000}"[:MAX_READ]
    assert _cost(url) < 400 * _cost("www.example.com/" + "a" * MAX_READ) + 5_000_000
    longer = f"{host}/{body * MAX_READ}"
    assert file_form(longer) == longer


def _cost(url: str) -> int:
    def once() -> int:
        start = time.process_time_ns()
        file_form(url)
        return time.process_time_ns() - start

    return min(once() for _ in range(3))
