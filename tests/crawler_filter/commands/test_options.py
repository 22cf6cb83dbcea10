"""A policy file says what commands do, and trust on first use is asked for by name."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler_filter.cli import main
from tests.simulators.published import PublishedRegistry

RESERVED, FREE = "http://reserved.example.com/", "http://free.example.com/"


def test_a_policy_file_is_obeyed(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / "optout.toml"
    file.write_text('usage = "train-ai"\npermission_first = true\n', encoding="utf-8")
    assert main(["check", FREE]) == 0
    assert main(["check", "--policy", str(file), FREE]) == 1
    assert "nobody has allowed it" in capsys.readouterr().out
    monkeypatch.setenv("CRAWLER_FILTER_POLICY", str(file))
    assert main(["check", FREE]) == 1
    file.write_text('usage = "train-ai"\nmode = "audit"\n', encoding="utf-8")
    capsys.readouterr()
    assert main(["check", RESERVED]) == 0
    assert capsys.readouterr().out.startswith("would exclude\t")
    file.write_text('usage = "search"\n', encoding="utf-8")
    assert main(["check", RESERVED]) == 0
    file.write_text('usage = "everything"\n', encoding="utf-8")
    assert main(["check", FREE]) == 3
    assert "optout.toml is not a policy file" in capsys.readouterr().err


@pytest.mark.parametrize("other", [["--usage", "tdm"], ["--permission-first"]], ids=" ".join)
def test_a_policy_is_said_once(folder: Path, other: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "optout.toml").write_text('usage = "train-ai"\n', encoding="utf-8")
    with pytest.raises(SystemExit) as caught:
        main(["check", "--policy", str(folder / "optout.toml"), *other, FREE])
    assert caught.value.code == 2
    assert "give either --policy" in capsys.readouterr().err


def test_keys_that_were_shown_first_are_kept_to(
    registry: PublishedRegistry,
    folder: Path,
    serve: Callable,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = serve(
        {f"/{path}": (200, {}, body) for path, body in registry.files.items()}
        | {"/registry.policy": (200, {}, registry.trust.encode())}
    )
    with pytest.raises(SystemExit):
        main(["sync", site, "--snapshot", str(folder / "new"), "--first-use"])  # beside a trust file
    monkeypatch.delenv("CRAWLER_FILTER_TRUST")
    assert main(["sync", site, "--snapshot", str(folder / "new"), "--first-use"]) == 0
    capsys.readouterr()
    assert main(["explain", "--snapshot", str(folder / "new"), "--first-use", RESERVED]) == 1
    assert "keys trusted on first use" in capsys.readouterr().out
    other = PublishedRegistry(now=registry.now, entropy=os.urandom)
    other.publish()
    another = serve({f"/{path}": (200, {}, body) for path, body in other.files.items()})
    assert main(["sync", another, "--snapshot", str(folder / "new"), "--first-use"]) == 3


@pytest.mark.parametrize("command", ["check", "explain", "status", "audit"])
def test_an_address_in_place_of_the_folder_is_told_what_to_fetch(
    folder: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [] if command == "status" else [FREE]
    with pytest.raises(SystemExit) as caught:
        main([command, *given, "--snapshot", "https://registry.example", "--trust", "registry.policy"])
    assert caught.value.code == 2
    assert "`crawler-filter sync https://registry.example --snapshot optout" in capsys.readouterr().err
