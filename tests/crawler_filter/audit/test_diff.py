"""What became reserved since, and what a rights holder finds of its own: other views of the same run."""

import json
import shutil
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crawler_filter import Filter, Policy, Usage
from crawler_filter.cli import main
from crawler_filter.sync.update import sync
from tests.crawler_filter.audit.conftest import addresses
from tests.simulators.published import URL, PublishedRegistry, scope

POLICY = Policy.opt_out(Usage.TRAIN_AI)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two snapshots of one registry: since the older one, something was reserved and something withdrawn."""
    published = PublishedRegistry(now=int(time.time()))
    published.declare(scope("domain", "reserved.example"))
    withdrawn = published.declare(scope("host", "site1.example"))
    published.publish()
    sync(tmp_path / "optout", URL, published.trust, transport=published, now=time.time())
    shutil.copytree(tmp_path / "optout", tmp_path / "before")
    published.declare(scope("prefix", "platform.example/bob/"), scope("domain", "site2.example"))
    published.withdraw(withdrawn)
    published.publish()
    sync(tmp_path / "optout", URL, published.trust, transport=published, now=time.time())
    (tmp_path / "registry.policy").write_bytes(published.trust.encode())
    monkeypatch.setenv("CRAWLER_FILTER_TRUST", str(tmp_path / "registry.policy"))
    monkeypatch.chdir(tmp_path)
    table = pa.table({"url": pa.array(addresses(3000), pa.string()), "n": range(3000)})
    pq.write_table(table, "a.parquet", row_group_size=300)
    return tmp_path


def report_in(out: str) -> dict[str, object]:
    return json.loads(Path(out, "report.json").read_text(encoding="utf-8"))


def test_a_diff_refuses_an_older_snapshot_as_the_newer_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    swapped = ["--from", "optout", "--to", "before", "--workers", "1", "--quiet"]
    assert main(["diff", "a.parquet", "--out", "out", *swapped]) == 3
    assert "name the older folder with --from" in capsys.readouterr().err


def test_a_diff_removes_what_became_reserved_and_nothing_else(folder: Path) -> None:
    between = ["--from", "before", "--to", "optout"]
    options = ["--write", "kept,removed,mask", "--workers", "1", "--quiet"]
    assert main(["diff", "a.parquet", "--out", "out", *between, *options]) == 1
    old, new = (Filter.open(name, trust="registry.policy", policy=POLICY) for name in ("before", "optout"))
    urls = pq.read_table("a.parquet")["url"]
    before, after = (optout.mask(urls).to_pylist() for optout in (old, new))
    expected = [was and not now for was, now in zip(before, after, strict=True)]
    mask = pq.read_table("out/mask/a.parquet")
    assert mask["keep"].to_pylist() == [not gone for gone in expected]
    released = [now and not was for was, now in zip(before, after, strict=True)]
    assert [reason == "released" for reason in mask["reason"].to_pylist()] == released
    report = report_in("out")
    assert (report["removed"], report["released"], report["unchecked"]) == (sum(expected), sum(released), 0)
    assert set(report["by_reason"]) == {"registry.prefix", "registry.domain"}
    assert [each["sequence"] for each in report["snapshots"]] == [1, 2]
    kept = pq.read_table("out/kept/a.parquet")["n"].to_pylist()
    assert kept == [n for n, gone in enumerate(expected) if not gone]


def test_what_was_filtered_by_the_older_and_then_by_the_difference_is_what_the_newer_keeps(folder: Path) -> None:
    options = ["--workers", "1", "--quiet"]
    assert main(["audit", "a.parquet", "--out", "old", "--snapshot", "before", *options]) == 3
    assert (
        main(["diff", "old/kept/a.parquet", "--out", "now", "--from", "before", "--to", "optout", *options]) == 1
    )
    assert main(["audit", "old/kept/a.parquet", "--out", "new", "--snapshot", "optout", *options]) == 1
    assert pq.read_table("now/kept/a.parquet").equals(pq.read_table("new/kept/a.parquet"))


def test_between_equal_snapshots_nothing_changed_and_every_row_group_is_copied(folder: Path) -> None:
    between = ["--from", "optout", "--to", "optout", "--workers", "1", "--quiet"]
    assert main(["diff", "a.parquet", "--out", "out", *between]) == 0
    assert pq.read_table("out/kept/a.parquet").equals(pq.read_table("a.parquet"))
    notes = [json.loads(path.read_bytes()) for path in Path("out/state/0000").glob("0*.json")]
    assert [note["made"] for note in notes] == [{"kept": "copied"}] * 10


def test_a_rights_holder_sees_which_works_are_in_the_data_and_which_are_removed(folder: Path) -> None:
    Path("mine.txt").write_text(
        "platform.example\nhttps://site3.example/\nhttps://nowhere.example/1\n", encoding="utf-8"
    )
    options = ["--write", "none", "--workers", "1", "--quiet"]
    main(["audit", "a.parquet", "--out", "out", "--snapshot", "optout", "--works", "mine.txt", *options])
    found = {each["entry"]: each for each in report_in("out")["works"]}
    assert set(found) == {"domain platform.example", "host site3.example"}
    urls = [url.lower() for url in addresses(3000) if url]
    of_platform = sum("platform.example" in url for url in urls)
    assert found["domain platform.example"]["rows"] == found["domain platform.example"]["removed"] == of_platform
    assert found["host site3.example"]["removed"] == 0
    assert "site3.example" in found["host site3.example"]["example"]
    assert "Your works" in Path("out/report.html").read_text(encoding="utf-8")


def test_lines_of_a_list_that_cannot_be_looked_for_are_named_and_finding_nothing_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("mine.txt").write_text("nowhere.example\nhttps://\nnot a place\n", encoding="utf-8")
    options = ["--write", "none", "--workers", "1", "--quiet", "--works", "mine.txt"]
    assert main(["audit", "a.parquet", "--out", "out", *options]) == 3
    listed = report_in("out")["works_list"]
    assert (listed["entries"], listed["refused"]) == (1, 2)
    assert [each["place"] for each in listed["named"]] == ["mine.txt line 2", "mine.txt line 3"]
    shown = Path("out/report.html").read_text(encoding="utf-8")
    assert "Looked for: 1 entry. Found: 0." in shown
    assert "2 lines could not be read and were not looked for" in shown
    assert "mine.txt line 2" in capsys.readouterr().err
    assert main(["audit", "a.parquet", "--out", "out", *options]) == 3
    assert report_in("out")["works_list"] == listed


def test_without_a_registry_the_works_are_all_that_is_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRAWLER_FILTER_TRUST")
    Path("mine.txt").write_text("site3.example\n", encoding="utf-8")
    options = ["--write", "none", "--workers", "1", "--quiet", "--works", "mine.txt"]
    assert main(["audit", "a.parquet", "--out", "out", *options]) == 3
    report = report_in("out")
    assert [each["entry"] for each in report["works"]] == ["domain site3.example"]
    assert report["by_source"] == {"mine.txt": report["works"][0]["rows"]}
