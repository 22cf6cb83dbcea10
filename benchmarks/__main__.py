"""The command: `python -m benchmarks --rules N [--only SECTION…] [--json FILE]`.

Exit code 0 when every answer was right, whether or not a target was met; 1 when any was wrong; 2 for wrong usage.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import (
    audit,
    captions,
    check,
    checksums,
    copies,
    crowd,
    declarations,
    exact,
    feed,
    http,
    images,
    integrations,
    mask,
    publish,
    signals,
    size,
    sync,
    text,
    webhooks,
)
from benchmarks.bench import Bench, Scale
from benchmarks.report import Report, machine

SECTIONS: Mapping[str, Callable[[Bench, Report], None]] = {
    module.SECTION: module.run
    for module in (
        check,
        signals,
        mask,
        audit,
        size,
        checksums,
        crowd,
        exact,
        publish,
        sync,
        declarations,
        feed,
        http,
        images,
        copies,
        text,
        integrations,
        captions,
        webhooks,
    )
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the sections asked for and print the table."""
    options = _parser().parse_args(arguments)
    if options.rules < 100:
        _parser().error(f"expected at least 100 rules, got {options.rules}")
    report = measure(Scale.of(options.rules), options.only or list(SECTIONS))
    print(" · ".join(f"{name} {value}" for name, value in machine().items()))
    print(f"{options.rules:,} rules\n\n{report.table()}")
    if options.json:
        report.write_json(options.json, {"rules": options.rules})
    return 1 if report.wrong else 0


def measure(scale: Scale, sections: Sequence[str]) -> Report:
    """Run `sections` one after the other."""
    report = Report()
    with Bench(scale) as bench:
        for name in SECTIONS:
            if name in sections:
                start = time.perf_counter()
                SECTIONS[name](bench, report)
                bench.say(f"{name}: {time.perf_counter() - start:.0f} s")
    return report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rules", type=int, default=1_000_000, metavar="N", help="rules in the snapshot")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, metavar="SECTION", help=f"of {', '.join(SECTIONS)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
