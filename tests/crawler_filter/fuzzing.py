"""Coverage-guided rounds on parsers of hostile bytes: no exception, and no input that takes a second.

`FUZZ_SECONDS` says how long each round takes. `python -m MODULE NAME SECONDS FOLDER` runs one of a module that has
targets, and leaves in FOLDER what it found.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.costs import SECOND, cost

SECONDS = int(os.environ.get("FUZZ_SECONDS", "10"))
MAX_LENGTH = 16_384

_OF_ARRAYS = [f"crawler_filter.fingerprints.{name}" for name in ("borders", "parts", "pdq", "variants")]
"""Modules that compare arrays of pixels, which atheris never lets go of once it has traced a comparison of theirs."""

Target = tuple[Callable[[bytes], object], list[bytes]]
"""What to call, and files to start from."""


def assert_a_round_finds_nothing(module, name, folder):
    """Run a round in a process of its own, which atheris ends."""
    pytest.importorskip("atheris")
    command = [sys.executable, "-m", module, name, str(SECONDS), str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=10 * SECONDS + 120, check=False)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-4000:]
    executed = re.search(r"Done (\d+) runs", run.stderr)
    assert executed
    assert int(executed[1]) > 0
    sys.stdout.write(f"{name}: {executed[0]}\n")


def fuzz(targets, name, seconds, folder):
    """Fuzz one target, which is imported by `targets` so that atheris can instrument it."""
    import atheris

    with atheris.instrument_imports(include=["crawler_filter"], exclude=_OF_ARRAYS):
        target, seeds = targets()[name]
    corpus = Path(folder, "corpus")
    corpus.mkdir(exist_ok=True)
    for number, seed in enumerate(seeds):
        (corpus / f"seed{number}").write_bytes(seed)
    limits = [f"-max_total_time={seconds}", f"-max_len={MAX_LENGTH}", "-timeout=60", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *limits, str(corpus)], _timed(target))
    atheris.Fuzz()


def _timed(target):
    """Return the target, failing for an input that takes a second of this process: others may hold it up for longer."""

    def call(content):
        start = time.process_time()
        target(content)
        if time.process_time() - start > 1:
            assert cost(lambda: target(content), limit=SECOND) <= SECOND, "an input takes a second"

    return call
