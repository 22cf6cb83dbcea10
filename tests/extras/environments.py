"""Makes an environment with one extra and nothing else, and runs what is in `smoke` there."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.extras.asked import ROOT, requirements

OLDEST: Final = "lowest-direct"
NEWEST: Final = "highest"
SECONDS: Final = 900
"""How long an installation, or a program, may take."""

_SMOKE: Final = Path(__file__).with_name("smoke")


def built(folder: Path) -> Path:
    """Build the filter's wheel from a copy of the tree and return it."""
    shutil.copytree(
        ROOT / "crawler_filter", folder / "crawler_filter", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    command = [
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--wheel",
        "--outdir",
        str(folder / "dist"),
        str(folder),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    return wheel


@dataclass(frozen=True)
class Bench:
    """What every environment is made with: the installer `uv`, the wheel, the files that are given, and the proxy."""

    uv: str
    wheel: Path
    given: Path
    proxy: str

    def fault(self, folder: Path, python: str, extra: str, versions: str) -> str:
        """Install an extra into a new environment in `folder`, and use it; return what went wrong, "" if nothing did."""
        wheel = f"{self.wheel}[{extra}]" if extra else str(self.wheel)
        made = str(folder / "venv" / "bin" / "python")
        environment = [self.uv, "venv", "-q", "--python", python, "--no-python-downloads", str(folder / "venv")]
        install = [
            self.uv,
            "pip",
            "install",
            "-q",
            "--resolution",
            versions,
            "--python",
            made,
        ]
        shutil.copytree(_SMOKE, folder / "smoke", ignore=shutil.ignore_patterns("__pycache__"))
        steps = {
            "no environment": environment,
            "not installed": [*install, wheel, *requirements(extra)],
            "used": [made, "-m", "smoke", extra, str(self.given), self.proxy],
        }
        for name, command in steps.items():
            if wrong := _wrong(command, folder):
                return f"{name}: {wrong}"
        return ""


def _wrong(command: list[str], folder: Path) -> str:
    """Run a command; return the end of what it said if it failed."""
    try:
        run = subprocess.run(
            command, cwd=folder, env=_plain(folder), capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"not done in {SECONDS} s"
    said = [line for line in (run.stderr or run.stdout).splitlines() if line.strip()]
    return "" if run.returncode == 0 else " ".join(said[-12:])[-900:] or f"ended with {run.returncode}"


def _plain(folder: Path) -> dict[str, str]:
    """Return the variables without those that would lead Python to other packages than the environment's.

    Bytecode lies beside the folder: an environment that is made there next finds that of the files which are the same.
    """
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return plain | {"PYTHONPYCACHEPREFIX": str(folder.with_name("bytecode"))}
