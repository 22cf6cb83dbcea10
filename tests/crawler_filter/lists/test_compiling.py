"""A compiled list finds what it names, says why, and grows by what is new."""

from pathlib import Path

import pytest

from crawler_filter.errors import SnapshotMissingError
from crawler_filter.formats.record import ScopeKind
from crawler_filter.lists.compiling import PARTY, compile_list, entries_in
from crawler_filter.lists.entries import Entry
from crawler_filter.snapshot import Snapshot, build
from crawler_filter.sync.list_folder import About, Reasons


def domain(name: str, reason: str = "") -> Entry:
    return Entry(ScopeKind.DOMAIN, name, reason, f"list line {len(name)}")


def opened(folder: Path) -> Snapshot:
    about = About.read(folder)
    return Snapshot.open(folder / f"{about.segment}.seg", about.id())


def test_it_finds_what_is_listed_and_says_why(tmp_path: Path) -> None:
    url = Entry(ScopeKind.URL, "a.example/1", "letter of 29 November", "mail.csv line 7")
    compiled = compile_list(tmp_path / "own", [domain("b.example"), url], now=5)
    assert (compiled.added, compiled.about.entries, compiled.about.number) == (2, 2, 1)
    snapshot, reasons = opened(tmp_path / "own"), Reasons(tmp_path / "own", compiled.about)
    (found,) = snapshot.match_url("a.example/1")
    assert reasons.of(found.statement.leaf) == "own: mail.csv line 7 (letter of 29 November)"
    assert [match.kind for match in snapshot.match_url("www.b.example/x")] == ["domain"]
    assert not snapshot.match_url("a.example/2")


def test_compiling_again_adds_what_is_new_and_keeps_the_rest(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    compile_list(folder, [domain("a.example", "first"), domain("b.example")], now=1)
    same = compile_list(folder, [domain("a.example", "another reason")], now=2)
    assert (same.added, same.known, same.about.number) == (0, 1, 1)
    grown = compile_list(folder, [domain("c.example")], now=3)
    assert (grown.added, grown.about.entries, grown.about.number) == (1, 3, 2)
    assert [entry.reason for _, entry in entries_in(folder, grown.about)] == ["first", "", ""]


def test_what_grew_is_byte_for_byte_what_would_be_built_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    for name in ("a.example", "b.example", "c.example"):
        about = compile_list(folder, [domain(name)], now=1).about
    grown = (folder / f"{about.segment}.seg").read_bytes()
    built = build((number, entry.record(PARTY)) for number, entry in entries_in(folder, about))
    assert grown == built


def test_replacing_drops_what_the_files_do_not_have(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    compile_list(folder, [domain("a.example"), domain("b.example")], now=1)
    compiled = compile_list(folder, [domain("b.example"), domain("c.example")], now=2, replacing=True)
    assert (compiled.added, compiled.known, compiled.removed) == (1, 1, 1)
    snapshot = opened(folder)
    assert [bool(snapshot.match_url(f"{name}.example/")) for name in "abc"] == [False, True, True]


def test_files_of_older_states_go_but_the_last_one(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    for name in ("a.example", "b.example", "c.example", "d.example"):
        compile_list(folder, [domain(name)], now=1)
    assert len(list(folder.glob("*.seg"))) == len(list(folder.glob("*.places"))) == 2


def test_an_empty_folder_holds_no_list(tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissingError):
        About.read(tmp_path)
