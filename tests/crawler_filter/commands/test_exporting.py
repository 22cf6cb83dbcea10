"""`crawler-filter export` and `feed`, as an operator types them."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler_filter.cli import main
from crawler_filter.exports import rules
from crawler_filter.exports.formats import Rule
from crawler_filter.formats.record import ScopeKind, encode_id
from crawler_filter.formats.urls import key
from crawler_filter.preference import Preference, Usage
from crawler_filter.sync.update import sync
from tests.simulators.published import URL, PublishedRegistry, scope


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    published = PublishedRegistry(now=int(time.time()))
    published.declare(scope("domain", "reserved.example"), scope("prefix", "platform.example/bob/"))
    published.publish()
    sync(tmp_path / "snapshot", URL, published.trust, transport=published, now=time.time())
    shutil.copytree(tmp_path / "snapshot", tmp_path / "before")
    art = published.declare(scope("host", "art.example"), scope("sha256", "ab" * 32))
    published.publish()
    sync(tmp_path / "snapshot", URL, published.trust, transport=published, now=time.time())
    published.withdraw(art)
    published.publish()
    sync(tmp_path / "later", URL, published.trust, transport=published, now=time.time())
    (tmp_path / "trust").write_bytes(published.trust.encode())
    monkeypatch.setenv("CRAWLER_FILTER_SNAPSHOT", str(tmp_path / "snapshot"))
    monkeypatch.setenv("CRAWLER_FILTER_TRUST", str(tmp_path / "trust"))
    (tmp_path / "frontier.txt").write_text(
        "www.reserved.example\nfree.example\nart.example\nhttps://platform.example/bob/1.png\n", encoding="utf-8"
    )
    return tmp_path


def test_names_of_a_frontier_are_exported_by_the_rules_that_cover_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "--format", "surt", "--among", str(folder / "frontier.txt")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        "+http://(example,art,)",
        "+http://(example,art,:",
        "+http://(example,art,@",
        "+http://(example,platform,)/bob/",
        "+http://(example,platform,)/bob?",
        "+http://(example,reserved,",
    ]


def test_a_list_of_ones_own_is_exported_with_its_clear_names(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "list.txt").write_text("a.example\nhttps://b.example/c/*\n" + "c" * 64 + "\n", encoding="utf-8")
    main(["compile", str(folder / "list.txt"), "--into", str(folder / "own")])
    out = folder / "hosts"
    assert main(["export", "--format", "hosts", "--list", str(folder / "own"), "--out", str(out)]) == 0
    assert "1 place; 1 part of a site left out" in capsys.readouterr().err
    lines = out.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line[0] != "#"] == ["0.0.0.0 a.example", "0.0.0.0 www.a.example"]


def exported(folder: Path, names: str, *more: str) -> tuple[int, list[str]]:
    """Export these names as JSON lines, and return the exit code and what is reserved."""
    (folder / "names.txt").write_text(names, encoding="utf-8")
    out = folder / "out.json"
    code = main(["export", "--format", "json", "--among", str(folder / "names.txt"), "--out", str(out), *more])
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    return code, [f"{row['kind']} {row['value']}" for row in rows]


def test_a_name_that_no_rule_spells_is_exported_itself(folder: Path) -> None:
    archived = "https://web.archive.org/web/2020/https://reserved.example/1.png"
    code, places = exported(folder, f"{archived}\n")
    assert code == 0
    assert places == ["domain reserved.example", f"url {archived.removeprefix('https://')}"]


def test_hosts_with_reserved_parts_are_counted_when_only_the_host_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exported(folder, "platform.example\nfree.example\n") == (0, [])
    assert "1 host that may be kept has reserved parts, which are not in this list" in capsys.readouterr().err


def test_lines_that_name_no_place_are_told_and_end_with_3(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, places = exported(folder, "reserved.example\nno place at all\n" + "a" * 64 + "\n")
    assert (code, places) == (3, ["domain reserved.example"])
    shown = capsys.readouterr().err
    assert "names.txt line 2" in shown
    assert "names.txt line 3: expected the name of a place, got a sha256" in shown


def test_nothing_is_exported_from_a_snapshot_that_is_too_old(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    then = int(time.time()) - 30 * 86_400
    published = PublishedRegistry(now=then)
    published.declare(scope("domain", "reserved.example"))
    published.publish()
    sync(folder / "old", URL, published.trust, transport=published, now=then)
    (folder / "trust").write_bytes(published.trust.encode())
    out = folder / "hosts"
    asked = ["--among", str(folder / "frontier.txt"), "--snapshot", str(folder / "old")]
    assert main(["export", "--format", "hosts", *asked, "--out", str(out)]) == 3
    assert not out.exists()
    assert "nothing is exported" in capsys.readouterr().err


def test_an_empty_list_of_names_is_no_empty_block_list(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "names.txt").write_text("# made by a job that failed\n", encoding="utf-8")
    out = folder / "hosts"
    assert main(["export", "--format", "hosts", "--among", str(folder / "names.txt"), "--out", str(out)]) == 3
    assert not out.exists()
    assert "nothing is listed here" in capsys.readouterr().err


def test_permission_first_exports_what_nobody_permitted(folder: Path) -> None:
    _, places = exported(folder, "reserved.example\nfree.example\n", "--permission-first")
    assert places == ["host free.example", "domain reserved.example"]


def test_audit_mode_exports_what_enforcing_would_exclude(folder: Path) -> None:
    (folder / "policy.toml").write_text('usage = "train-ai"\nmode = "audit"\n', encoding="utf-8")
    _, places = exported(folder, "reserved.example\n", "--policy", str(folder / "policy.toml"))
    assert places == ["domain reserved.example"]


def test_names_that_may_be_kept_below_an_exported_domain_are_counted() -> None:
    found = rules.Named(kept=[Rule(ScopeKind.URL, "www.free.example/a/b?c", "policy")])
    assert found.covered([Rule(ScopeKind.DOMAIN, "free.example", "own")]) == 1
    assert found.covered([Rule(ScopeKind.PREFIX, "www.free.example/a/", "own")]) == 1
    assert found.covered([Rule(ScopeKind.HOST, "free.example", "own")]) == 0


def test_parquet_has_a_row_for_each_place(folder: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the arrow extra is not installed")
    out = folder / "rules.parquet"
    frontier = str(folder / "frontier.txt")
    assert main(["export", "--format", "parquet", "--among", frontier, "--out", str(out)]) == 0
    rows = parquet.read_table(out).to_pylist()
    assert {(row["kind"], row["value"]) for row in rows} == {
        ("domain", "reserved.example"),
        ("host", "art.example"),
        ("prefix", "platform.example/bob/"),
    }
    assert all(row["page"].startswith("https://registry.example/d/") for row in rows)


def test_without_names_it_says_where_they_could_come_from(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["export", "--format", "hosts"])
    assert "say where the names are" in capsys.readouterr().err


def test_a_list_says_at_its_top_and_to_its_writer_what_it_has_no_words_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "list.txt").write_text("https://b.example/c/*\nhttps://b.example/1.png\n", encoding="utf-8")
    main(["compile", str(folder / "list.txt"), "--into", str(folder / "own")])
    capsys.readouterr()
    out = folder / "surts"
    assert main(["export", "--format", "surt", "--list", str(folder / "own"), "--out", str(out), "--json"]) == 0
    notes = json.loads(capsys.readouterr().out)["notes"]
    assert notes[:2] == [
        "1 folder covered without the page itself, such as /bob for /bob/ (--format regex is exact)",
        "1 address covered with all that begins alike (--format regex is exact)",
    ]
    assert [f"# {note}" for note in notes] == out.read_text(encoding="utf-8").splitlines()[2 : 2 + len(notes)]
    main(["export", "--format", "regex", "--list", str(folder / "own"), "--out", str(out), "--json"])
    assert json.loads(capsys.readouterr().out)["notes"] == []


def test_the_feed_tells_what_became_reserved_since(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    between = ["--from", str(folder / "before"), "--to", str(folder / "snapshot")]
    assert main(["feed", *between, "--names", str(folder / "frontier.txt")]) == 0
    (item,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert item["change"] == "reserved"
    assert item["declaration"].startswith("https://registry.example/d/")
    assert {"kind": "sha256", "key": "ab" * 16} in item["scopes"]
    assert [scope["kind"] for scope in item["scopes"]] == ["host", "sha256"]
    assert main(["feed", "--from", between[3], "--to", str(folder / "later")]) == 0
    (back,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert back["change"] == "released"


def test_the_feed_tells_a_permission_that_ended_inside_what_is_reserved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published = PublishedRegistry(now=int(time.time()))
    published.declare(scope("domain", "reserved.example"), party=PARTY)
    free = published.declare(scope("prefix", "reserved.example/free/", preference=Preference.ALLOWED), party=PARTY)
    states = two_states(tmp_path, published, lambda: published.withdraw(free))
    assert main(["feed", *states]) == 0
    (ended,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert ended["change"] == "allowance-ended"
    assert ended["scopes"] == [{"kind": "prefix", "key": key("reserved.example/free/").hex()}]
    assert main(["feed", "--from", states[3], "--to", states[3], *states[4:]]) == 0
    assert capsys.readouterr().out == ""


def test_a_declaration_is_told_once_whatever_it_says_of_which_scope(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published = PublishedRegistry(now=int(time.time()))
    published.declare(scope("domain", "other.example"))
    states = two_states(
        tmp_path,
        published,
        lambda: published.declare(scope("host", "a.example"), scope("host", "b.example", usage=Usage.TDM)),
    )
    assert main(["feed", *states]) == 0
    (item,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert [one["key"] for one in item["scopes"]] == [key("a.example").hex(), key("b.example").hex()]
    main(["feed", *states, "--format", "atom"])
    assert capsys.readouterr().out.count("<entry>") == 1


PARTY = encode_id(bytes(16))


def two_states(folder: Path, published: PublishedRegistry, change: Callable[[], object]) -> list[str]:
    """Sync a registry before and after a change, and return the options that name both."""
    for name in ("before", "after"):
        published.publish()
        sync(folder / name, URL, published.trust, transport=published, now=time.time())
        if name == "before":
            change()
    (folder / "trust").write_bytes(published.trust.encode())
    return ["--from", str(folder / "before"), "--to", str(folder / "after"), "--trust", str(folder / "trust")]


def test_the_feed_refuses_an_older_snapshot_as_the_newer_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    swapped = ["--from", str(folder / "snapshot"), "--to", str(folder / "before")]
    assert main(["feed", *swapped]) == 3
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "name the older folder with --from" in shown.err


def test_the_feed_is_an_atom_document_that_readers_take(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feedparser = pytest.importorskip("feedparser", reason="feedparser is not installed")
    between = ["--from", str(folder / "before"), "--to", str(folder / "snapshot")]
    names = ["--names", str(folder / "frontier.txt")]
    assert main(["feed", *between, *names, "--format", "atom"]) == 0
    read = feedparser.parse(capsys.readouterr().out)
    assert not read.bozo
    assert (read.version, read.feed.author) == ("atom10", "registry.example")
    (entry,) = read.entries
    assert entry.title == "reserved: art.example"
    assert entry.link.startswith("https://registry.example/d/")
    assert entry.id.startswith(f"{entry.link}#reserved-")
    assert entry.content[0].value == f"host art.example\nsha256 {'ab' * 16}"
    assert entry.tags[0].term == "reserved"
    main(["feed", "--from", between[3], "--to", str(folder / "later"), "--format", "atom"])
    assert feedparser.parse(capsys.readouterr().out).entries[0].tags[0].term == "released"
