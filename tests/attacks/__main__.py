"""Run the long suites, as far as time goes, and write what they have reached: `python -m tests.attacks`.

`--seconds` ends between two blocks; the next run goes on there. `docs/attacks.json` gets the totals of all runs, and
`make docs` makes the table of `docs/benchmarks.md` from it.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from tests.attacks.rounds import ROOT, SUITES, folder

REACHED = ROOT / "docs" / "attacks.json"


def main() -> int:
    """Run what is asked for, one block of each suite in turn, so that all of them come forward."""
    options = _parser().parse_args()
    ends = time.monotonic() + options.seconds
    suites = [suite for suite in SUITES if suite.name in (options.only or [each.name for each in SUITES])]
    while time.monotonic() < ends and sum(suite.run_one() for suite in suites):
        sys.stderr.write(f"{ {suite.name: suite.totals()['rounds'] for suite in SUITES} }\n")
    if options.write:
        write(options.write)
    return 0


def write(path: Path) -> None:
    """Write the totals of all finished blocks."""
    reached = {suite.name: {"goal": suite.goal} | dict(sorted(suite.totals().items())) for suite in SUITES}
    path.write_text(json.dumps({"until": time.strftime("%Y-%m-%d", time.gmtime())} | reached, indent=1) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1e9, help="stop beginning blocks after so long")
    parser.add_argument("--only", nargs="+", choices=[suite.name for suite in SUITES], metavar="SUITE")
    parser.add_argument(
        "--write", type=Path, nargs="?", const=REACHED, help=f"write the totals, noted in {folder()}"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
