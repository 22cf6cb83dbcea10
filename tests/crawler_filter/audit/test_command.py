"""`crawler-filter audit`, as an engineer types it."""

import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crawler_filter.cli import main
from tests.crawler_filter.audit.conftest import World


@pytest.fixture
def folder(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CRAWLER_FILTER_SNAPSHOT", str(world.snapshot))
    monkeypatch.setenv("CRAWLER_FILTER_TRUST", str(world.trust))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def dataset(path: Path, *urls: str | None) -> str:
    pq.write_table(pa.table({"url": pa.array(urls, pa.string())}), path)
    return str(path)


FREE, RESERVED = "https://free.example/1", "https://reserved.example/1"


@pytest.mark.parametrize(
    ("urls", "code"),
    [([FREE], 0), ([FREE, RESERVED], 1), ([FREE, None], 3), ([RESERVED, None], 3)],
    ids=["all kept", "something reserved", "something not checked", "not checked outranks reserved"],
)
def test_the_exit_code_says_what_was_found(folder: Path, urls: list[str | None], code: int) -> None:
    given = dataset(folder / "a.parquet", *urls)
    assert main(["audit", given, "--out", "out", "--workers", "1", "--quiet"]) == code


def test_it_says_what_it_reads_before_it_begins_and_what_came_of_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = dataset(folder / "a.parquet", FREE, RESERVED, FREE, FREE)
    assert main(["audit", given, "--out", "out", "--workers", "1"]) == 1
    said = capsys.readouterr()
    assert "a.parquet (parquet): url from url" in said.err
    assert said.err.count("    url https://") == 3
    assert said.out == f"4 rows: 3 kept, 1 reserved, 0 not checked. See {Path('out/report.html')}\n"


def test_a_dry_run_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = dataset(folder / "a.parquet", RESERVED)
    assert main(["audit", given, "--out", "out", "--dry-run"]) == 0
    assert RESERVED in capsys.readouterr().out
    assert not (folder / "out").exists()


def test_a_dry_run_needs_neither_a_folder_nor_a_snapshot(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = dataset(folder / "a.parquet", RESERVED)
    monkeypatch.delenv("CRAWLER_FILTER_SNAPSHOT")
    assert main(["audit", given, "--dry-run"]) == 0
    assert "a.parquet (parquet): url from url" in capsys.readouterr().out
    assert main(["diff", given, "--dry-run", "--from", "none", "--to", "none"]) == 0
    with pytest.raises(SystemExit) as ended:
        main(["audit", given, "--snapshot", "none"])
    assert ended.value.code == 2
    assert "--out DIR" in capsys.readouterr().err


def test_what_img2dataset_counts_beside_its_shards_is_no_data(folder: Path) -> None:
    (folder / "pictures").mkdir()
    dataset(folder / "pictures" / "00000.parquet", FREE)
    (folder / "pictures" / "00000_stats.json").write_text('{\n    "count": 2\n}', encoding="utf-8")
    assert main(["audit", "pictures", "--recipe", "img2dataset", "--out", "out", "--workers", "1", "--quiet"]) == 0
    assert [each.name for each in (folder / "out" / "kept").iterdir()] == ["00000.parquet"]


def test_json_is_the_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = dataset(folder / "a.parquet", FREE, RESERVED)
    main(["audit", "--json", given, "--out", "out", "--workers", "1", "--quiet"])
    report = json.loads(capsys.readouterr().out)
    assert report == json.loads((folder / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["by_reason"] == {"registry.domain": 1}
    assert report["by_domain"] == [{"domain": "reserved.example", "rows": 1}]
    assert report["by_source"] == {"registry.example": 1}
    assert report["by_declaration"][0]["page"].startswith("https://registry.example/d/")
    assert report["run"]["software"].startswith("training-optout ")


def test_a_look_at_the_first_rows_or_at_a_sample_writes_no_data(folder: Path) -> None:
    given = dataset(folder / "a.parquet", *[FREE, RESERVED] * 500)
    for out, look, rows in (("a", ["--limit", "10"], {10}), ("b", ["--sample", "20%"], set(range(120, 280)))):
        assert main(["audit", given, "--out", out, "--workers", "1", "--quiet", *look]) == 1
        report = json.loads((folder / out / "report.json").read_text(encoding="utf-8"))
        assert report["rows"] in rows
        assert not (folder / out / "kept").exists()


def test_columns_are_found_by_recipe_by_usual_names_or_by_hand(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digest = hashlib.sha1(b"mine").hexdigest()
    table = pa.table({"URL": [FREE], "content_digest": [digest], "address": [RESERVED]})
    pq.write_table(table, folder / "a.parquet")
    given = [str(folder / "a.parquet"), "--workers", "1", "--quiet"]
    assert main(["audit", *given, "--out", "laion", "--recipe", "laion"]) == 0
    assert main(["audit", *given, "--out", "auto"]) == 1
    assert main(["audit", *given, "--out", "hand", "--recipe", "laion", "--url", "address"]) == 1
    assert main(["audit", *given, "--out", "none", "--url", "nowhere"]) == 3
    assert "URL, content_digest, address" in capsys.readouterr().err


def test_a_file_without_columns_to_check_is_refused_with_the_columns_it_has(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pq.write_table(pa.table({"text": ["a"], "score": [1]}), folder / "a.parquet")
    assert main(["audit", str(folder / "a.parquet"), "--out", "out"]) == 3
    assert "It has text, score: name one with --url" in capsys.readouterr().err


@pytest.mark.parametrize("second", ["image_url", "URL", "meta.url"])
def test_of_several_columns_of_addresses_the_engineer_says_which_is_the_asset(
    folder: Path, capsys: pytest.CaptureFixture[str], second: str
) -> None:
    pq.write_table(pa.table({"url": [FREE], second: [RESERVED]}), folder / "a.parquet")
    given = ["audit", str(folder / "a.parquet"), "--workers", "1", "--quiet", "--out"]
    assert main([*given, "out"]) == 3
    assert f"several columns that may hold addresses: url, {second}" in capsys.readouterr().err
    assert main([*given, "named", "--url", "url", "--found-on", second]) == 1
    assert main([*given, "by-recipe", "--url", second]) == 1


def test_a_column_that_is_there_twice_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    twice = pa.Table.from_arrays([pa.array([FREE]), pa.array([RESERVED])], names=["url", "url"])
    pq.write_table(twice, folder / "a.parquet")
    assert main(["audit", str(folder / "a.parquet"), "--out", "out", "--quiet"]) == 3
    assert "several columns 'url'" in capsys.readouterr().err


def test_a_column_of_numbers_is_no_column_of_addresses(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pq.write_table(pa.table({"url": [1, 2]}), folder / "a.parquet")
    assert main(["audit", str(folder / "a.parquet"), "--out", "out", "--quiet", "--workers", "1"]) == 3
    assert "the column of url holds int64, which is no text" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options", [["--write", "nonsense"], ["--sample", "0"], ["--limit", "-1"], ["--recipe", "x"]]
)
def test_a_wrong_option_is_wrong_usage(folder: Path, options: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["audit", dataset(folder / "a.parquet", FREE), "--out", "out", *options])
    assert ended.value.code == 2


def test_folders_are_read_whole_and_outputs_keep_their_places(folder: Path) -> None:
    (folder / "in" / "de").mkdir(parents=True)
    dataset(folder / "in" / "a.parquet", FREE)
    dataset(folder / "in" / "de" / "a.parquet", RESERVED)
    (folder / "in" / "README.md").write_text("about", encoding="utf-8")
    assert main(["audit", "in", "--out", "in/out", "--workers", "1", "--quiet"]) == 1
    assert main(["audit", "in", "--out", "in/out", "--workers", "1", "--quiet"]) == 1
    assert (folder / "in/out/kept/de/a.parquet").exists()


def test_removed_rows_may_be_told_by_what_was_judged_alone(folder: Path) -> None:
    pq.write_table(pa.table({"url": [RESERVED], "text": ["long"]}), folder / "a.parquet")
    options = ["--removed-columns", "keys", "--workers", "1", "--quiet"]
    main(["audit", str(folder / "a.parquet"), "--out", "out", *options])
    names = pq.read_table(folder / "out/removed/a.parquet").column_names
    assert names[0] == "url"
    assert "text" not in names


def test_a_list_of_ones_own_is_read_beside_the_registry(folder: Path) -> None:
    (folder / "letters.txt").write_text("free.example # letter of May\n", encoding="utf-8")
    main(["compile", "letters.txt", "--into", "own-list.snapshot"])
    given = [dataset(folder / "a.parquet", FREE, RESERVED, "https://other.example/"), "--workers", "1", "--quiet"]
    assert main(["audit", *given, "--out", "out", "--list", "own-list.snapshot"]) == 1
    report = json.loads((folder / "out" / "report.json").read_text(encoding="utf-8"))
    assert report["by_source"] == {"own-list.snapshot": 1, "registry.example": 1}
    assert [each["origin"] for each in report["snapshots"]] == ["registry.example", "own-list.snapshot"]
    removed = pq.read_table(folder / "out/removed/a.parquet").to_pylist()
    assert removed[0]["optout_locator"] == "own-list.snapshot: letters.txt line 1 (letter of May)"
