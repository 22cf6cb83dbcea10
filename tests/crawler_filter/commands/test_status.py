"""`status` and `trust` show what an operator compares and watches."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler_filter.cli import main
from crawler_filter.commands.trust import key_lines
from tests.simulators.published import PublishedRegistry


def test_the_state_of_a_folder_is_told(
    folder: Path, registry: PublishedRegistry, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "registry: registry.example" in lines
    assert "snapshot: 1" in lines
    assert "rules: host 2" in lines
    assert "missing extras: none" in lines
    assert [line for line in lines if line.startswith("key: ")] == [
        f"key: {key}" for key in key_lines(registry.trust)
    ]
    assert main(["status", "--json"]) == 0
    state = json.loads(capsys.readouterr().out)
    assert (state["usable"], state["stale"], state["policy"]) == (True, False, "opt-out train-ai")


def test_a_snapshot_that_may_not_be_used_is_no_success(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "optout.toml").write_text('usage = "train-ai"\nmax_age = "0s"\n', encoding="utf-8")
    assert main(["status", "--policy", str(folder / "optout.toml")]) == 3
    assert "usable: False" in capsys.readouterr().out
    shutil.rmtree(folder / "snapshot")
    assert main(["status"]) == 3
    assert "crawler-filter sync" in capsys.readouterr().err


def test_a_trust_file_is_fetched_once_with_its_keys_to_compare(
    folder: Path, registry: PublishedRegistry, serve: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    site = serve({"/registry.policy": (200, {}, registry.trust.encode())})
    target = folder / "registry.policy"
    assert main(["trust", "fetch", f"{site}/", "--out", str(target)]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines() == key_lines(registry.trust)
    assert any(line.startswith("log registry.example") and "sha256:" in line for line in key_lines(registry.trust))
    assert "Compare these keys" in shown.err
    assert main(["trust", "show", str(target), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"keys": key_lines(registry.trust)}
    assert main(["trust", "fetch", site, "--out", str(target)]) == 0
    target.write_bytes(b"other")
    with pytest.raises(SystemExit):
        main(["trust", "fetch", site, "--out", str(target)])
    assert target.read_bytes() == b"other"
    with pytest.raises(SystemExit):
        main(["trust", "fetch", "registry.example"])
    assert main(["trust", "fetch", serve({})]) == 3
    other = serve({"/registry.policy": (200, {}, b"<html>")})
    assert main(["trust", "fetch", other]) == 3
    assert f"{other}/registry.policy is not a trust file: " in capsys.readouterr().err
