"""The operator's drill runs to its end."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.whole
def test_the_drill_of_the_manual_goes_through_every_step():
    script = ROOT / "docs" / "how-to" / "operator" / "drill.py"
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    steps = [
        "begin",
        "clock_jump",
        "full_disk",
        "restore",
        "upgrade",
        "replace_keys",
        "replace_log",
        "erase_a_person",
    ]
    assert [line.partition(":")[0] for line in run.stdout.splitlines() if not line.startswith(" ")] == steps
