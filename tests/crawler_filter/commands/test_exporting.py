"""`crawler-filter export` and `feed`, as an operator types them."""

import json
import shutil
import time
from pathlib import Path

import pytest

from crawler_filter.cli import main
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
        "http://(example,art,)/",
        "http://(example,platform,)/bob/",
        "http://(example,reserved,",
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
