"""The record of a run: signed, verified with every file it names, and told in the forms that others ask for."""

import csv
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crawler_filter.audit.summaries import table
from crawler_filter.cli import main
from tests.crawler_filter.audit.conftest import World


@pytest.fixture
def audited(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    """The folder of a signed audit; the public key lies beside it."""
    monkeypatch.setenv("CRAWLER_FILTER_SNAPSHOT", str(world.snapshot))
    monkeypatch.setenv("CRAWLER_FILTER_TRUST", str(world.trust))
    urls = ["https://free.example/1", "https://reserved.example/1", "https://reserved.example/2", None]
    pq.write_table(pa.table({"url": urls}), tmp_path / "a.parquet")
    assert main(["keygen", "lab.example/audits", str(tmp_path / "key")]) == 0
    (tmp_path / "key.pub").write_text(capsys.readouterr().out, encoding="utf-8")
    options = ["--sign", str(tmp_path / "key"), "--workers", "1", "--quiet"]
    assert main(["audit", str(tmp_path / "a.parquet"), "--out", str(tmp_path / "out"), *options]) == 3
    capsys.readouterr()
    return tmp_path / "out"


def verified(out: Path) -> int:
    return main(["verify", str(out / "record.note"), "--key", str(out.parent / "key.pub")])


def test_it_says_what_was_asked_and_what_came_of_it(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verified(audited) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "signed by lab.example/audits"
    assert "policy: opt-out train-ai" in said
    assert any(line.startswith("snapshot: registry.example 1 ") for line in said)
    assert {"rows: 4", "kept: 1", "removed: 3", "reason: registry.domain 2"} <= set(said)


def test_json_tells_the_same(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(
        [
            "verify",
            "--json",
            str(audited / "record.note"),
            "--key",
            (audited.parent / "key.pub").read_text().strip(),
        ]
    )
    said = json.loads(capsys.readouterr().out)
    assert ["rows", "4"] in said["facts"]
    assert set(said["files"]) == {"report.json", "report.html", "outputs.sha256"}


@pytest.mark.parametrize("name", ["kept/a.parquet", "removed/a.parquet", "report.json", "outputs.sha256"])
def test_a_file_that_was_changed_since_is_named(
    audited: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (audited / name).write_bytes((audited / name).read_bytes() + b" ")
    assert verified(audited) == 3
    assert f"{name} was changed" in capsys.readouterr().err


def test_the_page_to_show_around_is_signed_too(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = audited / "report.html"
    page.write_bytes(page.read_bytes() + b" ")
    assert verified(audited) == 3
    assert "report.html was changed since the record was signed" in capsys.readouterr().err


def test_a_file_that_is_gone_is_named(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (audited / "kept" / "a.parquet").unlink()
    assert verified(audited) == 3
    assert "a.parquet is not there" in capsys.readouterr().err


def test_a_record_that_was_changed_or_is_anothers_is_refused(
    audited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = audited / "record.note"
    record.write_bytes(record.read_bytes().replace(b"removed 3", b"removed 0"))
    assert verified(audited) == 3
    assert "signature" in capsys.readouterr().err
    main(["keygen", "other.example/audits", str(audited.parent / "other")])
    other = capsys.readouterr().out.strip()
    assert main(["verify", str(record), "--key", other]) == 3


def test_without_a_key_nothing_is_believed(audited: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["verify", str(audited / "record.note")])
    assert ended.value.code == 2


def test_a_key_is_never_written_over_another(audited: Path) -> None:
    assert main(["keygen", "lab.example/audits", str(audited.parent / "key")]) == 3
    assert (audited.parent / "key").stat().st_mode & 0o077 == 0


def test_the_summary_for_the_eu_says_what_is_known_and_leaves_the_rest_open(
    audited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["summary", str(audited), "--as", "eu-summary"]) == 0
    text = capsys.readouterr().out
    assert "### 3.1 Respect of reservations of rights" in text
    assert "| registry.domain | 2 |" in text
    assert "removed; 1 that could not be checked were removed too." in text.replace("\n", " ")
    assert text.count("to be filled in by the provider") == 12


def test_croissant_says_how_reservations_were_respected(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", str(audited), "--as", "croissant"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    assert "odrl:Offer" in found["usageInfo"]["@type"]
    assert found["usageInfo"]["odrl:permission"]["odrl:action"]["name"] == "train-ai"
    assert found["prov:wasGeneratedBy"]["prov:wasAssociatedWith"]["prov:label"].startswith("training-optout")


def test_croissant_is_read_by_its_own_library(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    croissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    assert main(["summary", str(audited), "--as", "croissant"]) == 0
    described = json.loads(capsys.readouterr().out) | {
        "name": "pages",
        "description": "pages",
        "url": "https://a.example/",
    }
    read = croissant.Dataset(jsonld=described)
    assert (read.metadata.name, set(read.metadata.issues.errors)) == ("pages", set())


def test_croissant_is_of_the_namespace_that_its_readers_know(
    audited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["summary", str(audited), "--as", "croissant"]) == 0
    context = json.loads(capsys.readouterr().out)["@context"]
    assert context["@vocab"] == context["sc"] == "https://schema.org/"


def test_no_name_of_a_shard_or_domain_is_a_formula_in_the_table(audited: Path) -> None:
    report = json.loads((audited / "report.json").read_text())
    report["files"] = [{"name": "=cmd|' /C calc'!A0.jsonl", "kept": 1}]
    report["by_domain"] = [{"domain": "@SUM(A1).example", "rows": 1}]
    rows = list(csv.reader(io.StringIO(table(report))))
    assert rows[-1] == ["file", "'=cmd|' /C calc'!A0.jsonl", "1"]
    assert ["domain", "'@SUM(A1).example", "1"] in rows


def test_csv_has_every_count(audited: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", str(audited), "--as", "csv"]) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] == ["count", "of", "rows"]
    assert ["reason", "registry.domain", "2"] in rows
    assert ["domain", "reserved.example", "2"] in rows
