"""`crawler-filter compile`, as an operator types it."""

import json
from pathlib import Path

import pytest

from crawler_filter.cli import main
from crawler_filter.sync.list_folder import About


def test_it_compiles_what_it_can_and_names_the_lines_it_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letters.txt").write_text("a.example\nfoo\n", encoding="utf-8")
    (tmp_path / "more.csv").write_text("url\nhttps://b.example/1\n", encoding="utf-8")
    into = tmp_path / "own-list.snapshot"
    files = [str(tmp_path / name) for name in ("letters.txt", "more.csv")]
    assert main(["compile", *files, "--into", str(into)]) == 3
    said = capsys.readouterr()
    assert "letters.txt line 2: expected a name of at least two labels" in said.err
    assert said.out == f"{into} has 2 entries (number 1): 2 added, 0 known, 0 removed, 1 refused\n"
    assert About.read(into).name == "own-list.snapshot"


def test_json_tells_the_same_to_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list.txt").write_text("a.example\n", encoding="utf-8")
    assert main(["compile", "--json", str(tmp_path / "list.txt"), "--into", str(tmp_path / "own")]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["entries"], said["added"], said["refused"]) == (1, 1, [])


def test_of_many_lines_that_are_refused_the_first_thousand_are_named_and_all_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.txt").write_text("a.example\n" + "foo\n" * 1_500, encoding="utf-8")
    assert main(["compile", "--json", str(tmp_path / "list.txt"), "--into", str(tmp_path / "own")]) == 3
    printed = capsys.readouterr()
    said = json.loads(printed.out)
    assert (len(said["refused"]), said["refused_count"]) == (1_000, 1_500)
    assert "and 1,400 more lines" in printed.err


def test_a_list_that_is_not_there_is_an_error_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compile", str(tmp_path / "none.txt"), "--into", str(tmp_path / "own")]) == 3
    assert "none.txt" in capsys.readouterr().err
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize(
    "command", [["compile", "--replace", "--into"], ["declare", "--registry", "https://r", "--party"]]
)
def test_an_empty_file_changes_nothing(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever made the file may have failed: nobody loses a list by that."""
    monkeypatch.chdir(tmp_path)
    Path("list.txt").write_text("a.example\n", encoding="utf-8")
    Path("empty.txt").write_text("# nothing\n", encoding="utf-8")
    main(["compile", "list.txt", "--into", "own"])
    assert main([command[0], "empty.txt", *command[1:], "own"]) == 3
    assert "nothing is listed here" in capsys.readouterr().err
    assert About.read(Path("own")).entries == 1


def test_the_list_is_named_by_the_word_of_the_other_commands_too(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("example.com\n")
    assert main(["compile", str(tmp_path / "list.txt"), "--list", str(tmp_path / "own")]) == 0
    assert About.read(tmp_path / "own").entries == 1
