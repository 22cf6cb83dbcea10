"""A filter opens a registry, a list of one's own, or several of both."""

import pickle
import time
from pathlib import Path

import pytest

from crawler_filter import Filter, Policy, Reason, Usage
from crawler_filter.errors import TransportError
from crawler_filter.lists.compiling import compile_list
from crawler_filter.lists.reading import read_list
from crawler_filter.sync.update import sync
from tests.simulators.published import URL, PublishedRegistry, scope

POLICY = Policy.opt_out(Usage.TRAIN_AI)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, host in (("one", "a.example"), ("two", "b.example")):
        published = PublishedRegistry(now=int(time.time()))
        published.declare(scope("domain", host))
        published.publish()
        sync(tmp_path / name, URL, published.trust, transport=published, now=time.time())
        (tmp_path / f"{name}.policy").write_bytes(published.trust.encode())
    compiled(tmp_path, "c.example # letter of May\n")
    return tmp_path


def compiled(folder: Path, text: str) -> None:
    (folder / "letters.txt").write_text(text, encoding="utf-8")
    compile_list(folder / "own-list.snapshot", read_list(folder / "letters.txt"), now=1)


def opened(folder: Path, **options) -> Filter:
    places = [folder / "one", folder / "two", folder / "own-list.snapshot"]
    return Filter.open(places, trust=[folder / "one.policy", folder / "two.policy"], policy=POLICY, **options)


def test_several_are_read_as_one_and_findings_say_whose_they_are(folder: Path) -> None:
    optout = opened(folder)
    assert [optout.check(f"https://{name}.example/").keep for name in "abcd"] == [False, False, False, True]
    (finding,) = optout.check("https://www.c.example/").findings
    assert finding.origin == "own-list.snapshot"
    assert finding.locator == "own-list.snapshot: letters.txt line 1 (letter of May)"
    assert [each.origin for each in optout.snapshots] == [
        "registry.example",
        "registry.example",
        "own-list.snapshot",
    ]


def test_a_list_alone_needs_no_trust_and_is_never_too_old(folder: Path) -> None:
    optout = Filter.open(folder / "own-list.snapshot", policy=POLICY)
    assert not optout.check("https://c.example/").keep
    assert optout.check("https://a.example/").keep


def test_an_entry_that_is_added_is_seen_within_a_minute(folder: Path) -> None:
    now = [time.time()]
    optout = opened(folder, clock=lambda: now[0])
    assert optout.check("https://d.example/").keep
    compiled(folder, "d.example\n")
    assert optout.check("https://d.example/").keep
    now[0] += 61
    assert not optout.check("https://d.example/").keep


def test_it_pickles(folder: Path) -> None:
    again = pickle.loads(pickle.dumps(opened(folder)))
    assert [again.check(f"https://{name}.example/").keep for name in "abcd"] == [False, False, False, True]


def test_each_registry_has_its_own_trust_file(folder: Path) -> None:
    with pytest.raises(ValueError, match="a trust file for each of 2 registries, got 1"):
        Filter.open([folder / "one", folder / "two"], trust=[folder / "one.policy"], policy=POLICY)


def test_nothing_to_read_from_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="expected a registry or a list to read from, got none"):
        Filter.open([], trust=[], policy=Policy.opt_out(Usage.TRAIN_AI))


def test_names_are_those_of_one_registry(folder: Path) -> None:
    pytest.importorskip("ahocorasick_rs", reason="the names extra is not installed")
    with pytest.raises(ValueError, match="one registry"):
        opened(folder, names=True)


def test_a_sync_of_several_tries_each_and_says_which_failed(folder: Path) -> None:
    optout = opened(folder)
    assert optout.check("https://d.example/").keep
    compiled(folder, "d.example\n")
    with pytest.raises(TransportError, match=r"one is a folder .* without a registry"):
        optout.sync()


def test_a_list_among_several_is_looked_at_anew_while_a_registry_is_too_old(folder: Path) -> None:
    now = [time.time()]
    optout = opened(folder, clock=lambda: now[0])
    now[0] += 8 * 86_400
    assert optout.check("https://d.example/").reason is Reason.UNCHECKED_SNAPSHOT
    compiled(folder, "d.example\n")
    assert optout.check("https://d.example/").reason is Reason.REGISTRY_DOMAIN
