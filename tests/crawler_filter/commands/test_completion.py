"""A shell completes what the commands take, and a command loads what it needs alone."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crawler_filter.cli import COMMANDS, main

LOADED = """
import json, sys
from crawler_filter.cli import main
try:
    main({arguments})
except SystemExit:
    pass
ours = [name for name in sys.modules if name.startswith("crawler_filter.")]
print(json.dumps([sorted({{"numpy", "requests", "tqdm", "lxml", "ada_url", "cryptography"}} & sys.modules.keys()), ours]))
"""


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["no-such-command"]], ids=" ".join)
def test_what_checks_nothing_loads_nothing(arguments: list[str]) -> None:
    program = LOADED.format(arguments=arguments)
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    foreign, ours = json.loads(run.stdout.splitlines()[-1])
    assert foreign == []
    assert set(ours) <= {
        "crawler_filter._version",
        "crawler_filter.cli",
        "crawler_filter.commands",
        "crawler_filter.commands.exit_codes",
        "crawler_filter.errors",
    }


def test_opening_a_filter_and_checking_an_address_load_no_numpy(folder: Path) -> None:
    program = LOADED.format(arguments=["check", "http://a.example/", "http://reserved.example.com/"])
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert [line.split("\t")[0] for line in run.stdout.splitlines()[:-1]] == ["keep", "exclude"]
    foreign, _ = json.loads(run.stdout.splitlines()[-1])
    assert "numpy" not in foreign


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_command_and_option_is_completed(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for command in COMMANDS:
        assert command.name in script
    assert ("-l permission-first" if shell == "fish" else "--permission-first") in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, check=True, text=True)


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_bash_completes_a_command_and_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    main(["completion", "bash"])
    script = capsys.readouterr().out
    ask = '\nCOMP_WORDS=({words}); COMP_CWORD={at}; _crawler_filter; echo "${{COMPREPLY[@]}}"\n'
    for words, at, expected in (
        ("crawler-filter sta", 1, "status"),
        ("crawler-filter explain --fe", 2, "--fetch"),
    ):
        done = subprocess.run(
            ["bash"], input=script + ask.format(words=words, at=at), check=True, capture_output=True, text=True
        )
        assert done.stdout.split() == [expected]
