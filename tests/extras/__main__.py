"""`python -m tests.extras PYTHON…`: each extra alone, with its oldest and its newest dependencies, on each Python.

PYTHON is a path, or a name on the PATH such as `python3.12`. `--extra` takes some of them, `--write` puts what was
found into `docs/extras.json`, where what was tried before and is not tried now stays. Every environment is removed
before the next is made. What `uv` downloads lies in its cache.
"""

import argparse
import datetime as dt
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.extras import given
from tests.extras.asked import EXTRAS, ROOT
from tests.extras.environments import NEWEST, OLDEST, Bench, built
from tests.simulators.names_on_loopback import NamesOnLoopback

FOUND: Final = ROOT / "docs" / "extras.json"
_VERSIONS: Final = {"oldest": OLDEST, "newest": NEWEST}


def main(arguments: list[str]) -> int:
    """Try them and say what was found; 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.extras", description=__doc__)
    parser.add_argument("python", nargs="+")
    parser.add_argument("--extra", action="append", choices=["", *EXTRAS])
    parser.add_argument("--versions", action="append", choices=list(_VERSIONS))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="extras-") as folder, NamesOnLoopback() as site:
        bench = bench_in(Path(folder), site)
        for python, extra, versions in _each(options):
            place = Path(folder) / "alone"
            fault = bench.fault(place, python, extra, _VERSIONS[versions])
            shutil.rmtree(place, ignore_errors=True)
            failed += bool(fault)
            sys.stdout.write(f"{_release(python)} {versions} {extra or 'no extra'}: {fault or 'ok'}\n")
            sys.stdout.flush()
            if options.write:
                _write(extra, f"{_release(python)} {versions}", fault)
    return int(failed > 0)


def bench_in(folder: Path, site: NamesOnLoopback) -> Bench:
    """Make the wheel, the given files and the installer."""
    for name in ("build", "given", "uv"):
        (folder / name).mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(folder / "uv")], check=True)
    subprocess.run([str(folder / "uv" / "bin" / "python"), "-m", "pip", "install", "-q", "uv"], check=True)
    uv = str(folder / "uv" / "bin" / "uv")
    return Bench(uv, built(folder / "build"), given.write(folder / "given"), site.url)


def _each(options: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    for python in options.python:
        for versions in options.versions or _VERSIONS:
            for extra in ["", *EXTRAS] if options.extra is None else options.extra:
                yield python, extra, versions


def _release(python: str) -> str:
    said = "import sys; print('{}.{}'.format(*sys.version_info))"
    return subprocess.run([python, "-c", said], check=True, capture_output=True, text=True).stdout.strip()


def _write(extra: str, column: str, fault: str) -> None:
    found = json.loads(FOUND.read_text(encoding="utf-8")) if FOUND.exists() else {}
    today = dt.datetime.now(dt.UTC).date().isoformat()
    found.setdefault(extra, {})[column] = {"date": today, "fault": fault}
    FOUND.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
